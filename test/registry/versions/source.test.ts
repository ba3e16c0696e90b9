// Tests reading a stored version's source: every file, in few reads of the archive, and within limits.
import { expect, test } from 'vitest';
import { publishVersion, scene } from '../../support/scenes/scene.ts';
import { watchedBucket } from '../../support/workers/watched-bucket.ts';
import { read } from './source-scene.ts';

test("a version's source has every file: text unchanged, binary files in base64, empty files empty", async () => {
  const files = {
    'notes/grüße.txt': 'Grüße 👋\r\n',
    'notes/bom.txt': '\ufeffbom',
    'notes/latin.txt': new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65]),
    'notes/nul.bin': new Uint8Array([0x61, 0, 0x62]),
    'empty.txt': '',
  };
  const { contents, total, truncated } = await read(await scene({ files }));
  expect([total, truncated]).toEqual([8, false]);
  expect(contents).toMatchObject({
    'notes/grüße.txt': 'utf-8:Grüße 👋\r\n',
    'notes/bom.txt': 'utf-8:\ufeffbom',
    'notes/latin.txt': 'base64:R3L832U=',
    'notes/nul.bin': 'base64:YQBi',
    'empty.txt': 'utf-8:',
  });
  expect(contents['manifest.py']).toMatch(/^utf-8:feature_extractor_name = "hello_ext"\n/);
});

test("a version's source can be a single file", async () => {
  const s = await scene({ files: { 'notes/a.txt': 'a', 'notes/b.txt': 'b' } });
  expect(await read(s, undefined, 'notes/b.txt')).toEqual({
    total: 1,
    truncated: false,
    contents: { 'notes/b.txt': 'utf-8:b' },
  });
  await expect(read(s, undefined, 'notes/c.txt')).rejects.toMatchObject({
    code: 'not-found',
    message: 'File not found: notes/c.txt',
  });
});

test("a small plugin's source takes two reads of the archive: the index and one range", async () => {
  const s = await scene();
  const { blobs, gets } = watchedBucket(s.deps.blobs);
  await read({ ...s, deps: { ...s.deps, blobs } });
  const { sha256 } = s.version;
  expect(gets.map(({ key, length }) => [key, length !== undefined])).toEqual([
    [`archives/${sha256}.index.json`, false],
    [`archives/${sha256}.zip`, true],
  ]);
});

test("a version's source returns 404 for an unknown or deleted version", async () => {
  const s = await scene();
  await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  await expect(read(s, 'hello_ext_1_0_2')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_1_0_2' });
});
