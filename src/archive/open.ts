// The entry to archive/: any bytes at all become an opened archive. Told apart by magic bytes, never by a name; whatever
// is wrong with the content is a finding (SLP7xx), never a throw. Only the source and the sink may throw.
import { type Finding, finding, sortedFindings } from '../contract/finding.ts';
import { sha256Hex } from '../core/digest.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import type { Contents } from './contents.ts';
import { overLimit } from './entry-limits.ts';
import { type IndexEntry, readIndexed } from './index.ts';
import { archiveBytesMax } from './limits.ts';
import { Meter } from './meter.ts';
import { openTarGz, type StoredZip } from './open-tar-gz.ts';
import { openZip } from './open-zip.ts';
import { endsLikeZip } from './zip-end.ts';
import { memorySink } from './zip-writer.ts';

export type ArchiveFormat = 'zip' | 'tar.gz';

export interface OpenedArchive {
  /** Null when the bytes are neither; a finding says so. */
  format: ArchiveFormat | null;
  /** Of the bytes that were opened. */
  sha256: string;
  findings: Finding[];
  /** What the zip holds, with paths as the plugin sees them. Empty or partial when the findings refuse the archive. */
  files: IndexEntry[];
  /** One of `files`, inflated and checked. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** What is to be stored, and what `files` points into: a zip as it is, what a tar.gz was repacked to; null without either. */
  zip: StoredZip | null;
}

export interface OpenOptions {
  /** Counts what the opening costs. */
  meter?: Meter;
}

export async function openArchive(
  source: ByteSource,
  { meter = new Meter() }: OpenOptions = {},
): Promise<OpenedArchive> {
  const bytes = await source.read(0, source.size);
  const memory = memorySource(bytes);
  const sha256 = await sha256Hex(bytes);
  const options = { all: true, meter, newDigest: undefined };
  if (source.size > archiveBytesMax) {
    return unopened(sha256, overLimit(`the archive has ${source.size} bytes, at most ${archiveBytesMax}`));
  }
  const format = await sniff(memory);
  if (format === 'zip') return opened(format, sha256, await openZip(memory, options), { source, sha256 });
  if (format === 'tar.gz') {
    const { zip, ...contents } = await openTarGz(memory, memorySink(), options);
    return opened(format, sha256, contents, zip);
  }
  return unopened(sha256, finding('SLP710', { file: '' }, '', { detail: 'neither a zip nor a tar.gz' }));
}

function unopened(sha256: string, reason: Finding): OpenedArchive {
  return { format: null, sha256, findings: [reason], files: [], read: unknownFile, zip: null };
}

function opened(
  format: ArchiveFormat,
  sha256: string,
  { findings, files, kept, top }: Contents,
  zip: StoredZip | null,
): OpenedArchive {
  const byPath = new Map(files.map((entry) => [entry.path, entry]));
  const read = async (path: string) => {
    const entry = byPath.get(path);
    if (!entry || !zip) return await unknownFile(path);
    return kept.get(top + path) ?? (await readIndexed(zip.source, entry));
  };
  return { format, sha256, findings: sortedFindings(findings), files, read, zip };
}

async function unknownFile(path: string): Promise<never> {
  throw new Error(`the archive has no file ${path}`);
}

/** By the first bytes. What ends like a zip is judged as one, whatever was put before it. */
async function sniff(source: ByteSource): Promise<ArchiveFormat | null> {
  const start = await source.read(0, Math.min(4, source.size));
  if (start[0] === 0x1f && start[1] === 0x8b) return 'tar.gz';
  if (start[0] === 0x50 && start[1] === 0x4b) return 'zip';
  return (await endsLikeZip(source)) ? 'zip' : null;
}
