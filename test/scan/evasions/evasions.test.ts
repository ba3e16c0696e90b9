// Scans programs that once passed the scanner, each a variation of one way around it: test/fixtures/scan-evasions/<way>/<case>. CPython
// runs every program, confined, to prove that main.py starts a command. Its expected.json has what CPython started, and the findings.
// `vitest -u` rewrites it; review the difference before committing it.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanPlugin } from '../../../src/scan/scan-plugin.ts';

const folder = fileURLToPath(new URL('../../fixtures/scan-evasions', import.meta.url));
const runner = fileURLToPath(new URL('../support/run_programs.py', import.meta.url));
const parsers = nodeParsers();

interface Case {
  /** `star-imports/append`. */
  name: string;
  files: Record<string, string>;
}

function casesIn(root: string): Case[] {
  const names = globSync('*/*/main.py', { cwd: root }).map((path) => dirname(path));
  return names.sort().map((name) => ({ name, files: filesIn(join(root, name)) }));
}

function filesIn(root: string): Record<string, string> {
  const paths = globSync('**/*.py', { cwd: root }).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const cases = casesIn(folder);

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

test.each(cases.map((each, at) => ({ ...each, started: startedBy[at] })))(
  'CPython starts a command that the scan finds in main.py: $name',
  async ({ files, name, started }) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
    const level = strictWays.includes(dirname(name)) ? 'strict' : 'seed';
    const found = await scanPlugin(parsers, sources, { level });
    const findings = found.map((each) => `${each.file}:${each.line} ${each.severity} ${each.ruleId} ${each.name}`);
    expect(started).not.toEqual([]);
    expect(findings).toContainEqual(expect.stringMatching(/^main\.py:\d+ error /));
    const written = `${JSON.stringify({ started, findings }, null, 2)}\n`;
    await expect(written).toMatchFileSnapshot(join(folder, name, 'expected.json'));
  },
);

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

test('the cases are in a folder for each way around the scan', () => {
  expect([...new Set(cases.map(({ name }) => basename(dirname(name))))]).toEqual([
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
