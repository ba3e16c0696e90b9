// Reads one 512-byte tar header (POSIX ustar, GNU or v7) strictly: checksum, numbers and names must be valid.
import { decodeUtf8 } from '../reading/decoding.ts';

export const tarBlockBytes = 512;

export interface TarHeader {
  type: string;
  /** Undefined if the name is not UTF-8. */
  name: string | undefined;
  size: number;
}

/** Returns undefined if the block is not a header. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (octal(block.subarray(148, 156)) !== checksum(block)) return undefined;
  const size = number(block.subarray(124, 136));
  if (size === undefined) return undefined;
  return { type: String.fromCharCode(block[156] ?? 0), name: fullName(block), size };
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function fullName(block: Uint8Array): string | undefined {
  const name = decodeUtf8(upToNul(block.subarray(0, 100)));
  const isPosix = decodeUtf8(block.subarray(257, 263)) === 'ustar\0';
  const prefix = isPosix ? decodeUtf8(upToNul(block.subarray(345, 500))) : '';
  if (name === undefined || prefix === undefined) return undefined;
  return prefix === '' ? name : `${prefix}/${name}`;
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Octal digits, or GNU's base 256 if the first bit is set. */
function number(field: Uint8Array): number | undefined {
  if (field[0] !== 0x80) return octal(field);
  let value = 0;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}

/** Digits after optional spaces (none means zero), ended by a space, a NUL or the end of the field. */
function octal(field: Uint8Array): number | undefined {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(String.fromCharCode(...field))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits || '0', 8);
}

/** The sum of all bytes, with the checksum field counted as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum;
}
