// The central directory of a zip: every entry it lists, checked on its own and against its neighbours before any content
// is looked at (scan policy §8: SLP701-706). Owns what can be said without the entries' own headers.
import type { Finding } from '../contract/finding.ts';
import type { RuleId } from '../contract/rules.ts';
import type { ByteSource } from './byte-source.ts';
import { Defect } from './defect.ts';
import { decode437, decodeUtf8 } from './name-encoding.ts';
import { findingAt } from './note.ts';
import { type EntryName, entryName, printable } from './paths.ts';
import { readZipEnd } from './zip-end.ts';
import { checkUnicodePath, extraFields, zip64Sizes } from './zip-extra.ts';
import {
  centralHeaderBytes,
  extraIds,
  flagBits,
  localHeaderBytes,
  type Method,
  methodNumbers,
  signatures,
  view,
} from './zip-format.ts';

export interface ZipEntry {
  name: EntryName;
  rawName: Uint8Array;
  flags: number;
  method: Method;
  crc32: number;
  compressedSize: number;
  size: number;
  headerOffset: number;
  /** Where the next entry, or the central directory, begins. */
  end: number;
}

export interface ZipDirectory {
  /** In the order of their bytes. */
  entries: ZipEntry[];
  findings: Finding[];
}

interface Listed {
  entry: ZipEntry;
  findings: Finding[];
  next: number;
}

/** Throws a Defect where nothing further can be read. */
export async function readZipDirectory(source: ByteSource): Promise<ZipDirectory> {
  const end = await readZipEnd(source);
  const directory = await source.read(end.centralOffset, end.centralSize);
  const findings: Finding[] = [];
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < directory.length) {
    const listed = readCentralHeader(directory, at);
    entries.push(listed.entry);
    findings.push(...listed.findings);
    at = listed.next;
  }
  if (entries.length !== end.entryCount) {
    throw new Defect('SLP704', `the end record counts ${end.entryCount} entries, ${entries.length} are there`);
  }
  if (entries.length === 0) throw new Defect('SLP710', 'no entries');
  if (holdsEndRecord(directory)) throw new Defect('SLP704', 'the central directory holds an end record');
  return { entries: laidOut(entries, end.centralOffset), findings };
}

function readCentralHeader(directory: Uint8Array, at: number): Listed {
  const data = view(directory);
  if (at + centralHeaderBytes > directory.length || data.getUint32(at, true) !== signatures.central) {
    throw new Defect('SLP704', 'the central directory holds something else than entries');
  }
  const nameEnd = at + centralHeaderBytes + data.getUint16(at + 28, true);
  const extraEnd = nameEnd + data.getUint16(at + 30, true);
  const next = extraEnd + data.getUint16(at + 32, true);
  if (next > directory.length) throw new Defect('SLP704', 'the central directory is cut short');
  const rawName = directory.subarray(at + centralHeaderBytes, nameEnd);
  const flags = data.getUint16(at + 8, true);
  const utf8 = decodeUtf8(rawName);
  const text = utf8 ?? decode437(rawName);
  const file = printable(text);
  const fields = extraFields(directory.subarray(nameEnd, extraEnd), file);
  checkUnicodePath(fields.get(extraIds.unicodePath), rawName, readings(rawName), file);
  const sizes = zip64Sizes(
    {
      size: data.getUint32(at + 24, true),
      compressedSize: data.getUint32(at + 20, true),
      headerOffset: data.getUint32(at + 42, true),
    },
    fields.get(extraIds.zip64),
    file,
  );
  const methodNumber = data.getUint16(at + 10, true);
  const entry: ZipEntry = {
    name: entryName(text),
    rawName,
    flags,
    method: methodNumber === methodNumbers.stored ? 'stored' : 'deflated',
    crc32: data.getUint32(at + 16, true),
    compressedSize: sizes.compressedSize,
    size: sizes.size,
    headerOffset: sizes.headerOffset ?? 0,
    end: 0,
  };
  const findings: Finding[] = [];
  if (utf8 === undefined && (flags & flagBits.utf8) !== 0) {
    findings.push(findingAt(file, { ruleId: 'SLP701', why: 'not the UTF-8 that its flag announces' }));
  }
  if (methodNumber !== methodNumbers.stored && methodNumber !== methodNumbers.deflated) {
    findings.push(findingAt(file, { ruleId: 'SLP706', why: `compression method ${methodNumber}` }));
  }
  findings.push(...entryFindings(entry, file, data.getUint32(at + 38, true) >>> 16, data.getUint16(at + 34, true)));
  return { entry, findings, next };
}

export function readings(rawName: Uint8Array): string[] {
  const utf8 = decodeUtf8(rawName);
  return utf8 === undefined ? [decode437(rawName)] : [utf8, decode437(rawName)];
}

const fileTypeMask = 0o170000;
const regularType = 0o100000;
const folderType = 0o040000;

function entryFindings(entry: ZipEntry, file: string, mode: number, disk: number): Finding[] {
  const findings: Finding[] = [];
  const add = (ruleId: RuleId, why: string) => {
    findings.push(findingAt(file, { ruleId, why }));
  };
  const { flags, name, size, method, compressedSize } = entry;
  if ((flags & (flagBits.encrypted | flagBits.strong | flagBits.masked)) !== 0) add('SLP706', 'encrypted');
  if ((flags & flagBits.patch) !== 0) add('SLP706', 'patch data');
  if (disk !== 0) add('SLP706', 'on another disk');
  const type = mode & fileTypeMask;
  if (type !== 0 && type !== regularType && type !== folderType) add('SLP702', `mode ${mode.toString(8)}`);
  if (type === folderType && !name.folder) add('SLP702', 'a folder by its mode, a file by its name');
  if (name.folder && size !== 0) add('SLP704', 'a folder that holds data');
  if (method === 'stored' && size !== compressedSize) add('SLP704', 'stored, but its two sizes differ');
  return findings;
}

/** Sorted by place, each entry knowing its end. Entries may not overlap, and the first begins the archive. */
function laidOut(entries: readonly ZipEntry[], centralOffset: number): ZipEntry[] {
  const sorted = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const first = sorted[0]?.headerOffset ?? 0;
  if (first !== 0) throw new Defect('SLP704', `${first} bytes before the first entry`);
  return sorted.map((entry, index) => {
    const end = sorted[index + 1]?.headerOffset ?? centralOffset;
    const least = localHeaderBytes + entry.rawName.length + entry.compressedSize;
    if (entry.headerOffset + least > end)
      throw new Defect('SLP704', 'overlaps what follows it', printable(entry.name.path));
    return { ...entry, end };
  });
}

function holdsEndRecord(directory: Uint8Array): boolean {
  const data = view(directory);
  for (let at = directory.indexOf(0x50); at >= 0 && at + 4 <= directory.length; at = directory.indexOf(0x50, at + 1)) {
    if (data.getUint32(at, true) === signatures.end) return true;
  }
  return false;
}
