// A packed folder opens again as it was, and is the same bytes on every machine.
import { expect, test } from 'vitest';
import { memorySource } from '../../src/archive/byte-source.ts';
import { decodeIndex, encodeIndex, readIndexed, streamIndexed } from '../../src/archive/index.ts';
import { Meter } from '../../src/archive/meter.ts';
import { packZip } from '../../src/archive/pack.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { bytesOf, joined, noise } from '../support/bytes.ts';
import { openTestArchive } from '../support/open-archive.ts';

const files = [
  { path: 'pipeline.py', bytes: joined([bytesOf('def build_steps(request):\n    return {}\n'.repeat(3))]) },
  { path: 'manifest.py', bytes: joined([bytesOf('features = []\n'.repeat(3))]) },
  { path: 'models/modèle.bin', bytes: noise(200_000) },
  { path: 'empty.txt', bytes: noise(0) },
];

test('opens as it was packed', async () => {
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

test('is the same whatever order the files came in', async () => {
  const digest = await sha256Hex(await packZip(files));
  expect(await sha256Hex(await packZip([...files].reverse()))).toBe(digest);
  expect(digest).toBe('4fff6107446386ef45568223d91fde16698e17089a12ef10001a297b61744ff5');
});

test('refuses two files of one path', async () => {
  await expect(packZip([...files, ...files])).rejects.toThrow('two files named empty.txt');
});

test('one range read by the index gets one file', async () => {
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
  if (!entry) throw new Error('indexed');
  expect(await readIndexed(source, entry, new Meter())).toEqual(files[1]?.bytes);
  expect(reads).toEqual([[entry.offset, entry.compressedSize]]);
});

test('a large file is streamed by the index, and checked at its end', async () => {
  const zip = await packZip(files);
  const { files: index } = await openTestArchive(memorySource(zip));
  const entry = index.find(({ path }) => path === 'models/modèle.bin');
  if (!entry) throw new Error('indexed');
  const pieces: Uint8Array[] = [];
  for await (const piece of streamIndexed(memorySource(zip), entry)) pieces.push(piece.slice());
  expect(await sha256Hex(joined(pieces))).toBe(entry.sha256);
  await expect(readIndexed(memorySource(zip), { ...entry, crc32: 1 })).rejects.toThrow(
    'models/modèle.bin: its size or CRC differs',
  );
});

test.each([
  ['a path that leaves its folder', { path: '../x' }],
  ['a negative offset', { offset: -1 }],
  ['another method', { method: 'bzip2' }],
])('an index with %s is none', async (_, change) => {
  const { files: index } = await openTestArchive(memorySource(await packZip(files)));
  expect(() => decodeIndex(JSON.stringify({ version: 1, files: [{ ...index[0], ...change }] }))).toThrow();
});
