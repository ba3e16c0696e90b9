// Writes zips record by record, valid or deliberately invalid. Every field of every header can be overridden.
import { deflateSync } from 'fflate';
import { crc32 } from '../../../src/archive/compression/crc32.ts';
import { bytesOf, joined, littleEndian } from '../bytes.ts';

export interface ZipFields {
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  size: number;
  name: Uint8Array;
  extra: Uint8Array;
}

export interface ZipEntrySpec {
  name: string | Uint8Array;
  data?: string | Uint8Array;
  stored?: boolean;
  /** Written in place of the compressed data. Sizes are computed from it. */
  packed?: Uint8Array;
  /** The data descriptor: `signed` and `plain` with 32-bit sizes, `wide` with 64-bit sizes, or bytes for an invalid one. */
  descriptor?: 'signed' | 'plain' | 'wide' | Uint8Array;
  mode?: number;
  comment?: string;
  disk?: number;
  headerOffset?: number;
  fields?: Partial<ZipFields>;
  local?: Partial<ZipFields>;
  central?: Partial<ZipFields>;
  /** Bytes before this entry's header. */
  gap?: Uint8Array;
  unlisted?: boolean;
}

export interface ZipSpec {
  comment?: string | Uint8Array;
  prefix?: Uint8Array;
  suffix?: Uint8Array;
  /** Bytes between the last entry and the central directory. */
  beforeCentral?: Uint8Array;
  afterCentral?: Uint8Array;
  end?: Partial<ZipEnd>;
  zip64?: Partial<ZipEnd> & { locatorOffset?: number };
}

interface ZipEnd {
  disk: number;
  centralDisk: number;
  entriesHere: number;
  entries: number;
  centralSize: number;
  centralOffset: number;
}

export function writeZip(entries: readonly ZipEntrySpec[], spec: ZipSpec = {}): Uint8Array<ArrayBuffer> {
  const body: Uint8Array[] = [spec.prefix ?? bytesOf('')];
  const central: Uint8Array[] = [];
  let offset = (spec.prefix ?? '').length;
  for (const entry of entries) {
    const gap = entry.gap ?? bytesOf('');
    const written = entryRecords(entry, offset + gap.length);
    body.push(gap, ...written.local);
    if (!entry.unlisted) central.push(written.central);
    offset += gap.length + joined(written.local).length;
  }
  const directory = joined(central);
  const before = spec.beforeCentral ?? bytesOf('');
  const end: ZipEnd = {
    disk: 0,
    centralDisk: 0,
    entriesHere: central.length,
    entries: central.length,
    centralSize: directory.length,
    centralOffset: offset + before.length,
    ...spec.end,
  };
  const after = spec.afterCentral ?? bytesOf('');
  const zip64 = spec.zip64
    ? zip64Records(end, spec.zip64, offset + before.length + directory.length + after.length)
    : bytesOf('');
  const shown = spec.zip64
    ? { ...end, entriesHere: 0xffff, entries: 0xffff, centralOffset: 0xffffffff, ...spec.end }
    : end;
  return joined([
    ...body,
    before,
    directory,
    after,
    zip64,
    endRecord(shown, bytesOf(spec.comment ?? '')),
    spec.suffix ?? bytesOf(''),
  ]);
}

export function endRecord(end: ZipEnd, comment: Uint8Array): Uint8Array {
  return joined([
    littleEndian([4, 0x06054b50], [2, end.disk], [2, end.centralDisk], [2, end.entriesHere], [2, end.entries]),
    littleEndian([4, end.centralSize], [4, end.centralOffset], [2, comment.length]),
    comment,
  ]);
}

function zip64Records(
  end: ZipEnd,
  overrides: Partial<ZipEnd> & { locatorOffset?: number },
  offset: number,
): Uint8Array {
  const wide = { ...end, ...overrides };
  return joined([
    littleEndian([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, wide.disk], [4, wide.centralDisk]),
    littleEndian([8, wide.entriesHere], [8, wide.entries], [8, wide.centralSize], [8, wide.centralOffset]),
    littleEndian([4, 0x07064b50], [4, 0], [8, overrides.locatorOffset ?? offset], [4, 1]),
  ]);
}

function entryRecords(entry: ZipEntrySpec, offset: number): { local: Uint8Array[]; central: Uint8Array } {
  const data = bytesOf(entry.data ?? '');
  const packed = entry.packed ?? (entry.stored ? data : deflateSync(data));
  const name = bytesOf(entry.name);
  const fields: ZipFields = {
    flags: 0x0800 | (entry.descriptor ? 0x0008 : 0),
    method: entry.stored ? 0 : 8,
    crc32: crc32(data),
    compressedSize: packed.length,
    size: data.length,
    name,
    extra: bytesOf(''),
    ...entry.fields,
  };
  const zeroed = entry.descriptor ? { crc32: 0, compressedSize: 0, size: 0 } : {};
  const central = { ...fields, ...entry.central };
  return {
    local: [localRecord({ ...fields, ...zeroed, ...entry.local }), packed, descriptorRecord(fields, entry.descriptor)],
    central: centralRecord(central, entry, entry.headerOffset ?? offset),
  };
}

function localRecord(fields: ZipFields): Uint8Array {
  return joined([
    littleEndian([4, 0x04034b50], [2, 20], [2, fields.flags], [2, fields.method], [4, 0x00210000], [4, fields.crc32]),
    littleEndian([4, fields.compressedSize], [4, fields.size], [2, fields.name.length], [2, fields.extra.length]),
    fields.name,
    fields.extra,
  ]);
}

function centralRecord(
  fields: ZipFields,
  { mode = 0o100644, disk = 0, comment = '' }: ZipEntrySpec,
  offset: number,
): Uint8Array {
  return joined([
    littleEndian([4, 0x02014b50], [2, 0x0314], [2, 20], [2, fields.flags], [2, fields.method], [4, 0x00210000]),
    littleEndian([4, fields.crc32], [4, fields.compressedSize], [4, fields.size], [2, fields.name.length]),
    littleEndian([2, fields.extra.length], [2, comment.length], [2, disk], [2, 0], [4, mode * 0x10000], [4, offset]),
    fields.name,
    fields.extra,
    bytesOf(comment),
  ]);
}

function descriptorRecord(fields: ZipFields, kind: ZipEntrySpec['descriptor']): Uint8Array {
  if (kind === undefined) return bytesOf('');
  if (kind instanceof Uint8Array) return kind;
  const width = kind === 'wide' ? 8 : 4;
  const signature = kind === 'plain' ? bytesOf('') : littleEndian([4, 0x08074b50]);
  return joined([signature, littleEndian([4, fields.crc32], [width, fields.compressedSize], [width, fields.size])]);
}

/** Encodes one extra field. */
export function extraField(id: number, content: Uint8Array): Uint8Array {
  return joined([littleEndian([2, id], [2, content.length]), content]);
}

/** Encodes Info-ZIP's Unicode path field (0x7075) for an entry with this name. */
export function unicodePath(headerName: string | Uint8Array, path: string): Uint8Array {
  return extraField(0x7075, joined([Uint8Array.of(1), littleEndian([4, crc32(bytesOf(headerName))]), bytesOf(path)]));
}
