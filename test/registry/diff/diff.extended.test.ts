// Tests diffs of large files and of many, and the findings and dependencies that a diff lists.
import { expect, test } from 'vitest';
import type { VersionDiff } from '../../../src/registry/diff/diff.ts';
import { noise } from '../../support/bytes.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { watchedBucket } from '../../support/workers/watched-bucket.ts';
import { changesOf, diff, two } from './diffing.ts';

test('a file above 1 MiB is listed without reading its bytes', async () => {
  const s = await two({ 'table.csv': noise(1_048_577, 1) }, { 'table.csv': noise(1_048_577, 2) });
  const { blobs, gets } = watchedBucket(s.deps.blobs);
  const { files } = await diff({ ...s, deps: { ...s.deps, blobs } }, '1.0.0', '1.0.1');
  expect(files.find(({ path }) => path === 'table.csv')).toMatchObject({
    hidden: 'too-large',
    diff: 'Files a/table.csv and b/table.csv differ\n',
  });
  expect(gets.reduce((sum, { length = 0 }) => sum + length, 0)).toBeLessThan(10_000);
});

test('further files are only counted and listed after 2 MiB of diffs', async () => {
  const many = (letter: string) =>
    Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [`data/${i}.txt`, `${letter}${'-'.repeat(99)}\n`.repeat(4000)]),
    );
  const changes = await changesOf(many('a'), many('b'));
  expect(changes.map(({ path, hidden, additions, deletions }) => [path, hidden, additions, deletions])).toEqual([
    ['data/0.txt', null, 4000, 4000],
    ['data/1.txt', null, 4000, 4000],
    ['data/2.txt', 'too-large', 4000, 4000],
    ['data/3.txt', 'too-large', 4000, 4000],
  ]);
});

test('a diff lists the introduced, fixed and moved findings', async () => {
  const format = (findings: VersionDiff['findings']['fixed']) =>
    findings.map(({ file, line, name }) => `${file}:${line} ${name}`);
  const s = await two(
    { 'a.py': 'import pickle\nx = ().__class__\n', 'same.py': 'import shelve\n' },
    { 'a.py': '# moved\nimport pickle\nimport marshal\n', 'same.py': 'import shelve\n' },
  );
  const { findings } = await diff(s, '1.0.0', '1.0.1');
  expect([format(findings.introduced), format(findings.fixed), format(findings.unchanged)]).toEqual([
    ['a.py:3 marshal'],
    ['a.py:2 __class__'],
    ['a.py:2 pickle', 'same.py:1 shelve'],
  ]);
});

test('a diff lists the dependencies from the manifest and requirements.txt', async () => {
  const declaring = (version: string, list: string) =>
    manifest({ name: 'hello_ext', version, extra: `dependencies = ${list}\n` });
  const s = await two(
    { 'manifest.py': declaring('1.0.0', '["numpy==1.26", "httpx"]') },
    { 'manifest.py': declaring('1.0.1', '["numpy==2.0"]'), 'requirements.txt': 'pillow==11.0\n' },
  );
  expect((await diff(s, '1.0.0', '1.0.1')).dependencies).toEqual([
    { name: 'httpx', from: 'httpx', to: null },
    { name: 'numpy', from: 'numpy==1.26', to: 'numpy==2.0' },
    { name: 'pillow', from: null, to: 'pillow==11.0' },
  ]);
});
