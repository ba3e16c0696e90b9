// Scan policy §8, SLP704, 706 and 710: a zip says one thing, and says it once, or it is refused.
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { joined, littleEndian, noise } from '../support/bytes.ts';
import {
  endRecord,
  extraField,
  unicodePath,
  writeZip,
  type ZipEntrySpec,
  type ZipSpec,
} from '../support/zip-writer.ts';
import { findingsOf, manifest, pathsOf, pipeline, plugin } from './open-plugin.ts';

const text = { name: 'a.txt', data: 'x'.repeat(50) };
const emptyEnd = { disk: 0, centralDisk: 0, entriesHere: 0, entries: 0, centralSize: 0, centralOffset: 0 };
const wide = (...values: number[]) => extraField(1, littleEndian(...values.map((value) => [8, value] as const)));
const all32 = 0xffffffff;
const whole = writeZip(plugin());

type Case = [title: string, entries: ZipEntrySpec[], expected: string[], spec?: ZipSpec];

describe('the local header says what the central directory says', () => {
  test.each<Case>([
    [
      'another name',
      plugin({ ...text, local: { name: Uint8Array.from([97, 46, 112, 121, 120]) } }),
      ['SLP704 error a.txt:1'],
    ],
    ['a longer name', plugin({ ...text, local: { name: noise(9) } }), ['SLP704 error a.txt:1']],
    ['another method', plugin({ ...text, local: { method: 0 } }), ['SLP704 error a.txt:1']],
    ['another size', plugin({ ...text, local: { size: 49 } }), ['SLP704 error a.txt:1']],
    ['another compressed size', plugin({ ...text, local: { compressedSize: 3 } }), ['SLP704 error a.txt:1']],
    ['another CRC', plugin({ ...text, local: { crc32: 7 } }), ['SLP704 error a.txt:1']],
    ['an encryption flag', plugin({ ...text, local: { flags: 0x0801 } }), ['SLP704 error a.txt:1']],
    ['a descriptor flag', plugin({ ...text, local: { flags: 0x0808 } }), ['SLP704 error a.txt:1']],
    ['no header at all', plugin({ ...text, headerOffset: 1 }), ['SLP704 error manifest.py:1']],
  ])('%s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('data descriptors', () => {
  test.each(['signed', 'plain', 'wide'] as const)('%s ones are read', async (descriptor) => {
    const zip = writeZip(plugin({ ...text, descriptor }, { name: 'b.txt', data: 'b', stored: true, descriptor }));
    expect(await pathsOf(zip)).toEqual(['a.txt', 'b.txt', 'manifest.py', 'pipeline.py']);
  });

  test.each<Case>([
    [
      'with another CRC',
      plugin({ ...text, descriptor: littleEndian([4, 0x08074b50], [4, 1], [4, 5], [4, 50]) }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'without the flag',
      plugin({ ...text, descriptor: 'signed', fields: { flags: 0x0800 }, local: { crc32: 1 } }),
      ['SLP704 error a.txt:1'],
    ],
    ['missing', plugin({ ...text, descriptor: noise(0) }), ['SLP704 error a.txt:1']],
    ['with another signature', plugin({ ...text, descriptor: noise(16) }), ['SLP704 error a.txt:1']],
    [
      'beside a wrong local size',
      plugin({ ...text, descriptor: 'signed', local: { size: 3 } }),
      ['SLP704 error a.txt:1'],
    ],
  ])('%s are refused', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('every byte belongs to exactly one entry', () => {
  test.each<Case>([
    [
      'two entries share their bytes',
      plugin(text, { ...text, name: 'b.txt', unlisted: true }, { name: 'c.txt', data: '', headerOffset: 0 }),
      ['SLP704 error manifest.py:1'],
    ],
    [
      'an entry reaches into the next',
      [manifest, { ...text, central: { compressedSize: 400 } }, pipeline],
      ['SLP704 error a.txt:1'],
    ],
    ['bytes between two entries', [manifest, { ...pipeline, gap: noise(5) }], ['SLP704 error manifest.py:1']],
    ['an entry that is not listed', [manifest, { ...text, unlisted: true }, pipeline], ['SLP704 error manifest.py:1']],
    ['bytes before the central directory', plugin(), ['SLP704 error pipeline.py:1'], { beforeCentral: noise(5) }],
    ['bytes after the central directory', plugin(), ['SLP704 error :1'], { afterCentral: noise(5) }],
    ['bytes before the first entry', plugin(), ['SLP704 error :1'], { prefix: noise(5) }],
    ['a script before the first entry', plugin(), ['SLP704 error :1'], { prefix: Uint8Array.from([35, 33, 47, 98]) }],
    [
      'bytes before the first entry, offsets not moved',
      plugin(),
      ['SLP704 error :1'],
      { prefix: noise(64), end: { centralOffset: whole.length - 22 - 113 } },
    ],
    ['bytes after the end record', plugin(), ['SLP704 error :1'], { suffix: noise(5) }],
    [
      'bytes left over behind the compressed data',
      plugin({
        ...text,
        packed: joined([deflateSync(text.data ? new TextEncoder().encode(text.data) : noise(0)), noise(3)]),
      }),
      ['SLP704 error a.txt:1'],
    ],
    ['a stored entry of two sizes', plugin({ ...text, stored: true, fields: { size: 40 } }), ['SLP704 error a.txt:1']],
    ['a folder that holds data', plugin({ name: 'd/', data: 'hidden', mode: 0o040755 }), ['SLP704 error d:1']],
  ])('%s', async (_, entries, expected, spec = {}) => {
    expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
  });
});

describe('there is one end record, and it counts right', () => {
  test.each<Case>([
    ['too many entries', plugin(), ['SLP704 error :1'], { end: { entriesHere: 3, entries: 3 } }],
    ['too few entries', plugin(), ['SLP704 error :1'], { end: { entriesHere: 1, entries: 1 } }],
    ['two counts', plugin(), ['SLP704 error :1'], { end: { entriesHere: 1 } }],
    ['a comment that holds an end record', plugin(), ['SLP704 error :1'], { comment: endRecord(emptyEnd, noise(0)) }],
    [
      'a comment that holds an end record that does not fit',
      plugin(),
      ['SLP704 error :1'],
      { comment: endRecord(emptyEnd, noise(9)) },
    ],
    ['an end record right before it', plugin(), ['SLP704 error :1'], { afterCentral: endRecord(emptyEnd, noise(0)) }],
    ['an end record in a central comment', plugin({ ...text, comment: 'PK\u0005\u0006' }), ['SLP704 error :1']],
    ['another disk', plugin(), ['SLP706 error :1'], { end: { disk: 1, centralDisk: 1 } }],
    ['an entry on another disk', plugin({ ...text, disk: 1 }), ['SLP706 error a.txt:1']],
    [
      'a central directory larger than any',
      plugin(
        { name: 'a', comment: 'c'.repeat(65_000) },
        ...Array.from({ length: 64 }, (_, i) => ({ name: `f${i}`, comment: 'c'.repeat(65_000) })),
      ),
      ['SLP705 error :1'],
    ],
  ])('%s', async (_, entries, expected, spec = {}) => {
    expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
  });
});

describe('zip64 is accepted where it says the same', () => {
  test.each<[string, ZipEntrySpec[], ZipSpec?]>([
    ['an end record', plugin(), { zip64: {} }],
    [
      'sizes in both headers',
      plugin({
        ...text,
        fields: { extra: wide(50, 5) },
        local: { size: all32, compressedSize: all32 },
        central: { size: all32, compressedSize: all32 },
      }),
    ],
    [
      'sizes in the local header only',
      plugin({ ...text, local: { size: all32, compressedSize: all32, extra: wide(50, 5) } }),
    ],
    ['a field that repeats what the header says', plugin({ ...text, fields: { extra: wide(50, 5) } })],
  ])('%s', async (_, entries, spec = {}) => {
    const packed = deflateSync(new TextEncoder().encode(text.data));
    expect(packed.length).toBe(5);
    expect(await pathsOf(writeZip(entries, spec))).toEqual(entries.map(({ name }) => name).sort());
  });

  test.each<Case>([
    ['an end record of another count', plugin(), ['SLP706 error :1'], { zip64: { entries: 3 } }],
    [
      'an end record beside a plain one that differs',
      plugin(),
      ['SLP706 error :1'],
      { zip64: { entries: 2, entriesHere: 2 }, end: { entries: 7, entriesHere: 7 } },
    ],
    ['a locator that points elsewhere', plugin(), ['SLP706 error :1'], { zip64: { locatorOffset: 0 } }],
    ['no zip64 record', plugin(), ['SLP706 error :1'], { end: { entries: 0xffff, entriesHere: 0xffff } }],
    ['several disks', plugin(), ['SLP706 error :1'], { zip64: { disk: 1 } }],
    ['missing sizes', plugin({ ...text, fields: { size: all32 } }), ['SLP706 error a.txt:1']],
    ['a size that differs', plugin({ ...text, fields: { extra: wide(51, 5) } }), ['SLP706 error a.txt:1']],
    [
      'a size that is cut short',
      plugin({ ...text, fields: { size: all32, extra: extraField(1, noise(4)) } }),
      ['SLP706 error a.txt:1'],
    ],
  ])('%s is refused', async (_, entries, expected, spec = {}) => {
    expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
  });
});

describe('extra fields', () => {
  test.each<Case>([
    [
      'a Unicode path that names another file',
      plugin({ ...text, fields: { extra: unicodePath('a.txt', 'evil.py') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a Unicode path in the local header only',
      plugin({ ...text, local: { extra: unicodePath('a.txt', 'evil.py') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a Unicode path for another header',
      plugin({ ...text, fields: { extra: unicodePath('b.txt', 'a.txt') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a field that is cut short',
      plugin({ ...text, fields: { extra: littleEndian([2, 0x5455], [2, 9], [1, 0]) } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a field given twice',
      plugin({ ...text, fields: { extra: joined([wide(50, 5), wide(50, 5)]) } }),
      ['SLP704 error a.txt:1'],
    ],
    ['a Unicode path that names the same', plugin({ ...text, fields: { extra: unicodePath('a.txt', 'a.txt') } }), []],
    [
      'a Unicode path for a name in code page 437',
      plugin({
        name: Uint8Array.of(0x82, 0x2e, 0x74),
        fields: { flags: 0, extra: unicodePath(Uint8Array.of(0x82, 0x2e, 0x74), 'é.t') },
      }),
      [],
    ],
    [
      'times and owners',
      plugin({
        ...text,
        local: { extra: extraField(0x5455, noise(9)) },
        central: { extra: extraField(0x7875, noise(11)) },
      }),
      [],
    ],
    ['padding of zeros', plugin({ ...text, local: { extra: new Uint8Array(3) } }), []],
  ])('%s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('methods and encryption', () => {
  test.each<Case>([
    ['encrypted', plugin({ ...text, fields: { flags: 0x0801 } }), ['SLP706 error a.txt:1']],
    ['strongly encrypted', plugin({ ...text, fields: { flags: 0x0840 } }), ['SLP706 error a.txt:1']],
    ['masked headers', plugin({ ...text, fields: { flags: 0x2800 } }), ['SLP706 error a.txt:1']],
    ['patch data', plugin({ ...text, fields: { flags: 0x0820 } }), ['SLP706 error a.txt:1']],
    ['bzip2', plugin({ ...text, fields: { method: 12 } }), ['SLP706 error a.txt:1']],
    ['LZMA', plugin({ ...text, fields: { method: 14 } }), ['SLP706 error a.txt:1']],
    ['AES', plugin({ ...text, fields: { method: 99 } }), ['SLP706 error a.txt:1']],
  ])('%s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('content is what the directory says', () => {
  const data = new TextEncoder().encode('hello hello hello');
  test.each<Case>([
    ['another CRC', plugin({ ...text, fields: { crc32: 1 } }), ['SLP704 error a.txt:1']],
    ['another CRC of a stored file', plugin({ ...text, stored: true, fields: { crc32: 1 } }), ['SLP704 error a.txt:1']],
    ['fewer bytes than declared', plugin({ ...text, fields: { size: 51 } }), ['SLP704 error a.txt:1']],
    ['more bytes than declared', plugin({ ...text, fields: { size: 10 } }), ['SLP704 error a.txt:1']],
    [
      'a gigabyte declared as ten bytes',
      plugin({ name: 'a.txt', packed: deflateSync(new Uint8Array(1e6)), fields: { size: 10 } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'compressed data cut short',
      plugin({ name: 'a.txt', data, packed: deflateSync(data).subarray(0, -1) }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'compressed data that is none',
      plugin({ name: 'a.txt', data, packed: Uint8Array.of(7, 7, 7, 7) }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'nothing where something was declared',
      plugin({ name: 'a.txt', data, packed: noise(0) }),
      ['SLP704 error a.txt:1'],
    ],
  ])('%s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

test('compressed data that is mostly empty blocks is not even begun', async () => {
  const empty = joined([
    ...Array.from({ length: 2000 }, () => Uint8Array.of(0, 0, 0, 0xff, 0xff)),
    deflateSync(new TextEncoder().encode('x')),
  ]);
  expect(await findingsOf(writeZip(plugin({ name: 'a.txt', data: 'x', packed: empty })))).toEqual([
    'SLP704 error a.txt:1',
  ]);
});

describe('what is no zip at all', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, string[]]>([
    ['nothing', noise(0), ['SLP710 error :1']],
    ['text', joined([new TextEncoder().encode('hello, I am a zip')]), ['SLP710 error :1']],
    ['a zip cut in the middle', whole.slice(0, whole.length >> 1), ['SLP710 error :1']],
    ['a zip cut before its last byte', whole.slice(0, -1), ['SLP710 error :1']],
    ['an end record and nothing else', joined([endRecord(emptyEnd, noise(0))]), ['SLP710 error :1']],
    ['a zip with its beginning cut off', whole.slice(9), ['SLP704 error :1']],
    [
      'only what macOS adds',
      writeZip([
        { name: '__MACOSX/._x', data: 'x' },
        { name: '.DS_Store', data: 'x' },
      ]),
      ['SLP709 error manifest.py:1', 'SLP709 error pipeline.py:1', 'SLP710 error :1'],
    ],
    [
      'only a folder',
      writeZip([{ name: 'd/', mode: 0o040755 }]),
      ['SLP709 error manifest.py:1', 'SLP709 error pipeline.py:1', 'SLP710 error :1'],
    ],
  ])('%s', async (_, bytes, expected) => {
    expect((await findingsOf(bytes)).sort()).toEqual(expected);
  });
});
