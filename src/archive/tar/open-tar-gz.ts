// Reads a tar.gz from end to end in one pass (gunzip, tar, checks) and repacks it into the zip that Slipway stores instead (D24). Drops
// the zip as soon as a name, a member kind or a limit rejects the archive, but still checks the other members.
import { entriesMax, storedFromBytes } from '../../contract/limits/archives.ts';
import { GunzipStream } from '../compression/gunzip.ts';
import { type ArchiveContents, catchDefect, emptyContents } from '../contents/archive-contents.ts';
import { type ReadOptions, readContent } from '../contents/file-content.ts';
import { evaluateListing } from '../contents/listing.ts';
import type { ByteDigest, ByteSource } from '../reading/byte-source.ts';
import { Defect } from '../reading/defect.ts';
import { type ByteStream, SequentialReader } from '../reading/sequential-reader.ts';
import { type ListedFile, totalSourceFinding } from '../rules/entry-limits.ts';
import { findingAt, type Note } from '../rules/note.ts';
import { isJunk, pathProblem, printable } from '../rules/paths.ts';
import { localHeaderBytes, type WrittenEntry } from '../zip/zip-format.ts';
import { type ZipSink, ZipWriter } from '../zip/zip-writer.ts';
import { type TarMember, tarMembers } from './tar-members.ts';

export interface StoredZip {
  source: ByteSource;
  sha256: string;
}

export interface RepackedContents extends ArchiveContents {
  /** Null when a name, a member kind or a limit rejects the archive. */
  zip: StoredZip | null;
}

/** Passes every source byte to `digest` once, even if it rejects the archive. Closes or aborts the sink, even if the source throws. */
export async function openTarGz(
  source: ByteSource,
  sink: ZipSink,
  options: ReadOptions,
  digest?: ByteDigest,
): Promise<RepackedContents> {
  const reader = new SequentialReader(source, options.meter, digest);
  const gunzip = new GunzipStream(reader, options.meter);
  const zipDigest = options.newDigest();
  const writer = new ZipWriter(sink, options.meter, zipDigest);
  const repack = new Repack(gunzip, writer, options);
  try {
    await repack.readMembers();
    await reader.finish();
    if (repack.finish()) {
      const zip = await writer.finish();
      return { ...repack.contents, zip: { source: zip, sha256: await zipDigest.end() } };
    }
  } catch (cause) {
    await writer.abort();
    throw cause;
  }
  await writer.abort();
  return { ...repack.contents, zip: null };
}

/** A file already written to the zip. */
interface RepackedFile {
  path: string;
  notes: Note[];
  isSource: boolean;
  sha256: string;
  entry: WrittenEntry;
}

/** One pass over the members. Keeps the tar's paths, because the top folder is known only at the end. */
class Repack {
  readonly contents: ArchiveContents;
  readonly #gunzip: GunzipStream;
  readonly #writer: ZipWriter;
  readonly #options: ReadOptions;
  readonly #files: ListedFile[] = [];
  readonly #folders: string[] = [];
  readonly #repacked: RepackedFile[] = [];
  #isRejected = false;
  /** True once the whole tar was read: a file not seen by then is missing. */
  #isComplete = false;

  constructor(gunzip: GunzipStream, writer: ZipWriter, options: ReadOptions) {
    this.contents = emptyContents(options.meter);
    this.#gunzip = gunzip;
    this.#writer = writer;
    this.#options = options;
  }

  async readMembers(): Promise<void> {
    await catchDefect(this.contents, async () => {
      for await (const member of tarMembers(this.#gunzip)) await this.#readMember(member);
      this.#isComplete = true;
    });
  }

  async #readMember({ name, size, rejectedKind, content }: TarMember): Promise<void> {
    if (isJunk(name) || (name.folder && name.path === '')) return;
    const { path } = name;
    if (rejectedKind !== undefined) {
      this.contents.findings.push(findingAt(printable(path), { ruleId: 'SLP702', reason: rejectedKind }));
    }
    if (rejectedKind !== undefined || pathProblem(path) !== undefined) this.#isRejected = true;
    const listed = { path, size, compressedSize: size };
    if (name.folder) this.#folders.push(path);
    else this.#files.push(listed);
    if (this.#files.length + this.#folders.length > entriesMax) {
      throw new Defect('SLP705', `more than ${entriesMax} entries`);
    }
    if (this.#isRejected || name.folder) return;
    const before = this.#gunzip.consumed;
    await this.#repackFile(path, size, content);
    listed.compressedSize = this.#gunzip.consumed - before;
  }

  /** Checks a file's content and writes it to the zip. Compresses small files; stores large ones as it reads them. */
  async #repackFile(path: string, size: number, content: ByteStream): Promise<void> {
    const stored = size >= storedFromBytes ? await this.#writer.beginStored(path, size) : undefined;
    const copied: ByteStream = {
      next: async (max) => {
        const bytes = await content.next(max);
        await stored?.content(bytes);
        return bytes;
      },
    };
    const { notes, isSource, full } = await readContent(path, size, copied, { ...this.#options, readAll: true });
    if (!full) throw new Error('readAll returns the full content');
    const { sha256, bytes, crc32 } = full;
    const entry = stored
      ? await stored.end(crc32)
      : await this.#writer.addFile(path, bytes ?? new Uint8Array(0), crc32);
    if (bytes) this.contents.sources.add(path, bytes, isSource);
    this.#repacked.push({ path, notes, isSource, sha256, entry });
  }

  /** Adds findings and files under their final paths. Returns whether to store the zip. */
  finish(): boolean {
    const { contents } = this;
    const { rules } = this.#options;
    const { top, rejections, findings } = evaluateListing({ files: this.#files, folders: this.#folders }, rules);
    const isIntact = contents.findings.length + rejections.length === 0;
    contents.top = top;
    const listed = [...rejections, ...findings];
    contents.findings.push(...listed.filter(({ ruleId }) => this.#isComplete || !missingFileRules.has(ruleId)));
    for (const { path, notes, isSource, sha256, entry } of this.#repacked) {
      const placed = path.slice(top.length);
      contents.findings.push(...notes.map((note) => findingAt(placed, note)));
      if (isIntact) contents.files.push({ path: placed, sha256, source: isSource, ...locationOf(entry) });
    }
    const sourceBytes = this.#repacked.reduce((sum, { isSource, entry }) => sum + (isSource ? entry.size : 0), 0);
    const sourceFinding = totalSourceFinding(sourceBytes);
    if (sourceFinding) contents.findings.push(sourceFinding);
    return isIntact && !sourceFinding;
  }
}

/** Rules about missing files. Their findings are dropped if the tar wasn't read to its end. */
const missingFileRules: ReadonlySet<string> = new Set(['SLP709', 'SLP710']);

function locationOf({ size, headerOffset, name, compressedSize, method, crc32 }: WrittenEntry) {
  return { size, offset: headerOffset + localHeaderBytes + name.length, compressedSize, method, crc32 };
}
