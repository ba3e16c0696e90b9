// The index of a stored zip: a JSON object next to it that locates each file's bytes, so a single range read gets a file (design §5).
// Every read verifies size and CRC.
import { z } from 'zod';
import { crc32 } from '../compression/crc32.ts';
import type { Inflater } from '../compression/inflate.ts';
import type { ByteSource } from '../reading/byte-source.ts';
import { Meter } from '../reading/meter.ts';
import { type ByteStream, SequentialReader } from '../reading/sequential-reader.ts';
import { pathProblem } from '../rules/paths.ts';
import { entryStream } from '../zip/entry-stream.ts';

const count = z.int().min(0);

export const indexEntrySchema = z.object({
  /** Relative to the plugin's root, without the top folder. */
  path: z.string().refine((path) => pathProblem(path) === undefined, 'unsafe path'),
  size: count,
  /** Content digest. Null if only the first bytes were read when the archive was opened; size and CRC are always set. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Offset of the entry's (compressed) bytes in the stored zip. */
  offset: count,
  compressedSize: count,
  method: z.enum(['stored', 'deflated']),
  crc32: count.max(0xffffffff),
  /** True for files scanned as source in the plugin's language. */
  source: z.boolean(),
});

export type IndexEntry = z.infer<typeof indexEntrySchema>;

const indexSchema = z.object({ version: z.literal(1), files: z.array(indexEntrySchema) });

export function encodeIndex(files: readonly IndexEntry[]): string {
  return JSON.stringify({ version: 1, files });
}

/** Throws if the text is not a valid index. */
export function decodeIndex(text: string): IndexEntry[] {
  return indexSchema.parse(JSON.parse(text)).files;
}

/** Reads one file with a single range read. Throws if the stored bytes no longer match the index. */
export async function readIndexed(
  source: ByteSource,
  entry: IndexEntry,
  meter = new Meter(),
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(entry.size);
  const packed = await source.read(entry.offset, entry.compressedSize);
  let filled = 0;
  for await (const chunk of checkedContent(bytesStream(packed), entry, meter)) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

/** Streams a file too large for memory. Each chunk is valid until the next is requested. Throws like `readIndexed`. */
export async function* streamIndexed(source: ByteSource, entry: IndexEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const range: ByteSource = {
    size: entry.compressedSize,
    read: (offset, length) => source.read(entry.offset + offset, length),
  };
  const meter = new Meter();
  yield* checkedContent(new SequentialReader(range, meter), entry, meter);
}

/** Thrown for content that doesn't match its index or directory. */
export class CorruptContent extends Error {
  override readonly name = 'CorruptContent';
}

export async function* checkedContent(
  packed: ByteStream,
  entry: Omit<IndexEntry, 'offset' | 'sha256' | 'source'>,
  meter: Meter,
  inflater?: Inflater,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const content = entryStream(packed, entry, meter, inflater);
  let filled = 0;
  let crc = 0;
  for (;;) {
    const chunk = await content.next(Math.min(64 * 1024, entry.size + 1 - filled));
    if (chunk.length === 0) break;
    filled += chunk.length;
    if (filled > entry.size) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  const problem =
    content.problem() ?? (filled === entry.size && crc === entry.crc32 ? undefined : 'size or CRC mismatch');
  if (problem !== undefined) throw new CorruptContent(`stored archive: ${entry.path}: ${problem}`);
}

function bytesStream(bytes: Uint8Array<ArrayBuffer>): ByteStream {
  let used = 0;
  return {
    next: async (max) => {
      const piece = bytes.subarray(used, used + max);
      used += piece.length;
      return piece;
    },
  };
}
