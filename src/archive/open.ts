// Opens an upload: any bytes become an OpenedArchive. The format is detected by magic bytes, never by name. Any fault in the content is
// a finding (SLP7xx), never an exception. Only the source and the sink may throw.
import { type Finding, finding, sortedFindings } from '../contract/findings/finding.ts';
import { inMemoryBytesMax, uploadBytesMax } from '../contract/limits/archives.ts';
import type { Language } from '../contract/plugin/languages.ts';
import { sha256Hex } from '../core/digest.ts';
import type { ArchiveContents } from './contents/archive-contents.ts';
import type { Pace } from './contents/file-content.ts';
import { type IndexEntry, readIndexed } from './contents/stored-index.ts';
import { type ByteDigest, type ByteSource, memorySource, type NewDigest } from './reading/byte-source.ts';
import { Meter } from './reading/meter.ts';
import { SequentialReader } from './reading/sequential-reader.ts';
import { limitFinding } from './rules/entry-limits.ts';
import { sourceRules } from './rules/source-rules.ts';
import { openTarGz, type StoredZip } from './tar/open-tar-gz.ts';
import { lazySink, memorySink, type ZipSink } from './zip/zip-writer.ts';
import { openZip } from './zip-reader/open-zip.ts';
import { endsLikeZip } from './zip-reader/zip-end.ts';

export type ArchiveFormat = 'zip' | 'tar.gz';

export interface OpenedArchive {
  /** Null if the bytes match neither format; a finding reports it. */
  format: ArchiveFormat | null;
  /** The language whose rules were applied. */
  language: Language;
  /** SHA-256 of the uploaded bytes. */
  sha256: string;
  findings: Finding[];
  /** The zip's files, by path within the plugin. Empty or partial if a finding rejects the archive. */
  files: IndexEntry[];
  /** Inflates and checks one of `files`. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The zip to store, which `files` points into: the upload itself, or the zip into which a tar.gz was repacked. Null if there is
   * neither.
   */
  zip: StoredZip | null;
}

export interface OpenOptions {
  /** Creates the runtime's incremental SHA-256. Required, so that no caller hashes large archives in JavaScript. */
  newDigest: NewDigest;
  /** The plugin's language, which decides which files are sources. Defaults to Python. */
  language?: Language;
  /** Counts the cost of opening. */
  meter?: Meter;
  /** Creates the sink for a large tar.gz's zip. Defaults to memory. */
  newSink?: () => ZipSink;
  /** Also reads all files of a large archive, for their CRCs and digests. Set it for an upload, and when unpacking the archive. */
  checkAll?: boolean;
  /** Lets other work run between pieces of content. */
  pace?: Pace;
}

/**
 * Reads an archive of up to `inMemoryBytesMax` into memory and checks all of it. Reads a larger archive in a single pass of windows.
 * That pass checks the digest, the structure and each file's first bytes; without `checkAll`, it reads in full only the files to scan
 * (design §6, Confirm).
 */
export async function openArchive(source: ByteSource, options: OpenOptions): Promise<OpenedArchive> {
  const { language = 'python', meter = new Meter(), newDigest, pace } = options;
  const inMemory = source.size <= inMemoryBytesMax ? await source.read(0, source.size) : undefined;
  meter.hold(inMemory?.length ?? 0);
  const from = inMemory ? memorySource(inMemory) : source;
  const digest = inMemory ? digestOf(inMemory) : newDigest();
  const readAll = inMemory !== undefined || options.checkAll === true;
  const readOptions = { readAll, rules: sourceRules[language], meter, newDigest, pace };
  const format = source.size <= uploadBytesMax ? await detectFormat(from) : null;
  if (format === 'zip') {
    const contents = await openZip(from, readOptions, digest);
    const sha256 = await digest.end();
    return openedArchive({ format, language, sha256 }, contents, { source: from, sha256 });
  }
  if (format === 'tar.gz') {
    const sink = lazySink(options.newSink ?? memorySink, meter);
    const { zip, ...contents } = await openTarGz(from, sink, readOptions, digest);
    meter.release(inMemory?.length ?? 0);
    return openedArchive({ format, language, sha256: await digest.end() }, contents, zip);
  }
  await new SequentialReader(from, meter, digest).finish();
  return {
    format: null,
    language,
    sha256: await digest.end(),
    findings: [unreadable(source.size)],
    files: [],
    read: unknownFile,
    zip: null,
  };
}

function unreadable(size: number): Finding {
  return size <= uploadBytesMax
    ? finding('SLP710', { file: '' }, '', { detail: 'neither a zip nor a tar.gz' })
    : limitFinding(`the archive is ${size} bytes; the limit is ${uploadBytesMax}`);
}

/** Returns the digest of bytes that are already in memory. WebCrypto hashes them in one call, so updates are ignored. */
function digestOf(bytes: Uint8Array<ArrayBuffer>): ByteDigest {
  return { update: async () => {}, end: () => sha256Hex(bytes) };
}

function openedArchive(
  identity: Pick<OpenedArchive, 'format' | 'language' | 'sha256'>,
  { findings, files, sources, top }: ArchiveContents,
  zip: StoredZip | null,
): OpenedArchive {
  const byPath = new Map(files.map((entry) => [entry.path, entry]));
  const read = async (path: string) => {
    const entry = byPath.get(path);
    if (!entry || !zip) return await unknownFile(path);
    return sources.get(top + path) ?? (await readIndexed(zip.source, entry));
  };
  return { ...identity, findings: sortedFindings(findings), files, read, zip };
}

async function unknownFile(path: string): Promise<never> {
  throw new Error(`the archive has no file ${path}`);
}

/** Detects the format by the first bytes. Content that ends like a zip is checked as one, whatever precedes it. */
async function detectFormat(source: ByteSource): Promise<ArchiveFormat | null> {
  const start = await source.read(0, Math.min(4, source.size));
  if (start[0] === 0x1f && start[1] === 0x8b) return 'tar.gz';
  if (start[0] === 0x50 && start[1] === 0x4b) return 'zip';
  return (await endsLikeZip(source)) ? 'zip' : null;
}
