// Tests diffs of two stored versions, and which files they omit.
import { expect, test } from 'vitest';
import { parseVersion } from '../../../src/contract/plugin/manifest.ts';
import { diffVersions, type VersionDiff } from '../../../src/registry/diff/diff.ts';
import { noise } from '../../support/bytes.ts';
import { type Files, manifest } from '../../support/plugins/plugin.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { watchedBucket } from '../../support/workers/watched-bucket.ts';

const number = (text: string) => parseVersion(text) ?? { major: 0, minor: 0, patch: 0 };

function diff(s: Scene, before: string, after: string): Promise<VersionDiff> {
  return diffVersions(s.deps, s.actor, {
    ownerId: s.namespaceId,
    name: 'hello_ext',
    before: number(before),
    after: number(after),
  });
}

/** Publishes 1.0.0 and 1.0.1 with these files. By default, the manifests differ only in the version. */
async function two(before: Files, after: Files): Promise<Scene> {
  const s = await scene({ files: before });
  await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1', files: after });
  return s;
}

async function changesOf(before: Files, after: Files) {
  const { files } = await diff(await two(before, after), '1.0.0', '1.0.1');
  return files.filter(({ path }) => path !== 'manifest.py');
}

test('a diff contains each changed file as a unified diff, and no other files', async () => {
  const s = await two({ 'a.py': 'x = 1\n', 'gone.txt': 'old\n' }, { 'a.py': 'x = 2\n', 'new.txt': 'new\n' });
  const { files } = await diff(s, '1.0.0', '1.0.1');
  expect(files.map(({ path, status, additions, deletions }) => [path, status, additions, deletions])).toEqual([
    ['a.py', 'modified', 1, 1],
    ['gone.txt', 'removed', 0, 1],
    ['manifest.py', 'modified', 1, 1],
    ['new.txt', 'added', 1, 0],
  ]);
  expect(files.map(({ diff: text }) => text).join('')).toBe(`--- a/a.py
+++ b/a.py
@@ -1 +1 @@
-x = 1
+x = 2
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-old
--- a/manifest.py
+++ b/manifest.py
@@ -1,5 +1,5 @@
 feature_extractor_name = "hello_ext"
-version = "1.0.0"
+version = "1.0.1"
 description = "Says hello"
 features = [
     {"feature_type": "embedding", "feature_name": "hello_ext_vector", "embedding_dim": 4, "distance_metric": "cosine"},
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+new
`);
});

test('the diff in the opposite direction is the reverse', async () => {
  const s = await two({ 'a.py': 'x = 1\n' }, { 'a.py': 'x = 2\n', 'new.txt': 'new\n' });
  const { files } = await diff(s, '1.0.1', '1.0.0');
  expect(files.map(({ path, status }) => [path, status])).toEqual([
    ['a.py', 'modified'],
    ['manifest.py', 'modified'],
    ['new.txt', 'removed'],
  ]);
});

test('a version does not differ from itself', async () => {
  const s = await scene();
  expect(await diff(s, '1.0.0', '1.0.0')).toMatchObject({ files: [], dependencies: [] });
});

test('binary files are listed without a diff', async () => {
  const [change] = await changesOf({ 'weights.bin': noise(64, 1) }, { 'weights.bin': noise(64, 2) });
  expect(change).toMatchObject({
    hidden: 'binary',
    additions: null,
    deletions: null,
    diff: 'Binary files a/weights.bin and b/weights.bin differ\n',
  });
});

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

test('an added binary file has no old side', async () => {
  const [change] = await changesOf({}, { 'weights.bin': noise(64) });
  expect(change).toMatchObject({ status: 'added', diff: 'Binary files /dev/null and b/weights.bin differ\n' });
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

test('a diff of an unknown version throws not-found', async () => {
  const s = await scene();
  await expect(diff(s, '1.0.0', '9.9.9')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_9_9_9' });
  await expect(diff(s, '8.8.8', '1.0.0')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_8_8_8' });
});
