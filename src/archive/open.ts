// The entry to archive/: any bytes at all become an opened archive. Told apart by magic bytes, never by a name; whatever
// is wrong with the content is a finding (SLP7xx), never a throw. Only the source and the sink may throw.
import { type Finding, finding, sortedFindings } from '../contract/finding.ts';
import type { Language } from '../contract/languages.ts';
import { sha256Hex } from '../core/digest.ts';
import type { Contents } from './archive-contents.ts';
import type { ByteDigest, NewDigest } from './byte-digest.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { overLimit } from './entry-limits.ts';
import { type IndexEntry, readIndexed } from './index.ts';
import { inMemoryBytesMax, uploadBytesMax } from './limits.ts';
import { Meter } from './meter.ts';
import { openTarGz, type StoredZip } from './open-tar-gz.ts';
import { openZip } from './open-zip.ts';
import { SequentialReader } from './sequential-reader.ts';
import { Sha256 } from './sha256.ts';
import { sourceRules } from './source-rules.ts';
import { endsLikeZip } from './zip-end.ts';
import { memorySink, sparingSink } from './zip-sink.ts';
import type { ZipSink } from './zip-writer.ts';

export type ArchiveFormat = 'zip' | 'tar.gz';

export interface OpenedArchive {
  /** Null when the bytes are neither; a finding says so. */
  format: ArchiveFormat | null;
  /** What it was opened as. */
  language: Language;
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
  /** What the plugin is written in: which files are its sources. Python when not given. */
  language?: Language;
  /** Counts what the opening costs. */
  meter?: Meter;
  /** The host's SHA-256, for large archives and large files. */
  newDigest?: NewDigest;
  /** Where the zip goes that a large tar.gz becomes; memory when not given. */
  newSink?: () => ZipSink;
  /** Every CRC of a large archive as well: for whoever unpacks all of it. */
  checkAll?: boolean;
}

/**
 * Up to `inMemoryBytesMax` the source is read once and everything checked. Above, one pass goes over it window by window:
 * digest, structure, first bytes of each file, and whole only what is scanned (design §6, Confirm).
 */
export async function openArchive(source: ByteSource, options: OpenOptions = {}): Promise<OpenedArchive> {
  const { language = 'python', meter = new Meter(), newDigest = () => new Sha256() } = options;
  const held = source.size <= inMemoryBytesMax ? await source.read(0, source.size) : undefined;
  meter.hold(held?.length ?? 0);
  const from = held ? memorySource(held) : source;
  const digest = held ? digestOf(held) : newDigest();
  const all = held !== undefined || options.checkAll === true;
  const contentOptions = { all, rules: sourceRules[language], meter, newDigest };
  const format = source.size <= uploadBytesMax ? await sniff(from) : null;
  if (format === 'zip') {
    const contents = await openZip(from, contentOptions, digest);
    const sha256 = await digest.end();
    return opened({ format, language, sha256 }, contents, { source: from, sha256 });
  }
  if (format === 'tar.gz') {
    const sink = sparingSink(options.newSink ?? memorySink, meter);
    const { zip, ...contents } = await openTarGz(from, sink, contentOptions, digest);
    meter.release(held?.length ?? 0);
    return opened({ format, language, sha256: await digest.end() }, contents, zip);
  }
  await new SequentialReader(from, meter, digest).finish();
  const reason =
    source.size <= uploadBytesMax
      ? finding('SLP710', { file: '' }, '', { detail: 'neither a zip nor a tar.gz' })
      : overLimit(`the archive has ${source.size} bytes, at most ${uploadBytesMax}`);
  return {
    format: null,
    language,
    sha256: await digest.end(),
    findings: [reason],
    files: [],
    read: unknownFile,
    zip: null,
  };
}

/** Of bytes that are at hand, whatever goes by. */
function digestOf(bytes: Uint8Array<ArrayBuffer>): ByteDigest {
  return { update: async () => {}, end: () => sha256Hex(bytes) };
}

function opened(
  identity: Pick<OpenedArchive, 'format' | 'language' | 'sha256'>,
  { findings, files, kept, top }: Contents,
  zip: StoredZip | null,
): OpenedArchive {
  const byPath = new Map(files.map((entry) => [entry.path, entry]));
  const read = async (path: string) => {
    const entry = byPath.get(path);
    if (!entry || !zip) return await unknownFile(path);
    return kept.get(top + path) ?? (await readIndexed(zip.source, entry));
  };
  return { ...identity, findings: sortedFindings(findings), files, read, zip };
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
