// Tests diffs of two stored versions, and which files they omit.
import { expect, test } from 'vitest';
import { noise } from '../../support/bytes.ts';
import { scene } from '../../support/scenes/scene.ts';
import { changesOf, diff, two } from './diffing.ts';

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

test('an added binary file has no old side', async () => {
  const [change] = await changesOf({}, { 'weights.bin': noise(64) });
  expect(change).toMatchObject({ status: 'added', diff: 'Binary files /dev/null and b/weights.bin differ\n' });
});

test('a diff of an unknown version throws not-found', async () => {
  const s = await scene();
  await expect(diff(s, '1.0.0', '9.9.9')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_9_9_9' });
  await expect(diff(s, '8.8.8', '1.0.0')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_8_8_8' });
});
