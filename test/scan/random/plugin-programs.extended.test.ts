// Generates programs of several files, runs them in CPython with a hook, and compares their accesses with the scan. The scan must find
// everything that main.py reaches through the program's own modules (scan policy §5.6a).
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { fc, repetition } from '../../support/property.ts';
import { type Program, pluginProgram } from '../support/plugin-programs.ts';
import { scanPlugin } from '../support/scan-plugin.ts';

const runner = fileURLToPath(new URL('../support/run_programs.py', import.meta.url));
const count = inject('weekly') ? 2000 : 60;

async function hasErrorInMain(program: Program): Promise<boolean> {
  const sources = Object.entries(program).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  const findings = await scanPlugin(nodeParsers(), sources, { level: 'seed' });
  return findings.some(({ file, severity }) => file === 'main.py' && severity === 'error');
}

test('the scan finds everything that a program reaches through its own modules', { timeout: 600_000 }, async () => {
  const programs = fc.sample(pluginProgram, { numRuns: count });
  const output = execFileSync(inject('python'), [runner], { encoding: 'utf8', input: JSON.stringify(programs) });
  const started = z.array(z.array(z.string())).parse(JSON.parse(output));
  const reached = started.map((commands) => commands.length > 0);
  const missed: Program[] = [];
  for (const [at, program] of programs.entries())
    if (reached[at] && !(await hasErrorInMain(program))) missed.push(program);
  expect(missed, repetition()).toEqual([]);
  expect(reached.filter(Boolean).length).toBeGreaterThan(count / 3);
});
