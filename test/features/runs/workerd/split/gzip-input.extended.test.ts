// Tests inflating compressed run inputs: how much is read and held in memory, and which files are complete.
import { expect, test } from 'vitest';
import { turnBytes } from '../../../../../src/core/turns.ts';
import { inflatedPieces } from '../../../../../src/features/runs/split/gzip-input.ts';
import { joined, noise } from '../../../../support/bytes.ts';

const mebibyte = 1024 * 1024;

/** Compresses the content, repeated this many times, into one member. */
async function gzip(content: string | Uint8Array<ArrayBuffer>, times = 1): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new CompressionStream('gzip');
  const write = async () => {
    const writer = writable.getWriter();
    const bytes = await new Blob([content]).bytes();
    for (let nth = 0; nth < times; nth++) await writer.write(bytes);
    await writer.close();
  };
  const [compressed] = await Promise.all([new Response(readable).arrayBuffer(), write()]);
  return new Uint8Array(compressed);
}

/** Returns a file in pieces, and counts the pieces. */
function counted(file: Uint8Array, pieceBytes = turnBytes) {
  const state = { pieces: 0, hasEnded: false };
  const pieces = async function* () {
    try {
      for (let at = 0; at < file.length; at += pieceBytes) {
        state.pieces += 1;
        yield file.subarray(at, at + pieceBytes);
      }
    } finally {
      state.hasEnded = true;
    }
  };
  return { state, pieces: pieces() };
}

async function inflated(file: Uint8Array, pieceBytes?: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of inflatedPieces(counted(file, pieceBytes).pieces)) parts.push(piece);
  return joined(parts);
}

test('a file that inflates to a thousand times its size is held one piece at a time, and read only as far as needed', async () => {
  const file = await gzip(new Uint8Array(mebibyte).fill(0x20), 200);
  const pieceBytes = 4096;
  expect(file.length).toBeGreaterThan(40 * pieceBytes);
  const { state, pieces } = counted(file, pieceBytes);
  let inflatedBytes = 0;
  for await (const piece of inflatedPieces(pieces)) {
    expect(piece.length).toBeLessThanOrEqual(turnBytes);
    inflatedBytes += piece.length;
    // A kilobyte becomes a mebibyte, so the data that is read but not yet handed out is little more than a piece.
    const ratio = (200 * mebibyte) / file.length;
    expect((state.pieces - 2) * pieceBytes * ratio).toBeLessThanOrEqual(inflatedBytes + turnBytes);
    if (inflatedBytes > 20 * mebibyte) break;
  }
  expect(state.hasEnded).toBe(true);
});

test.each([1, 5, 1000, turnBytes])('a file in pieces of %i bytes yields all its consecutive members', async (size) => {
  const contents = [noise(5000), new Uint8Array(0), new Uint8Array(3000).fill(7), noise(100, 2)];
  const file = joined(await Promise.all(contents.map((content) => gzip(content))));
  expect(await inflated(file, size)).toEqual(joined(contents));
});

test('small members are joined into full pieces', async () => {
  const line = await gzip('{"n":1}\n');
  const sizes: number[] = [];
  const { pieces } = counted(joined(Array.from({ length: 900 }, () => line)));
  for await (const { length } of inflatedPieces(pieces)) sizes.push(length);
  expect(sizes).toEqual([900 * 8]);
});

const incomplete = 'The input is not a complete gzip file.';

test.each([
  ['nothing', incomplete, async () => new Uint8Array(0)],
  ['what is not compressed', incomplete, async () => noise(100)],
  ['a file that is cut off', incomplete, async () => (await gzip(noise(9000))).slice(0, -1)],
  [
    'a second member that is cut off',
    incomplete,
    async () => joined([await gzip('a'), (await gzip('b')).slice(0, -9)]),
  ],
  ['bytes behind the last member', incomplete, async () => joined([await gzip('a'), noise(20)])],
  [
    'a file with a wrong checksum',
    incomplete,
    async () => {
      const file = await gzip('a row');
      file[file.length - 8] = ~(file.at(-8) ?? 0);
      return file;
    },
  ],
  [
    'a file of thousands of members that are nearly empty',
    'The gzip file has too many small members.',
    async () => {
      const member = await gzip('\n');
      return joined(Array.from({ length: 1100 }, () => member));
    },
  ],
])('%s is refused', async (_, reason, file) => {
  await expect(file().then((bytes) => inflated(bytes))).rejects.toThrow(reason);
});
