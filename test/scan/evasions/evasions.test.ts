// Scans programs that once passed the scanner, each a variation of one way around it: a table for each way in test/fixtures/scan-evasions.
// CPython runs every program, confined, to prove that main.py starts a command. The tables have what CPython started, and the findings.
// `vitest -u` rewrites them; review the difference before committing it.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanPlugin } from '../../../src/scan/scan-plugin.ts';
import { type Outcome, type ProgramCase, readProgramTable, writeProgramTable } from '../support/program-table.ts';

const folder = fileURLToPath(new URL('../../fixtures/scan-evasions', import.meta.url));
const runner = fileURLToPath(new URL('../support/run_programs.py', import.meta.url));
const parsers = nodeParsers();

interface Case extends ProgramCase {
  /** `star-imports`. */
  way: string;
}

const ways = globSync('*.txt', { cwd: folder })
  .map((name) => basename(name, '.txt'))
  .sort();
const tableOf = (way: string) => join(folder, `${way}.txt`);
const cases: Case[] = ways.flatMap((way) =>
  readProgramTable(readFileSync(tableOf(way), 'utf8')).map((each) => ({ ...each, way })),
);

/** Ways that only the strict level finds (scan policy §10.7 to §10.15). */
const strictWays: readonly string[] = [
  ...[
    'classes',
    'containers',
    'functions',
    'generators',
    'lookups',
    'namespaces',
    'patterns',
    'private-names',
    'segments',
  ],
];

/** Runs all programs in one call, since most of its time is the start of Python. Returns the commands that each started. */
function run(programs: Record<string, string>[]): string[][] {
  const output = execFileSync(inject('python'), [runner], { encoding: 'utf8', input: JSON.stringify(programs) });
  return z.array(z.array(z.string())).parse(JSON.parse(output));
}

const startedBy = run(cases.map(({ files }) => files));

const outcomes: (Case & Outcome)[] = [];

test.each(cases.map((each, at) => ({ ...each, started: startedBy[at] ?? [] })))(
  'CPython starts a command that the scan finds in main.py: $way/$name',
  async ({ files, name, started, way }) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
    const found = await scanPlugin(parsers, sources, { level: strictWays.includes(way) ? 'strict' : 'seed' });
    const findings = found.map((each) => `${each.file}:${each.line} ${each.severity} ${each.ruleId} ${each.name}`);
    outcomes.push({ way, name, files, started, findings });
    expect(started).not.toEqual([]);
    expect(findings).toContainEqual(expect.stringMatching(/^main\.py:\d+ error /));
  },
);

test.each(ways)('the table %s has what its programs start and what is found in them', async (way) => {
  const table = writeProgramTable(outcomes.filter((outcome) => outcome.way === way));
  await expect(table).toMatchFileSnapshot(tableOf(way));
});

test('a program that CPython runs for these tests cannot signal processes, alone or as a group', () => {
  const signal = (call: string) => `import os
try:
    ${call}
except PermissionError:
    os.system('refused')
`;
  const calls = ['os.kill(os.getpid(), 0)', 'os.killpg(os.getpgrp(), 0)'];
  expect(run(calls.map((call) => ({ 'main.py': signal(call) })))).toEqual([
    ['os.system refused'],
    ['os.system refused'],
  ]);
});

test('there is a table for each way around the scan', () => {
  expect(ways).toEqual([
    'builtins',
    'byte-keys',
    'classes',
    'containers',
    'functions',
    'generators',
    'list-changes',
    'lookups',
    'module-getters',
    'namespaces',
    'patterns',
    'private-names',
    'segments',
    'star-imports',
    'submodules',
  ]);
});
