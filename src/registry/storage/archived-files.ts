// Reads files of a stored archive in ranges. Adjacent files share a range, and at most one window is in memory at a time.
import { type IndexEntry, readIndexed, streamIndexed } from '../../archive/contents/stored-index.ts';
import { type ByteSource, memorySource } from '../../archive/reading/byte-source.ts';

const MiB = 1024 * 1024;

/** Larger files are listed without content. */
const fileBytesMax = MiB;

const windowBytes = 4 * MiB;
/**
 * Maximum gap between files that are read in one range: a local header and skipped files. Another request would cost more than reading
 * the gap.
 */
const gapBytesMax = 16 * 1024;

/**
 * Returns whether the content may be read, because it is small both compressed and uncompressed. Only hostile files are much larger
 * compressed.
 */
function isReadable({ size, compressedSize }: IndexEntry): boolean {
  return size <= fileBytesMax && compressedSize <= 2 * fileBytesMax;
}

/** Returns the entries whose content fits into `bytesMax` in total, chosen in archive order so that the selection is deterministic. */
export function readableWithin(entries: readonly IndexEntry[], bytesMax: number): IndexEntry[] {
  let left = bytesMax;
  return byOffset(entries).filter((entry) => {
    if (!isReadable(entry) || entry.size > left) return false;
    left -= entry.size;
    return true;
  });
}

export interface ReadFile {
  entry: IndexEntry;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Yields each entry's content, in archive order. */
export async function* readFiles(source: ByteSource, entries: readonly IndexEntry[]): AsyncGenerator<ReadFile> {
  for (const group of neighbors(byOffset(entries))) {
    const offset = group[0]?.offset ?? 0;
    const window = memorySource(await source.read(offset, endOf(group) - offset));
    for (const entry of group) {
      yield { entry, bytes: await readIndexed(window, { ...entry, offset: entry.offset - offset }) };
    }
  }
}

/** Content that waits in memory until all of it was read. */
const heldBytesMax = 4 * MiB;

/** Yields each entry's content, in archive order, once all of it is known to be what was stored. Reads what is too large to wait twice. */
export async function* readCheckedFiles(source: ByteSource, entries: readonly IndexEntry[]): AsyncGenerator<ReadFile> {
  const held: ReadFile[] = [];
  let bytes = 0;
  for await (const file of readFiles(source, entries)) {
    bytes += file.bytes.length;
    if (bytes <= heldBytesMax) held.push(file);
  }
  yield* held;
  yield* readFiles(source, byOffset(entries).slice(held.length));
}

/** Reads a file's first bytes, at most `bytesMax`, whatever its size. */
export async function readStart(
  source: ByteSource,
  entry: IndexEntry,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.min(entry.size, bytesMax));
  let filled = 0;
  for await (const chunk of streamIndexed(source, entry)) {
    const used = chunk.subarray(0, bytes.length - filled);
    bytes.set(used, filled);
    filled += used.length;
    if (filled === bytes.length && filled < entry.size) break;
  }
  return bytes;
}

function byOffset(entries: readonly IndexEntry[]): IndexEntry[] {
  return entries.toSorted((a, b) => a.offset - b.offset);
}

function* neighbors(entries: readonly IndexEntry[]): Generator<IndexEntry[]> {
  let group: IndexEntry[] = [];
  for (const entry of entries) {
    const start = group[0]?.offset ?? entry.offset;
    const isSeparate =
      entry.offset - endOf(group) > gapBytesMax || entry.offset + entry.compressedSize - start > windowBytes;
    if (group.length > 0 && isSeparate) {
      yield group;
      group = [];
    }
    group.push(entry);
  }
  if (group.length > 0) yield group;
}

function endOf(group: readonly IndexEntry[]): number {
  const last = group.at(-1);
  return last ? last.offset + last.compressedSize : 0;
}
