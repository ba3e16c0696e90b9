// Takes 6 s: scans 743 programs that once passed the scanner, each a guarantee of its own. Each is a variation of one evasion, a case in
// test/fixtures/scan-evasions/<way>.txtar. CPython runs every program in a sandbox to prove that main.py starts a command. The sections
// `started` and `findings` list the expected commands and findings. `vitest -u` rewrites the tables for the next run; review the
// difference before committing.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { readTable, tableWithResults } from '../../support/txtar.ts';
import { scanPlugin } from '../support/scan-plugin.ts';

const folder = fileURLToPath(new URL('../../fixtures/scan-evasions', import.meta.url));
const runner = fileURLToPath(new URL('../support/run_programs.py', import.meta.url));
const parsers = nodeParsers();

const ways = globSync('*.txtar', { cwd: folder })
  .map((path) => basename(path, '.txtar'))
  .sort();
const tables = ways.map((way) => ({ way, table: readTable(readFileSync(join(folder, `${way}.txtar`), 'utf8')) }));

/** The cases with the files of their programs, which are all sections except the two with results. */
const cases = tables.flatMap(({ table, way }) =>
  table.map(({ files: { findings, started, ...files }, name }) => ({
    way,
    name,
    files,
    expected: { started, findings },
  })),
);

/** Evasions that only the strict level finds (scan policy §10.7 to §10.15). */
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

/** Runs all programs in one call, because most of the time is spent starting Python. Returns the commands that each started. */
function run(programs: Record<string, string>[]): string[][] {
  const output = execFileSync(inject('python'), [runner], { encoding: 'utf8', input: JSON.stringify(programs) });
  return z.array(z.array(z.string())).parse(JSON.parse(output));
}

const startedBy = run(cases.map(({ files }) => files));

const results = new Map(ways.map((way) => [way, new Map<string, Record<string, string>>()]));

test.each(cases.map((each, at) => ({ ...each, started: startedBy[at] ?? [] })))(
  'CPython starts a command that the scan finds in main.py: $way/$name',
  async ({ expected, files, name, started, way }) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
    const found = await scanPlugin(parsers, sources, { level: strictWays.includes(way) ? 'strict' : 'seed' });
    const findings = found.map((each) => `${each.file}:${each.line} ${each.severity} ${each.ruleId} ${each.name}`);
    const result = { started: section(started), findings: section(findings) };
    results.get(way)?.set(name, result);
    expect(started).not.toEqual([]);
    expect(findings).toContainEqual(expect.stringMatching(/^main\.py:\d+ error /));
    expect(result).toEqual(expected);
  },
);

function section(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

test.each(tables)(
  'the table has the commands that its programs start and their findings: $way',
  async ({ table, way }) => {
    const written = tableWithResults(table, results.get(way) ?? new Map());
    await expect(written).toMatchFileSnapshot(join(folder, `${way}.txtar`));
  },
);

test('a program that CPython runs for these tests cannot signal processes, individually or as a group', () => {
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

test('the cases of each evasion are in one table', () => {
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
