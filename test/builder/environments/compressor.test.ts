// Tests that a package's archive depends only on its files, because builders share stored archives by digest.
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newCompressor } from '../../../builder/server/environments/packages/compressor.ts';

/** 50 KiB that Zstandard compresses to few bytes, in blocks like those of a tar archive. */
const content = Buffer.concat(
  Array.from({ length: 50 }, (_, n) =>
    Buffer.concat([createHash('sha512').update(String(n)).digest(), Buffer.alloc(448), Buffer.alloc(512, 'racing')]),
  ),
);

/**
 * Compresses the content in pieces of this size. If paced, waits until each piece is compressed before it writes the next one;
 * otherwise writes all pieces and the end at once.
 */
async function compressed(compressor: ReturnType<typeof newCompressor>, piece: number, isPaced: boolean) {
  const output = buffer(compressor);
  for (let at = 0; at < content.length; at += piece) {
    const taken = new Promise((resolve) => compressor.write(content.subarray(at, at + piece), resolve));
    if (isPaced) await taken;
  }
  compressor.end();
  return await output;
}

test('a package is compressed to the same bytes, regardless of how its content arrives', async () => {
  const arrivals = [
    [content.length, false],
    [content.length, true],
    [1000, false],
    [1000, true],
  ] as const;
  const archives = await Promise.all(
    arrivals.map(([piece, isPaced]) => compressed(newCompressor(64 * 1024), piece, isPaced)),
  );
  const [first = Buffer.alloc(0)] = archives;
  expect(archives.map((archive) => archive.equals(first))).toEqual(arrivals.map(() => true));
  expect(zstdDecompressSync(first).equals(content)).toBe(true);
});
