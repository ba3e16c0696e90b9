// Checks the records around an entry's content against the central directory (SLP704): the local header before it, the data
// descriptor after it, and no unaccounted bytes up to the next entry.
import { view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import type { SequentialReader } from '../reading/sequential-reader.ts';
import { extraIds, flagBits, localHeaderBytes, readNumber, signatures } from '../zip/zip-format.ts';
import type { PlacedEntry } from './zip-directory.ts';
import { decodedNames } from './zip-entry.ts';
import { checkUnicodePath, extraFields, zip64Sizes } from './zip-extra.ts';

/** Reads the header at the reader's position, up to the content. Throws a Defect for `file` if it differs. */
export async function checkLocalHeader(reader: SequentialReader, entry: PlacedEntry, file: string): Promise<void> {
  const differs = (what: string) =>
    new Defect('SLP704', `${what} in the local header differs from the central directory`, file);
  const header = (await reader.take(localHeaderBytes)).slice();
  const data = view(header);
  if (header.length < localHeaderBytes || data.getUint32(0, true) !== signatures.local) {
    throw new Defect('SLP704', 'no local header at the offset in the central directory', file);
  }
  if (data.getUint16(6, true) !== entry.flags) throw differs('the flags');
  if (data.getUint16(8, true) !== entry.methodNumber) throw differs('the method');
  const nameBytes = data.getUint16(26, true);
  const extraBytes = data.getUint16(28, true);
  if (nameBytes !== entry.rawName.length) throw differs('the name');
  if (reader.position + nameBytes + extraBytes + entry.compressedSize > entry.end) {
    throw new Defect('SLP704', 'overlaps the next entry', file);
  }
  const rest = await reader.take(nameBytes + extraBytes);
  if (!sameBytes(rest.subarray(0, nameBytes), entry.rawName)) throw differs('the name');
  const fields = extraFields(rest.subarray(nameBytes), file);
  checkUnicodePath(fields.get(extraIds.unicodePath), entry.rawName, decodedNames(entry.rawName), file);
  const sizes = zip64Sizes(
    { size: data.getUint32(22, true), compressedSize: data.getUint32(18, true) },
    fields.get(extraIds.zip64),
    file,
  );
  const mayBeZero = (entry.flags & flagBits.descriptor) !== 0;
  const agrees = (value: number, expected: number) => value === expected || (mayBeZero && value === 0);
  if (!agrees(data.getUint32(14, true), entry.crc32)) throw differs('the CRC');
  if (!agrees(sizes.compressedSize, entry.compressedSize)) throw differs('the compressed size');
  if (!agrees(sizes.size, entry.size)) throw differs('the size');
}

/**
 * Reads from the end of the content to the end of the entry. Throws a Defect for `file` unless those bytes are exactly the descriptor.
 */
export async function checkDescriptor(reader: SequentialReader, entry: PlacedEntry, file: string): Promise<void> {
  const length = entry.end - reader.position;
  if ((entry.flags & flagBits.descriptor) === 0) {
    if (length !== 0) throw new Defect('SLP704', `followed by ${length} bytes that belong to no entry`, file);
    return;
  }
  if (![12, 16, 20, 24].includes(length)) throw new Defect('SLP704', 'not followed by a data descriptor', file);
  const record = await reader.take(length);
  const data = view(record);
  const isSigned = length === 16 || length === 24;
  const at = isSigned ? 4 : 0;
  const isWide = length >= 20;
  const agrees =
    (!isSigned || data.getUint32(0, true) === signatures.descriptor) &&
    data.getUint32(at, true) === entry.crc32 &&
    (isWide ? readNumber(data, at + 4) : data.getUint32(at + 4, true)) === entry.compressedSize &&
    (isWide ? readNumber(data, at + 12) : data.getUint32(at + 8, true)) === entry.size;
  if (!agrees) throw new Defect('SLP704', 'its data descriptor differs from the central directory', file);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
