// Tests reading a stored version's source: every file, in few reads of the archive, and within limits.
import { expect, test } from 'vitest';
import { versionSource } from '../../../src/registry/versions/source.ts';
import { noise } from '../../support/bytes.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { watchedBucket } from '../../support/workers/watched-bucket.ts';

const MiB = 1024 * 1024;

async function read(s: Scene, pluginId = 'hello_ext_1_0_0', path?: string) {
  const { total, truncated, files } = await versionSource(s.deps, s.actor, {
    ownerId: s.namespaceId,
    slug: pluginId,
    path,
  });
  const contents: Record<string, string | null> = {};
  for await (const { entry, content } of files())
    contents[entry.path] = content && `${content.encoding}:${content.text}`;
  return { total, truncated, contents };
}

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

test('base64 is correct across the boundaries of encoded chunks', async () => {
  const bytes = noise(100_001);
  const { contents } = await read(await scene({ files: { 'weights.bin': bytes } }));
  const text = contents['weights.bin']?.replace('base64:', '') ?? '';
  expect(Uint8Array.from(atob(text), (character) => character.charCodeAt(0))).toEqual(bytes);
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

test("a version's source omits the content of a file above 1 MiB and does not read it", async () => {
  const s = await scene({ files: { 'a.txt': 'a', 'big.bin': noise(MiB + 1), 'fits.bin': noise(MiB), 'z.txt': 'z' } });
  const { blobs, gets } = watchedBucket(s.deps.blobs);
  const { contents, truncated, total } = await read({ ...s, deps: { ...s.deps, blobs } });
  expect([truncated, total, contents['big.bin'], contents['a.txt'], contents['z.txt']]).toEqual([
    true,
    7,
    null,
    'utf-8:a',
    'utf-8:z',
  ]);
  expect(contents['fits.bin']).toMatch(/^base64:/);
  expect(gets.reduce((sum, { length = 0 }) => sum + length, 0)).toBeLessThan(1.1 * MiB);
});

test("a version's source omits content after 20 MiB", async () => {
  const files = Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`data/${i + 10}.txt`, 'a'.repeat(1_000_000)]));
  const { contents, truncated, total } = await read(await scene({ files }));
  const omitted = Object.entries(contents).filter(([, content]) => content === null);
  expect([truncated, total, omitted.map(([path]) => path)]).toEqual([true, 25, ['data/31.txt', 'data/30.txt'].sort()]);
});

test("a version's source returns 404 for an unknown or deleted version", async () => {
  const s = await scene();
  await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  await expect(read(s, 'hello_ext_1_0_2')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_1_0_2' });
});
