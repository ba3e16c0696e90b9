// Scan policy §8, SLP704, 706 and 710: zips that two readers could interpret differently are rejected.
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  endRecord,
  extraField,
  unicodePath,
  writeZip,
  type ZipEntrySpec,
  type ZipSpec,
} from '../support/archives/zip-writer.ts';
import { joined, littleEndian, noise } from '../support/bytes.ts';
import { findingsOf, manifest, pathsOf, pipeline, plugin } from './open-plugin.ts';

const text = { name: 'a.txt', data: 'x'.repeat(50) };
const emptyEnd = { disk: 0, centralDisk: 0, entriesHere: 0, entries: 0, centralSize: 0, centralOffset: 0 };
const wide = (...values: number[]) => extraField(1, littleEndian(...values.map((value) => [8, value] as const)));
const all32 = 0xffffffff;
const whole = writeZip(plugin());

type Case = [title: string, entries: ZipEntrySpec[], expected: string[], spec?: ZipSpec];

describe('the local header must match the central directory', () => {
  test.each<Case>([
    [
      'a different name',
      plugin({ ...text, local: { name: Uint8Array.from([97, 46, 112, 121, 120]) } }),
      ['SLP704 error a.txt:1'],
    ],
    ['a longer name', plugin({ ...text, local: { name: noise(9) } }), ['SLP704 error a.txt:1']],
    ['a different method', plugin({ ...text, local: { method: 0 } }), ['SLP704 error a.txt:1']],
    ['a different size', plugin({ ...text, local: { size: 49 } }), ['SLP704 error a.txt:1']],
    ['a different compressed size', plugin({ ...text, local: { compressedSize: 3 } }), ['SLP704 error a.txt:1']],
    ['a different CRC', plugin({ ...text, local: { crc32: 7 } }), ['SLP704 error a.txt:1']],
    ['an encryption flag', plugin({ ...text, local: { flags: 0x0801 } }), ['SLP704 error a.txt:1']],
    ['a descriptor flag', plugin({ ...text, local: { flags: 0x0808 } }), ['SLP704 error a.txt:1']],
    ['no header at all', plugin({ ...text, headerOffset: 1 }), ['SLP704 error manifest.py:1']],
  ])('a local header that differs from the central directory is rejected: %s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('data descriptors', () => {
  test.each(['signed', 'plain', 'wide'] as const)('data descriptors in %s form are accepted', async (descriptor) => {
    const zip = writeZip(plugin({ ...text, descriptor }, { name: 'b.txt', data: 'b', stored: true, descriptor }));
    expect(await pathsOf(zip)).toEqual(['a.txt', 'b.txt', 'manifest.py', 'pipeline.py']);
  });

  test.each<Case>([
    [
      'with a different CRC',
      plugin({ ...text, descriptor: littleEndian([4, 0x08074b50], [4, 1], [4, 5], [4, 50]) }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'without the flag',
      plugin({ ...text, descriptor: 'signed', fields: { flags: 0x0800 }, local: { crc32: 1 } }),
      ['SLP704 error a.txt:1'],
    ],
    ['missing', plugin({ ...text, descriptor: noise(0) }), ['SLP704 error a.txt:1']],
    ['with a wrong signature', plugin({ ...text, descriptor: noise(16) }), ['SLP704 error a.txt:1']],
    [
      'with a wrong local size',
      plugin({ ...text, descriptor: 'signed', local: { size: 3 } }),
      ['SLP704 error a.txt:1'],
    ],
  ])('data descriptors are rejected: %s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('every byte must belong to exactly one entry', () => {
  test.each<Case>([
    [
      'two entries share their bytes',
      plugin(text, { ...text, name: 'b.txt', unlisted: true }, { name: 'c.txt', data: '', headerOffset: 0 }),
      ['SLP704 error manifest.py:1'],
    ],
    [
      'an entry overlaps the next',
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
      'bytes before the first entry, with unchanged offsets',
      plugin(),
      ['SLP704 error :1'],
      { prefix: noise(64), end: { centralOffset: whole.length - 22 - 113 } },
    ],
    ['bytes after the end record', plugin(), ['SLP704 error :1'], { suffix: noise(5) }],
    [
      'surplus bytes after the compressed data',
      plugin({
        ...text,
        packed: joined([deflateSync(text.data ? new TextEncoder().encode(text.data) : noise(0)), noise(3)]),
      }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a stored entry with two sizes',
      plugin({ ...text, stored: true, fields: { size: 40 } }),
      ['SLP704 error a.txt:1'],
    ],
    ['a folder that contains data', plugin({ name: 'd/', data: 'hidden', mode: 0o040755 }), ['SLP704 error d:1']],
  ])(
    'a byte that does not belong to exactly one entry rejects the zip: %s',
    async (_, entries, expected, spec = {}) => {
      expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
    },
  );
});

describe('there must be exactly one end record, with correct counts', () => {
  test.each<Case>([
    ['too many entries', plugin(), ['SLP704 error :1'], { end: { entriesHere: 3, entries: 3 } }],
    ['too few entries', plugin(), ['SLP704 error :1'], { end: { entriesHere: 1, entries: 1 } }],
    ['two different counts', plugin(), ['SLP704 error :1'], { end: { entriesHere: 1 } }],
    [
      'a comment that contains an end record',
      plugin(),
      ['SLP704 error :1'],
      { comment: endRecord(emptyEnd, noise(0)) },
    ],
    [
      'a comment that contains an invalid end record',
      plugin(),
      ['SLP704 error :1'],
      { comment: endRecord(emptyEnd, noise(9)) },
    ],
    ['an end record right before it', plugin(), ['SLP704 error :1'], { afterCentral: endRecord(emptyEnd, noise(0)) }],
    ['an end record in a central comment', plugin({ ...text, comment: 'PK\u0005\u0006' }), ['SLP704 error :1']],
    ['another disk', plugin(), ['SLP706 error :1'], { end: { disk: 1, centralDisk: 1 } }],
    ['an entry on another disk', plugin({ ...text, disk: 1 }), ['SLP706 error a.txt:1']],
    [
      'a central directory above the limit',
      plugin(
        { name: 'a', comment: 'c'.repeat(65_000) },
        ...Array.from({ length: 64 }, (_, i) => ({ name: `f${i}`, comment: 'c'.repeat(65_000) })),
      ),
      ['SLP705 error :1'],
    ],
  ])(
    'a zip without exactly one end record with correct counts is rejected: %s',
    async (_, entries, expected, spec = {}) => {
      expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
    },
  );
});

describe('consistent zip64 is accepted', () => {
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
      'sizes only in the local header',
      plugin({ ...text, local: { size: all32, compressedSize: all32, extra: wide(50, 5) } }),
    ],
    ['a field that repeats the header', plugin({ ...text, fields: { extra: wide(50, 5) } })],
  ])('consistent zip64 is accepted: %s', async (_, entries, spec = {}) => {
    const packed = deflateSync(new TextEncoder().encode(text.data));
    expect(packed.length).toBe(5);
    expect(await pathsOf(writeZip(entries, spec))).toEqual(entries.map(({ name }) => name).sort());
  });

  test.each<Case>([
    ['an end record with a different count', plugin(), ['SLP706 error :1'], { zip64: { entries: 3 } }],
    [
      'an end record that differs from the plain one',
      plugin(),
      ['SLP706 error :1'],
      { zip64: { entries: 2, entriesHere: 2 }, end: { entries: 7, entriesHere: 7 } },
    ],
    ['a locator with a wrong offset', plugin(), ['SLP706 error :1'], { zip64: { locatorOffset: 0 } }],
    ['no zip64 record', plugin(), ['SLP706 error :1'], { end: { entries: 0xffff, entriesHere: 0xffff } }],
    ['several disks', plugin(), ['SLP706 error :1'], { zip64: { disk: 1 } }],
    ['missing sizes', plugin({ ...text, fields: { size: all32 } }), ['SLP706 error a.txt:1']],
    ['a size that differs', plugin({ ...text, fields: { extra: wide(51, 5) } }), ['SLP706 error a.txt:1']],
    [
      'a truncated size',
      plugin({ ...text, fields: { size: all32, extra: extraField(1, noise(4)) } }),
      ['SLP706 error a.txt:1'],
    ],
  ])('inconsistent zip64 is rejected: %s', async (_, entries, expected, spec = {}) => {
    expect(await findingsOf(writeZip(entries, spec))).toEqual(expected);
  });
});

describe('extra fields', () => {
  test.each<Case>([
    [
      'a Unicode path with another name',
      plugin({ ...text, fields: { extra: unicodePath('a.txt', 'evil.py') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a Unicode path only in the local header',
      plugin({ ...text, local: { extra: unicodePath('a.txt', 'evil.py') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a Unicode path for another header',
      plugin({ ...text, fields: { extra: unicodePath('b.txt', 'a.txt') } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a truncated field',
      plugin({ ...text, fields: { extra: littleEndian([2, 0x5455], [2, 9], [1, 0]) } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'a repeated field',
      plugin({ ...text, fields: { extra: joined([wide(50, 5), wide(50, 5)]) } }),
      ['SLP704 error a.txt:1'],
    ],
    ['a Unicode path with the same name', plugin({ ...text, fields: { extra: unicodePath('a.txt', 'a.txt') } }), []],
    [
      'a Unicode path for a name in code page 437',
      plugin({
        name: Uint8Array.of(0x82, 0x2e, 0x74),
        fields: { flags: 0, extra: unicodePath(Uint8Array.of(0x82, 0x2e, 0x74), 'é.t') },
      }),
      [],
    ],
    [
      'timestamps and owners',
      plugin({
        ...text,
        local: { extra: extraField(0x5455, noise(9)) },
        central: { extra: extraField(0x7875, noise(11)) },
      }),
      [],
    ],
    ['padding of zeros', plugin({ ...text, local: { extra: new Uint8Array(3) } }), []],
  ])("an extra field is accepted only if it doesn't change the content: %s", async (_, entries, expected) => {
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
  ])('an unknown method or encryption is SLP706: %s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

describe('content must match the directory', () => {
  const data = new TextEncoder().encode('hello hello hello');
  test.each<Case>([
    ['a wrong CRC', plugin({ ...text, fields: { crc32: 1 } }), ['SLP704 error a.txt:1']],
    ['a wrong CRC of a stored file', plugin({ ...text, stored: true, fields: { crc32: 1 } }), ['SLP704 error a.txt:1']],
    ['fewer bytes than declared', plugin({ ...text, fields: { size: 51 } }), ['SLP704 error a.txt:1']],
    ['more bytes than declared', plugin({ ...text, fields: { size: 10 } }), ['SLP704 error a.txt:1']],
    [
      'a gigabyte declared as ten bytes',
      plugin({ name: 'a.txt', packed: deflateSync(new Uint8Array(1e6)), fields: { size: 10 } }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'truncated compressed data',
      plugin({ name: 'a.txt', data, packed: deflateSync(data).subarray(0, -1) }),
      ['SLP704 error a.txt:1'],
    ],
    [
      'invalid compressed data',
      plugin({ name: 'a.txt', data, packed: Uint8Array.of(7, 7, 7, 7) }),
      ['SLP704 error a.txt:1'],
    ],
    ['no data despite a declared size', plugin({ name: 'a.txt', data, packed: noise(0) }), ['SLP704 error a.txt:1']],
  ])('content that does not match the directory is rejected: %s', async (_, entries, expected) => {
    expect(await findingsOf(writeZip(entries))).toEqual(expected);
  });
});

test('compressed data of mostly empty blocks is rejected before inflating', async () => {
  const empty = joined([
    ...Array.from({ length: 2000 }, () => Uint8Array.of(0, 0, 0, 0xff, 0xff)),
    deflateSync(new TextEncoder().encode('x')),
  ]);
  expect(await findingsOf(writeZip(plugin({ name: 'a.txt', data: 'x', packed: empty })))).toEqual([
    'SLP704 error a.txt:1',
  ]);
});

describe('invalid zips', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, string[]]>([
    ['no bytes', noise(0), ['SLP710 error :1']],
    ['text', joined([new TextEncoder().encode('hello, I am a zip')]), ['SLP710 error :1']],
    ['a zip truncated in the middle', whole.slice(0, whole.length >> 1), ['SLP710 error :1']],
    ['a zip truncated before its last byte', whole.slice(0, -1), ['SLP710 error :1']],
    ['only an end record', joined([endRecord(emptyEnd, noise(0))]), ['SLP710 error :1']],
    ['a zip without its first bytes', whole.slice(9), ['SLP704 error :1']],
    [
      'only macOS metadata files',
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
  ])('an invalid zip is rejected: %s', async (_, bytes, expected) => {
    expect((await findingsOf(bytes)).sort()).toEqual(expected);
  });
});
