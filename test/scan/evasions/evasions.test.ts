// Scans programs that once passed the scanner, each a variation of one way around it: test/fixtures/scan-evasions/<way>.json. CPython
// runs every program to prove that main.py starts a command.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanPlugin } from '../../../src/scan/scan-plugin.ts';

const folder = new URL('../../fixtures/scan-evasions/', import.meta.url);
const runner = fileURLToPath(new URL('../support/run_programs.py', import.meta.url));
const parsers = nodeParsers();
const programsSchema = z.record(z.string(), z.record(z.string(), z.string()));

describe.each(readdirSync(folder))('%s', (file) => {
  const programs = Object.entries(programsSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))));

  test.each(programs)('main.py is rejected: %s', async (_, files) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
    const findings = await scanPlugin(parsers, sources, { level: 'seed' });
    expect(findings.filter(({ file, severity }) => file === 'main.py' && severity === 'error')).not.toEqual([]);
  });

  test('every program starts a command under CPython', () => {
    const input = JSON.stringify(programs.map(([, files]) => files));
    const started: unknown = JSON.parse(execFileSync(inject('python'), [runner], { encoding: 'utf8', input }));
    expect(started).toEqual(programs.map(() => true));
  });
});
