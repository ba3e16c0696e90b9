// Files of a stored archive, read by ranges of it: neighbours in one range, and never more of it at once than a window.
import { type ByteSource, memorySource } from '../../archive/byte-source.ts';
import { type IndexEntry, readIndexed } from '../../archive/index.ts';

const MiB = 1024 * 1024;

/** A file above this is told without its content. */
const fileBytesMax = MiB;

const windowBytes = 4 * MiB;
/** Between two files lie a local header and what was left out; so much is rather read along than asked for apart. */
const gapBytesMax = 16 * 1024;

/** Whether its content may be read: neither large nor, as only hostile ones are, much larger compressed. */
function isReadable({ size, compressedSize }: IndexEntry): boolean {
  return size <= fileBytesMax && compressedSize <= 2 * fileBytesMax;
}

/** The entries that can be read within `bytesMax` in all, in the order of the archive, so that what is left out is the same each time. */
export function readableWithin(entries: readonly IndexEntry[], bytesMax: number): IndexEntry[] {
  let left = bytesMax;
  return byOffset(entries).filter((entry) => {
    if (!isReadable(entry) || entry.size > left) return false;
    left -= entry.size;
    return true;
  });
}

/** The content of each entry, in the order of the archive. */
export async function* readFiles(
  source: ByteSource,
  entries: readonly IndexEntry[],
): AsyncGenerator<{ entry: IndexEntry; bytes: Uint8Array<ArrayBuffer> }> {
  for (const group of neighbours(byOffset(entries))) {
    const offset = group[0]?.offset ?? 0;
    const window = memorySource(await source.read(offset, endOf(group) - offset));
    for (const entry of group) {
      yield { entry, bytes: await readIndexed(window, { ...entry, offset: entry.offset - offset }) };
    }
  }
}

function byOffset(entries: readonly IndexEntry[]): IndexEntry[] {
  return entries.toSorted((a, b) => a.offset - b.offset);
}

function* neighbours(entries: readonly IndexEntry[]): Generator<IndexEntry[]> {
  let group: IndexEntry[] = [];
  for (const entry of entries) {
    const start = group[0]?.offset ?? entry.offset;
    const apart =
      entry.offset - endOf(group) > gapBytesMax || entry.offset + entry.compressedSize - start > windowBytes;
    if (group.length > 0 && apart) {
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

/** The text of UTF-8 bytes, its byte order mark kept; undefined for bytes that are none, or hold a NUL as no text does. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
