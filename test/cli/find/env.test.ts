// Tests the output of `slipway env show` for installed packages.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

async function show(environment: object): Promise<string[]> {
  const plugin = { name: 'notes', version: '1.0.0', dependencies: ['numpy>=2'] };
  await using server = await scriptedServer({ body: { ...plugin, ...environment } });
  const variables = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr, stdout } = await inProcess(['env', 'show', 'notes@1.0.0'], variables);
  expect([exit, stderr, server.answers]).toEqual(['done', '', []]);
  return stdout.split('\n');
}

const index = 'https://index.example.com/pip';
const lock = {
  packages: [
    { name: 'numpy', version: '2.4.6', marker: null, index },
    { name: 'own', version: '1.0', marker: null, index: null },
  ],
};
const own = { name: 'own', version: '1.0', archive_bytes: 300, size_bytes: 1000, files: 3, environments: 1 };
const numpy = {
  ...{ name: 'numpy', version: '2.4.6', files: 900, environments: 7 },
  ...{ archive_bytes: 17_000_000, size_bytes: 64_000_000 },
};
const installed = {
  ...{ python: '3.12', platform: 'x86_64-manylinux_2_36', files: 903, removed: [] },
  ...{ archive_bytes: 17_000_300, size_bytes: 64_001_000, packages: [own, numpy] },
};

test('slipway env show lists each package, largest first, with its size, its index and the number of environments that share it', async () => {
  expect(await show({ lock, environments: [installed] })).toEqual([
    'Python 3.12, x86_64-manylinux_2_36: 64.0 MB in 903 files, 17.0 MB in the store',
    'PACKAGE  VERSION  SIZE     STORED     FROM                           ENVIRONMENTS',
    'numpy    2.4.6    64.0 MB  17.0 MB    https://index.example.com/pip  7',
    "own      1.0      1.0 KB   300 bytes  the operator's folder          1",
    '',
  ]);
});

test('slipway env show prints that a builder keeps its packages, instead of a stored size', async () => {
  const kept = { ...installed, archive_bytes: 0, packages: [{ ...own, archive_bytes: 0 }] };
  expect(await show({ lock, environments: [kept] })).toEqual([
    'Python 3.12, x86_64-manylinux_2_36: 64.0 MB in 903 files, kept by the builder',
    'PACKAGE  VERSION  SIZE    STORED  FROM                   ENVIRONMENTS',
    "own      1.0      1.0 KB  -       the operator's folder  1",
    '',
  ]);
});

test.each([
  ['no dependencies', { dependencies: [], lock: null }, 'notes 1.0.0 depends on no packages.'],
  ['no lock yet', { lock: null }, 'notes 1.0.0 gets its packages on its first realtime deployment.'],
  ['no environment', { lock }, 'notes 1.0.0 is locked; its packages are installed on its next start.'],
])('slipway env show explains why a version with %s has no packages', async (_what, found, line) => {
  expect(await show({ environments: [], ...found })).toEqual([line, '']);
});
