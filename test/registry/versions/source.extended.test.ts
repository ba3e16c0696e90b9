// Tests sources with large and binary files.
import { expect, test } from 'vitest';
import { noise } from '../../support/bytes.ts';
import { scene } from '../../support/scenes/scene.ts';
import { watchedBucket } from '../../support/workers/watched-bucket.ts';
import { read } from './source-scene.ts';

const MiB = 1024 * 1024;

test('base64 is correct across the boundaries of encoded chunks', async () => {
  const bytes = noise(100_001);
  const { contents } = await read(await scene({ files: { 'weights.bin': bytes } }));
  const text = contents['weights.bin']?.replace('base64:', '') ?? '';
  expect(Uint8Array.from(atob(text), (character) => character.charCodeAt(0))).toEqual(bytes);
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
