// Tests what `slipway doctor` reports about this machine's programs: found, missing or too old.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkNode } from '../../../src/cli/set-up/doctor/diagnose.ts';
import { version } from '../../../src/cli/version.ts';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

interface Programs {
  python3?: string;
  go?: string;
  git?: string;
}

/** Returns the lines about this machine's programs if PATH contains only programs that print these texts. */
async function programsOf(printed: Programs): Promise<string[]> {
  const scripts = Object.entries(printed).map(([name, text]) => [name, `#!/bin/sh\necho '${text}'\n`] as const);
  const folder = folderOf(Object.fromEntries(scripts));
  for (const [name] of scripts) chmodSync(join(folder, name), 0o755);
  const env = { PATH: folder, PYTHON: 'python3' };
  const { stdout } = await slipwayInProcess(['doctor', '--base-url', 'http://127.0.0.1:9'], { cwd: folder, env });
  const lines = stdout.split('\n');
  return lines.slice(
    1,
    lines.findIndex((line) => line.includes('server')),
  );
}

const python = (numbers: string) =>
  `{"executable": "/usr/bin/python3", "version": [${numbers}], "files": [], "packages": [], "abi": "", "machine": "x86_64", "libc": ""}`;
const go = (number: string) => `{"GOROOT": "/go", "GOVERSION": "go${number}", "GOOS": "linux", "GOARCH": "amd64"}`;

test('Go and Git that work are listed with a check mark', { tags: ['git', 'go'] }, async () => {
  const { stdout } = await slipwayInProcess(['doctor', '--base-url', 'http://127.0.0.1:9']);
  const [, foundPython, foundGo, foundGit] = stdout.split('\n');
  expect([foundPython, foundGo, foundGit]).toEqual([
    expect.stringMatching(/^✓ python {4}3\.\d+\.\d+$/),
    expect.stringMatching(/^✓ go {8}go1\.\d+/),
    expect.stringMatching(/^✓ git {7}2\.\d+/),
  ]);
});

test('a Git that fetches nothing is listed with the problem, whatever its version', { tags: ['git'] }, async () => {
  const folder = folderOf({ git: '#!/bin/sh\necho git version 2.47.3\n' });
  chmodSync(join(folder, 'git'), 0o755);
  const env = { PATH: folder };
  const { stdout } = await slipwayInProcess(['doctor', '--base-url', 'http://127.0.0.1:9'], { cwd: folder, env });
  expect(stdout).toContain("! git       Git 2.47.3 can't fetch a repository that this machine serves");
});

test('a Go of the next major version is recent enough, whatever its minor version', async () => {
  const found = await programsOf({ go: go('2.0.1') });
  expect(found).toContainEqual(expect.stringMatching(/^! go {8}\S+ is Go 2\.0\.1, but \/go\/bin\/go is missing$/));
});

test('missing programs are listed with the package to install', async () => {
  expect(await programsOf({})).toEqual([
    '! python    PYTHON=python3 does not run. Set PYTHON to the path of Python 3.11 or newer.',
    '  fix       install Python to use `slipway test`',
    '! go        Go is not on PATH',
    '  fix       install Go 1.24 or newer to test Go plugins',
    '! git       Git is not on PATH',
    '  fix       install Git 2.39 or newer to run a local builder',
  ]);
});

test('outdated programs are listed with the required version', async () => {
  const found = await programsOf({ python3: python('3, 10, 9'), go: go('1.23.9'), git: 'git version 2.38.9' });
  expect(found.filter((line) => !line.startsWith('  fix'))).toEqual([
    '! python    python3 is Python 3.10.9, which is too old. Set PYTHON to the path of Python 3.11 or newer.',
    '! go        Go 1.23.9 is too old',
    '! git       Git 2.38.9 is too old',
  ]);
});

test.each([
  ['20.0.0', 'right'],
  ['24.1.0', 'right'],
  ['18.20.0', 'wrong'],
])('Node %s is %s', (number, status) => {
  expect(checkNode(number)).toMatchObject({ name: 'node', status, detail: `${number}, slipway ${version}` });
});
