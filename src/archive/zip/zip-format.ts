// The records of a zip file (PKWARE APPNOTE 4.3): signatures, sizes, flags, and the encoding of the records that Slipway writes. A
// fixed date and mode, and no extra fields, give the same bytes on every machine.
import { view } from '../reading/decoding.ts';

export const signatures = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  central: 0x02014b50,
  end: 0x06054b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
} as const;

export const localHeaderBytes = 30;
export const centralHeaderBytes = 46;
export const endBytes = 22;
export const zip64EndBytes = 56;
export const zip64LocatorBytes = 20;
export const commentBytesMax = 0xffff;

export const flagBits = {
  encrypted: 1 << 0,
  descriptor: 1 << 3,
  patch: 1 << 5,
  strong: 1 << 6,
  utf8: 1 << 11,
  masked: 1 << 13,
};
export const methodNumbers = { stored: 0, deflated: 8 } as const;
export type Method = keyof typeof methodNumbers;

export const extraIds = { zip64: 0x0001, unicodePath: 0x7075 };

/** 1980-01-01, the earliest date a zip can represent. */
const dosDate = 0x0021;
const versionNeeded = 20;
const madeByUnix = 0x0314;
const regularFile644 = 0o100644 * 0x10000;

/** Reads 64 bits as a number. Values too large for an exact number exceed every limit anyway. */
export function readNumber(data: DataView, offset: number): number {
  return data.getUint32(offset, true) + data.getUint32(offset + 4, true) * 0x1_0000_0000;
}

export interface WrittenEntry {
  name: Uint8Array;
  method: Method;
  crc32: number;
  compressedSize: number;
  size: number;
  /** CRC and sizes follow the content in a data descriptor. */
  descriptor: boolean;
  headerOffset: number;
}

function flagsOf(entry: WrittenEntry): number {
  const utf8 = entry.name.some((byte) => byte > 0x7f) ? flagBits.utf8 : 0;
  return utf8 | (entry.descriptor ? flagBits.descriptor : 0);
}

export function localHeader(entry: WrittenEntry): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(localHeaderBytes + entry.name.length);
  const data = view(record);
  data.setUint32(0, signatures.local, true);
  data.setUint16(4, versionNeeded, true);
  data.setUint16(6, flagsOf(entry), true);
  data.setUint16(8, methodNumbers[entry.method], true);
  data.setUint16(12, dosDate, true);
  if (!entry.descriptor) {
    data.setUint32(14, entry.crc32, true);
    data.setUint32(18, entry.compressedSize, true);
    data.setUint32(22, entry.size, true);
  }
  data.setUint16(26, entry.name.length, true);
  record.set(entry.name, localHeaderBytes);
  return record;
}

export function dataDescriptor(entry: WrittenEntry): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(16);
  const data = view(record);
  data.setUint32(0, signatures.descriptor, true);
  data.setUint32(4, entry.crc32, true);
  data.setUint32(8, entry.compressedSize, true);
  data.setUint32(12, entry.size, true);
  return record;
}

/** Returns the central directory and the end record, which follow the entries. */
export function centralDirectory(entries: readonly WrittenEntry[], offset: number): Uint8Array<ArrayBuffer> {
  const size = entries.reduce((sum, entry) => sum + centralHeaderBytes + entry.name.length, 0);
  const record = new Uint8Array(size + endBytes);
  const data = view(record);
  let at = 0;
  for (const entry of entries) {
    data.setUint32(at, signatures.central, true);
    data.setUint16(at + 4, madeByUnix, true);
    data.setUint16(at + 6, versionNeeded, true);
    data.setUint16(at + 8, flagsOf(entry), true);
    data.setUint16(at + 10, methodNumbers[entry.method], true);
    data.setUint16(at + 14, dosDate, true);
    data.setUint32(at + 16, entry.crc32, true);
    data.setUint32(at + 20, entry.compressedSize, true);
    data.setUint32(at + 24, entry.size, true);
    data.setUint16(at + 28, entry.name.length, true);
    data.setUint32(at + 38, regularFile644, true);
    data.setUint32(at + 42, entry.headerOffset, true);
    record.set(entry.name, at + centralHeaderBytes);
    at += centralHeaderBytes + entry.name.length;
  }
  data.setUint32(at, signatures.end, true);
  data.setUint16(at + 8, entries.length, true);
  data.setUint16(at + 10, entries.length, true);
  data.setUint32(at + 12, size, true);
  data.setUint32(at + 16, offset, true);
  return record;
}
