// The central directory of a zip: all that it lists, and where each entry's bytes begin and end, before any content is
// looked at (scan policy §8: SLP704). One listing, one layout: nothing overlaps, nothing lies between.
import type { Finding } from '../contract/finding.ts';
import type { ByteSource } from './byte-source.ts';
import { Defect } from './defect.ts';
import { entriesMax, listedMax } from './limits.ts';
import { printable } from './paths.ts';
import { readZipEnd } from './zip-end.ts';
import { readCentralHeader, type ZipEntry } from './zip-entry.ts';
import { localHeaderBytes, signatures, view } from './zip-format.ts';

export interface PlacedEntry extends ZipEntry {
  /** Where the next entry, or the central directory, begins. */
  end: number;
}

export interface ZipDirectory {
  /** In the order of their bytes. */
  entries: PlacedEntry[];
  findings: Finding[];
  /** Of the directory itself, which the entries' names are part of. */
  heldBytes: number;
}

/** Throws a Defect where nothing further can be read. */
export async function readZipDirectory(source: ByteSource): Promise<ZipDirectory> {
  const end = await readZipEnd(source);
  if (end.entryCount > listedMax) throw new Defect('SLP705', `${end.entryCount} entries, at most ${entriesMax}`);
  const directory = await source.read(end.centralOffset, end.centralSize);
  const findings: Finding[] = [];
  const entries: ZipEntry[] = [];
  for (let at = 0; at < directory.length; ) {
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
  return { entries: placed(entries, end.centralOffset), findings, heldBytes: directory.length };
}

function placed(entries: readonly ZipEntry[], centralOffset: number): PlacedEntry[] {
  const sorted = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const first = sorted[0]?.headerOffset ?? 0;
  if (first !== 0) throw new Defect('SLP704', `${first} bytes before the first entry`);
  return sorted.map((entry, index) => {
    const end = sorted[index + 1]?.headerOffset ?? centralOffset;
    const least = localHeaderBytes + entry.rawName.length + entry.compressedSize;
    if (entry.headerOffset + least > end) {
      throw new Defect('SLP704', 'overlaps what follows it', printable(entry.name.path));
    }
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
