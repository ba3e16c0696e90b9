// Reads one file's content as a stream, for zip entries and tar members alike. Returns findings from its first bytes and, for a file
// read in full, CRC, SHA-256 and bytes. Holds one file at a time, and only up to a limit.
import {
  fileTailBytes,
  headBytes,
  requirementFileBytesMax,
  sourceFileBytesMax,
} from '../../contract/limits/archives.ts';
import { sha256Hex } from '../../core/digest.ts';
import { crc32 } from '../compression/crc32.ts';
import type { NewDigest } from '../reading/byte-source.ts';
import type { Meter } from '../reading/meter.ts';
import type { ByteStream } from '../reading/sequential-reader.ts';
import { sourceTooLargeNote } from '../rules/entry-limits.ts';
import type { Note } from '../rules/note.ts';
import { requirementNotes, uncheckedRequirements } from '../rules/requirements.ts';
import type { SourceRules } from '../rules/source-rules.ts';

const chunkBytes = 64 * 1024;

export interface ReadOptions {
  /** Read every file in full, not just those to scan. */
  readAll: boolean;
  /** Also read the end of files that aren't read in full. This is cheap if the content is stored without compression. */
  readEnds?: boolean;
  rules: SourceRules;
  meter: Meter;
  newDigest: NewDigest;
  /** Set to pause after each piece of a file that is read in full. */
  pace?: Pace | undefined;
}

/** Lets other work run: awaited with the number of bytes that were just read. */
export type Pace = (bytes: number) => Promise<void>;

export interface FileContent {
  notes: Note[];
  isSource: boolean;
  /** Undefined if only the first bytes were read. */
  full?: FullContent;
}

export interface FullContent {
  /** At most one more than the declared size: reading stops there. */
  size: number;
  crc32: number;
  sha256: string;
  /** Null for files larger than a source may be. Counted by the meter until the caller releases them. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** The file's end, at most `fileTailBytes`. */
  tail: Uint8Array;
}

/** The name and extension in `path` decide the file's kind; its folder doesn't matter. */
export async function readContent(
  path: string,
  size: number,
  stream: ByteStream,
  options: ReadOptions,
): Promise<FileContent> {
  const head = await readHead(stream, Math.min(headBytes, size));
  const { rules } = options;
  const notes = rules.headNotes(path, head);
  const isNamedSource = rules.isSourceName(path);
  const isSource = isNamedSource || rules.isSourceHead(head);
  if (isSource && size > sourceFileBytesMax && !isNamedSource) notes.push(sourceTooLargeNote(size));
  const isRequirements = rules.isRequirementsName(path);
  if (isRequirements && size > requirementFileBytesMax) {
    notes.push(uncheckedRequirements(`not checked: larger than ${requirementFileBytesMax} bytes`));
  }
  const isScanned = (isSource && size <= sourceFileBytesMax) || (isRequirements && size <= requirementFileBytesMax);
  if (!isScanned && !options.readAll) {
    if (options.readEnds && !isSource) notes.push(...rules.tailNotes(path, await readEnd(head, size, stream)));
    return { notes, isSource };
  }
  const full = await readFull(head, size, stream, options);
  if (isRequirements && isScanned && full.bytes) notes.push(...requirementNotes(path, full.bytes));
  const { tail } = full;
  if (!isSource) notes.push(...rules.tailNotes(path, { head, tail, size: full.size }));
  return { notes, isSource, full };
}

async function readHead(stream: ByteStream, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const bytes = await stream.next(length - filled);
    if (bytes.length === 0) break;
    head.set(bytes, filled);
    filled += bytes.length;
  }
  return head.subarray(0, filled);
}

async function readFull(
  head: Uint8Array<ArrayBuffer>,
  size: number,
  stream: ByteStream,
  { meter, newDigest, pace }: ReadOptions,
): Promise<FullContent> {
  const bytes = size <= sourceFileBytesMax ? new Uint8Array(size) : null;
  const digest = bytes ? undefined : newDigest();
  if (bytes) meter.hold(size);
  let crc = 0;
  let count = 0;
  let chunk = head;
  const tail = new Tail();
  for (;;) {
    crc = crc32(chunk, crc);
    if (count + chunk.length <= size) bytes?.set(chunk, count);
    if (!bytes) tail.add(chunk);
    await digest?.update(chunk);
    count += chunk.length;
    await pace?.(chunk.length);
    if (count > size) break;
    chunk = await stream.next(Math.min(chunkBytes, size + 1 - count));
    if (chunk.length === 0) break;
  }
  const sha256 = digest ? await digest.end() : await sha256Hex(bytes ?? new Uint8Array(0));
  const end = bytes ? bytes.subarray(Math.max(0, size - fileTailBytes)) : tail.bytes();
  return { size: count, crc32: crc, sha256, bytes, tail: end };
}

/** Reads the remaining bytes of a file and keeps only its end. */
async function readEnd(head: Uint8Array<ArrayBuffer>, size: number, stream: ByteStream) {
  const tail = new Tail();
  let count = 0;
  for (let chunk = head; chunk.length > 0; chunk = await stream.next(Math.min(chunkBytes, size - count))) {
    tail.add(chunk);
    count += chunk.length;
    if (count >= size) break;
  }
  return { head, tail: tail.bytes(), size: count };
}

/** Keeps the last bytes of a stream. */
class Tail {
  private chunks: Uint8Array[] = [];
  private length = 0;

  add(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice());
    this.length += chunk.length;
    const [first] = this.chunks;
    if (!first || this.length - first.length < fileTailBytes) return;
    this.chunks.shift();
    this.length -= first.length;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all.subarray(Math.max(0, all.length - fileTailBytes));
  }
}
