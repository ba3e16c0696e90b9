// Finds a zip's end record, and from it the central directory (APPNOTE 4.3.14-16). Rejects a second candidate end record and trailing
// bytes, because readers would disagree.
import type { ByteSource } from '../reading/byte-source.ts';
import { view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import {
  commentBytesMax,
  endBytes,
  readNumber,
  signatures,
  zip64EndBytes,
  zip64LocatorBytes,
} from '../zip/zip-format.ts';

export interface ZipEnd {
  entryCount: number;
  centralOffset: number;
  centralSize: number;
}

export async function readZipEnd(source: ByteSource, { bytesMax }: { bytesMax: number }): Promise<ZipEnd> {
  const tailBytes = Math.min(source.size, endBytes + commentBytesMax + zip64LocatorBytes + zip64EndBytes);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  const tailOffset = source.size - tailBytes;
  const at = findEnd(tail);
  const data = view(tail);
  const [disk, centralDisk] = [data.getUint16(at + 4, true), data.getUint16(at + 6, true)];
  const entriesHere = data.getUint16(at + 8, true);
  const end = {
    entryCount: data.getUint16(at + 10, true),
    centralSize: data.getUint32(at + 12, true),
    centralOffset: data.getUint32(at + 16, true),
  };
  const zip64 = readZip64End(tail, tailOffset, at, end);
  if (!zip64 && (disk !== 0 || centralDisk !== 0)) throw new Defect('SLP706', 'the archive spans several disks');
  if (entriesHere !== end.entryCount) throw new Defect('SLP704', 'the end record contains two different entry counts');
  const { centralOffset, centralSize } = zip64 ?? end;
  const endOffset = tailOffset + at - (zip64 ? zip64EndBytes + zip64LocatorBytes : 0);
  if (centralOffset + centralSize !== endOffset) {
    const difference = endOffset - centralOffset - centralSize;
    throw new Defect('SLP704', `the central directory ends ${difference} bytes from the offset in the end record`);
  }
  if (centralSize > bytesMax) throw new Defect('SLP705', `the central directory is larger than ${bytesMax} bytes`);
  return zip64 ?? end;
}

/** Returns whether the source ends like a zip, regardless of its first bytes. */
export async function endsLikeZip(source: ByteSource): Promise<boolean> {
  const tailBytes = Math.min(source.size, endBytes + commentBytesMax);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  return endPositions(tail).some((at) => at + endBytes + view(tail).getUint16(at + 20, true) === tail.length);
}

function findEnd(tail: Uint8Array): number {
  const data = view(tail);
  const positions = endPositions(tail);
  const last = positions.at(-1);
  if (last === undefined) throw new Defect('SLP710', 'no end record; the file is truncated or not a zip');
  const fitting = positions.filter((at) => at + endBytes + data.getUint16(at + 20, true) === tail.length);
  const [found, second] = fitting;
  if (found === undefined) {
    const surplus = tail.length - last - endBytes - data.getUint16(last + 20, true);
    if (surplus < 0) throw new Defect('SLP710', 'the end record is truncated');
    throw new Defect('SLP704', `${surplus} bytes after the end record`);
  }
  if (second !== undefined) throw new Defect('SLP704', 'two end records');
  if (found !== last) throw new Defect('SLP704', 'the archive comment contains an end record');
  return found;
}

function endPositions(tail: Uint8Array): number[] {
  const positions: number[] = [];
  for (let at = tail.indexOf(0x50); at >= 0 && at + endBytes <= tail.length; at = tail.indexOf(0x50, at + 1)) {
    if (view(tail).getUint32(at, true) === signatures.end) positions.push(at);
  }
  return positions;
}

/** Reads the zip64 record, which must directly precede its locator and agree with the end record (SLP706). */
function readZip64End(tail: Uint8Array, tailOffset: number, endAt: number, end: ZipEnd): ZipEnd | undefined {
  const data = view(tail);
  const locatorAt = endAt - zip64LocatorBytes;
  const needed = end.entryCount === 0xffff || end.centralSize === 0xffffffff || end.centralOffset === 0xffffffff;
  if (locatorAt < 0 || data.getUint32(locatorAt, true) !== signatures.zip64Locator) {
    if (needed) throw new Defect('SLP706', 'the zip64 records are missing');
    return undefined;
  }
  const at = locatorAt - zip64EndBytes;
  const disks = data.getUint32(locatorAt + 16, true);
  if (
    at < 0 ||
    data.getUint32(at, true) !== signatures.zip64End ||
    readNumber(data, locatorAt + 8) !== tailOffset + at
  ) {
    throw new Defect('SLP706', 'the zip64 locator does not point to the record before it');
  }
  if (disks > 1 || data.getUint32(at + 16, true) !== 0 || data.getUint32(at + 20, true) !== 0) {
    throw new Defect('SLP706', 'the archive spans several disks');
  }
  const zip64 = {
    entryCount: readNumber(data, at + 32),
    centralSize: readNumber(data, at + 40),
    centralOffset: readNumber(data, at + 48),
  };
  const agrees =
    readNumber(data, at + 4) === zip64EndBytes - 12 &&
    readNumber(data, at + 24) === zip64.entryCount &&
    [zip64.entryCount, 0xffff].includes(end.entryCount) &&
    [zip64.centralSize, 0xffffffff].includes(end.centralSize) &&
    [zip64.centralOffset, 0xffffffff].includes(end.centralOffset);
  if (!agrees) throw new Defect('SLP706', 'the zip64 end record disagrees with the end record');
  return zip64;
}
