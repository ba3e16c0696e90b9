// Reads one entry of the central directory and checks it in isolation (scan policy §8: SLP701, 702, 704, 706).
import type { Finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';
import { decodeUtf8, view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import { findingAt } from '../rules/note.ts';
import { type EntryName, entryName, isJunk, printable } from '../rules/paths.ts';
import { centralHeaderBytes, extraIds, flagBits, type Method, methodNumbers, signatures } from '../zip/zip-format.ts';
import { checkUnicodePath, extraFields, zip64Sizes } from './zip-extra.ts';

export interface ZipEntry {
  name: EntryName;
  rawName: Uint8Array;
  flags: number;
  methodNumber: number;
  crc32: number;
  compressedSize: number;
  size: number;
  headerOffset: number;
}

export interface ListedEntry {
  entry: ZipEntry;
  findings: Finding[];
  /** Offset of the next entry in the directory. */
  next: number;
}

/** Throws a Defect if there is no valid entry, or if its extra fields contradict it. */
export function readCentralHeader(directory: Uint8Array, at: number): ListedEntry {
  const data = view(directory);
  if (at + centralHeaderBytes > directory.length || data.getUint32(at, true) !== signatures.central) {
    throw new Defect('SLP704', 'the central directory contains data other than entries');
  }
  const nameEnd = at + centralHeaderBytes + data.getUint16(at + 28, true);
  const extraEnd = nameEnd + data.getUint16(at + 30, true);
  const next = extraEnd + data.getUint16(at + 32, true);
  if (next > directory.length) throw new Defect('SLP704', 'the central directory is truncated');
  const rawName = directory.subarray(at + centralHeaderBytes, nameEnd);
  const name = entryName(decodedNames(rawName)[0] ?? '');
  const file = printable(name.path);
  const fields = extraFields(directory.subarray(nameEnd, extraEnd), file);
  checkUnicodePath(fields.get(extraIds.unicodePath), rawName, decodedNames(rawName), file);
  const { size, compressedSize, headerOffset } = zip64Sizes(
    {
      size: data.getUint32(at + 24, true),
      compressedSize: data.getUint32(at + 20, true),
      headerOffset: data.getUint32(at + 42, true),
    },
    fields.get(extraIds.zip64),
    file,
  );
  const entry: ZipEntry = {
    name,
    rawName,
    flags: data.getUint16(at + 8, true),
    methodNumber: data.getUint16(at + 10, true),
    crc32: data.getUint32(at + 16, true),
    compressedSize,
    size,
    headerOffset: headerOffset ?? 0,
  };
  const mode = data.getUint32(at + 38, true) >>> 16;
  return { entry, findings: entryFindings(entry, mode, data.getUint16(at + 34, true)), next };
}

export function compressionMethod({ methodNumber }: ZipEntry): Method {
  return methodNumber === methodNumbers.stored ? 'stored' : 'deflated';
}

const upperHalf437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/**
 * Returns the possible decodings of a name's bytes. Readers use the first one. The zip format says code page 437 unless a flag says
 * UTF-8, but most writers that omit the flag write UTF-8 anyway.
 */
export function decodedNames(rawName: Uint8Array): string[] {
  const utf8 = decodeUtf8(rawName);
  return utf8 === undefined ? [decode437(rawName)] : [utf8, decode437(rawName)];
}

function decode437(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : (upperHalf437[byte - 0x80] ?? '');
  return text;
}

/**
 * Limits how much larger than its content an entry's compressed data may be. Even the worst compressors add only an eighth; anything
 * more, such as a stream of mostly empty blocks, only slows readers down.
 */
const packedRatioMax = 1.5;
const packedSurplusMax = 4096;

const fileTypeMask = 0o170000;
const regularType = 0o100000;
const folderType = 0o040000;

function entryFindings(entry: ZipEntry, mode: number, disk: number): Finding[] {
  const { flags, name, rawName, size, methodNumber, compressedSize } = entry;
  if (isJunk(name)) return [];
  const findings: Finding[] = [];
  const add = (ruleId: RuleId, reason: string) => findings.push(findingAt(printable(name.path), { ruleId, reason }));
  if ((flags & flagBits.utf8) !== 0 && decodeUtf8(rawName) === undefined)
    add('SLP701', 'flagged as UTF-8, but it is not');
  const type = mode & fileTypeMask;
  if (type !== 0 && type !== regularType && type !== folderType) add('SLP702', `mode ${mode.toString(8)}`);
  if (type === folderType && !name.folder) add('SLP702', 'a folder by its mode, but a file by its name');
  if (name.folder && size !== 0) add('SLP704', 'a folder that contains data');
  if (methodNumber === methodNumbers.stored && size !== compressedSize)
    add('SLP704', 'stored, but its two sizes differ');
  if (compressedSize > size * packedRatioMax + packedSurplusMax)
    add('SLP704', 'its compressed data is too large for its size');
  if (methodNumber !== methodNumbers.stored && methodNumber !== methodNumbers.deflated) {
    add('SLP706', `compression method ${methodNumber}`);
  }
  if ((flags & (flagBits.encrypted | flagBits.strong | flagBits.masked)) !== 0) add('SLP706', 'encrypted');
  if ((flags & flagBits.patch) !== 0) add('SLP706', 'patch data');
  if (disk !== 0) add('SLP706', 'on another disk');
  return findings;
}
