// Tests that a packed folder opens with the same files, and has the same bytes on every machine.
import { expect, test } from 'vitest';
import { decodeIndex, encodeIndex, readIndexed, streamIndexed } from '../../src/archive/contents/stored-index.ts';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { Meter } from '../../src/archive/reading/meter.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { bytesOf, joined, noise } from '../support/bytes.ts';

const files = [
  { path: 'pipeline.py', bytes: joined([bytesOf('def build_steps(request):\n    return {}\n'.repeat(3))]) },
  { path: 'manifest.py', bytes: joined([bytesOf('features = []\n'.repeat(3))]) },
  { path: 'models/modèle.bin', bytes: noise(200_000) },
  { path: 'empty.txt', bytes: noise(0) },
];

test('a packed archive opens with its original files', async () => {
  const zip = memorySource(await packZip(files));
  const archive = await openTestArchive(zip);
  expect(archive.findings).toEqual([]);
  expect(archive.files.map(({ path, method }) => [path, method])).toEqual([
    ['empty.txt', 'stored'],
    ['manifest.py', 'deflated'],
    ['models/modèle.bin', 'stored'],
    ['pipeline.py', 'deflated'],
  ]);
  for (const { path, bytes } of files) expect(await sha256Hex(await archive.read(path))).toBe(await sha256Hex(bytes));
});

test('a packed archive does not depend on file order', async () => {
  const digest = await sha256Hex(await packZip(files));
  expect(await sha256Hex(await packZip([...files].reverse()))).toBe(digest);
  expect(digest).toBe('4fff6107446386ef45568223d91fde16698e17089a12ef10001a297b61744ff5');
});

test('packing rejects two files with the same path', async () => {
  await expect(packZip([...files, ...files])).rejects.toThrow('two files named empty.txt');
});

test("a packed archive's file is read with one range read through its index entry", async () => {
  const zip = await packZip(files);
  const index = decodeIndex(encodeIndex((await openTestArchive(memorySource(zip))).files));
  const reads: [number, number][] = [];
  const source = {
    size: zip.length,
    read: async (offset: number, length: number) => {
      reads.push([offset, length]);
      return zip.slice(offset, offset + length);
    },
  };
  const entry = index.find(({ path }) => path === 'manifest.py');
  if (!entry) throw new Error('not in the index');
  expect(await readIndexed(source, entry, new Meter())).toEqual(files[1]?.bytes);
  expect(reads).toEqual([[entry.offset, entry.compressedSize]]);
});

test("a packed archive's large file is streamed through its index entry, and its size and CRC are checked at the end", async () => {
  const zip = await packZip(files);
  const { files: index } = await openTestArchive(memorySource(zip));
  const entry = index.find(({ path }) => path === 'models/modèle.bin');
  if (!entry) throw new Error('not in the index');
  const pieces: Uint8Array[] = [];
  for await (const piece of streamIndexed(memorySource(zip), entry)) pieces.push(piece.slice());
  expect(await sha256Hex(joined(pieces))).toBe(entry.sha256);
  await expect(readIndexed(memorySource(zip), { ...entry, crc32: 1 })).rejects.toThrow(
    'models/modèle.bin: size or CRC mismatch',
  );
});

test.each([
  ['a path that leaves its folder', { path: '../x' }],
  ['a negative offset', { offset: -1 }],
  ['an unknown method', { method: 'bzip2' }],
])('an index with %s is invalid', async (_, change) => {
  const { files: index } = await openTestArchive(memorySource(await packZip(files)));
  expect(() => decodeIndex(JSON.stringify({ version: 1, files: [{ ...index[0], ...change }] }))).toThrow();
});
