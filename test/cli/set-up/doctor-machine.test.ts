// Tests what `slipway doctor` reports about this machine's programs: found, missing or too old.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkNode } from '../../../src/cli/doctor/diagnose.ts';
import { version } from '../../../src/cli/version.ts';
import { folderOf, slipway } from '../slipway.ts';

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
  const env = { PATH: folder, PYTHON: 'python3', HOME: folder };
  const { stdout } = await slipway(['doctor', '--base-url', 'http://127.0.0.1:9'], { cwd: folder, env });
  const lines = stdout.split('\n');
  return lines.slice(
    1,
    lines.findIndex((line) => line.includes('server')),
  );
}

const python = (numbers: string) =>
  `{"executable": "/usr/bin/python3", "version": [${numbers}], "files": [], "packages": [], "abi": "", "machine": "x86_64", "libc": ""}`;
const go = (number: string) => `{"GOROOT": "/go", "GOVERSION": "go${number}", "GOOS": "linux", "GOARCH": "amd64"}`;

test('recent programs are listed with a check mark', async () => {
  expect(await programsOf({ python3: python('3, 11, 0'), go: go('1.24'), git: 'git version 2.37.0' })).toEqual([
    '✓ python    3.11.0',
    '✓ go        go1.24',
    '✓ git       installed',
  ]);
});

test('a Go of the next major version is recent enough, whatever its minor version', async () => {
  expect(await programsOf({ go: go('2.0.1') })).toContain('✓ go        go2.0.1');
});

test('missing programs are listed with the package to install', async () => {
  expect(await programsOf({})).toEqual([
    '! python    PYTHON=python3 does not run. Set PYTHON to the path of Python 3.11 or newer.',
    '  fix       install Python to use `slipway test`',
    '! go        Go is not on PATH',
    '  fix       install Go 1.24 or newer to test Go plugins',
    '! git       Git is not on PATH',
    '  fix       install Git to run a local builder',
  ]);
});

test('outdated programs are listed with the required version', async () => {
  const found = await programsOf({ python3: python('3, 10, 9'), go: go('1.23.9'), git: 'git version 2.36.9' });
  expect(found.filter((line) => !line.startsWith('  fix'))).toEqual([
    '! python    python3 is Python 3.10.9, which is too old. Set PYTHON to the path of Python 3.11 or newer.',
    '! go        Go 1.23.9 is too old',
    '! git       Git 2.36.9 is too old',
  ]);
});

test.each([
  ['20.0.0', 'right'],
  ['24.1.0', 'right'],
  ['18.20.0', 'wrong'],
])('Node %s is %s', (number, status) => {
  expect(checkNode(number)).toMatchObject({ name: 'node', status, detail: `${number}, slipway ${version}` });
});
