// Reads a zip's central directory and locates each entry's bytes before reading any content (scan policy §8: SLP704). Entries must not
// overlap, and no bytes may lie between them.
import type { Finding } from '../../contract/findings/finding.ts';
import { centralDirectoryBytesMax, entriesMax, listedMax } from '../../contract/limits/archives.ts';
import type { ByteSource } from '../reading/byte-source.ts';
import { view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import { printable } from '../rules/paths.ts';
import { localHeaderBytes, signatures } from '../zip/zip-format.ts';
import { readZipEnd } from './zip-end.ts';
import { readCentralHeader, type ZipEntry } from './zip-entry.ts';

export interface PlacedEntry extends ZipEntry {
  /** Offset of the next entry or the central directory. */
  end: number;
}

export interface ZipDirectory {
  /** Sorted by offset. */
  entries: PlacedEntry[];
  findings: Finding[];
  /** Size of the directory, which the entries' names point into. */
  heldBytes: number;
}

export interface DirectoryLimits {
  /** The limit that a message states. `listedMax` also counts metadata. */
  entriesMax: number;
  listedMax: number;
  bytesMax: number;
  /** Called after each entry, whose size in the directory it gets. */
  pause?: (bytes: number) => Promise<void>;
}

const pluginLimits: DirectoryLimits = { entriesMax, listedMax, bytesMax: centralDirectoryBytesMax };

/** Throws a Defect where reading cannot continue. */
export async function readZipDirectory(source: ByteSource, limits = pluginLimits): Promise<ZipDirectory> {
  const end = await readZipEnd(source, limits);
  if (end.entryCount > limits.listedMax)
    throw new Defect('SLP705', `${end.entryCount} entries; the limit is ${limits.entriesMax}`);
  const directory = await source.read(end.centralOffset, end.centralSize);
  const findings: Finding[] = [];
  const entries: ZipEntry[] = [];
  for (let at = 0; at < directory.length; ) {
    const listed = readCentralHeader(directory, at);
    entries.push(listed.entry);
    findings.push(...listed.findings);
    await limits.pause?.(listed.next - at);
    at = listed.next;
  }
  if (entries.length !== end.entryCount) {
    throw new Defect('SLP704', `the end record counts ${end.entryCount} entries, but there are ${entries.length}`);
  }
  if (entries.length === 0) throw new Defect('SLP710', 'it contains no entries');
  if (containsEndRecord(directory)) throw new Defect('SLP704', 'the central directory contains an end record');
  return { entries: placeEntries(entries, end.centralOffset), findings, heldBytes: directory.length };
}

function placeEntries(entries: readonly ZipEntry[], centralOffset: number): PlacedEntry[] {
  const sorted = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const first = sorted[0]?.headerOffset ?? 0;
  if (first !== 0) throw new Defect('SLP704', `${first} bytes before the first entry`);
  return sorted.map((entry, index) => {
    const end = sorted[index + 1]?.headerOffset ?? centralOffset;
    const least = localHeaderBytes + entry.rawName.length + entry.compressedSize;
    if (entry.headerOffset + least > end) {
      throw new Defect('SLP704', 'overlaps the next entry', printable(entry.name.path));
    }
    return { ...entry, end };
  });
}

function containsEndRecord(directory: Uint8Array): boolean {
  const data = view(directory);
  for (let at = directory.indexOf(0x50); at >= 0 && at + 4 <= directory.length; at = directory.indexOf(0x50, at + 1)) {
    if (data.getUint32(at, true) === signatures.end) return true;
  }
  return false;
}
