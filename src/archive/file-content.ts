// The content of one file as it goes by: what its first bytes say, its CRC and SHA-256 where it is read whole, and its
// bytes where they are needed. Zip entries and tar members alike; holds one file at a time, and only up to a limit.
import { sha256Hex } from '../core/digest.ts';
import type { NewDigest } from './byte-digest.ts';
import { crc32 } from './crc32.ts';
import { sourceTooLargeNote } from './entry-limits.ts';
import { headBytes, requirementFileBytesMax, sourceFileBytesMax } from './limits.ts';
import type { Meter } from './meter.ts';
import type { Note } from './note.ts';
import { requirementNotes, unreadableRequirements } from './requirements.ts';
import type { ByteStream } from './sequential-reader.ts';
import type { SourceRules } from './source-rules.ts';

const chunkBytes = 64 * 1024;

export interface ContentOptions {
  /** Every file is read whole, not only what is scanned. */
  all: boolean;
  rules: SourceRules;
  meter: Meter;
  newDigest: NewDigest;
}

export interface Content {
  notes: Note[];
  isSource: boolean;
  /** Absent where the head was enough. */
  whole?: WholeContent;
}

export interface WholeContent {
  /** Up to one more than the declared size: a stream that goes on is not followed. */
  size: number;
  crc32: number;
  sha256: string;
  /** Null for what is larger than any source may be; held by the meter until the caller releases it. */
  bytes: Uint8Array<ArrayBuffer> | null;
}

/** `path` tells the kind of file by its ending; where the file lies doesn't matter. */
export async function readContent(
  path: string,
  size: number,
  stream: ByteStream,
  options: ContentOptions,
): Promise<Content> {
  const head = await readHead(stream, Math.min(headBytes, size));
  const { rules } = options;
  const notes = rules.headNotes(path, head);
  const isNamedSource = rules.isSourceName(path);
  const isSource = isNamedSource || rules.isSourceHead(head);
  if (isSource && size > sourceFileBytesMax && !isNamedSource) notes.push(sourceTooLargeNote(size));
  const isRequirements = rules.isRequirementsName(path);
  if (isRequirements && size > requirementFileBytesMax) notes.push(unreadableRequirements('too large to be checked'));
  const isScanned = (isSource && size <= sourceFileBytesMax) || (isRequirements && size <= requirementFileBytesMax);
  if (!isScanned && !options.all) return { notes, isSource };
  const whole = await readWhole(head, size, stream, options);
  if (isRequirements && isScanned && whole.bytes) notes.push(...requirementNotes(path, whole.bytes));
  return { notes, isSource, whole };
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

async function readWhole(
  head: Uint8Array<ArrayBuffer>,
  size: number,
  stream: ByteStream,
  { meter, newDigest }: ContentOptions,
): Promise<WholeContent> {
  const bytes = size <= sourceFileBytesMax ? new Uint8Array(size) : null;
  const digest = bytes ? undefined : newDigest();
  if (bytes) meter.hold(size);
  let crc = 0;
  let count = 0;
  let chunk = head;
  for (;;) {
    crc = crc32(chunk, crc);
    if (count + chunk.length <= size) bytes?.set(chunk, count);
    await digest?.update(chunk);
    count += chunk.length;
    if (count > size) break;
    chunk = await stream.next(Math.min(chunkBytes, size + 1 - count));
    if (chunk.length === 0) break;
  }
  const sha256 = digest ? await digest.end() : await sha256Hex(bytes ?? new Uint8Array(0));
  return { size: count, crc32: crc, sha256, bytes };
}
