// Adapts R2 to archive/: reads an object by ranges, writes a zip in parts, and computes a digest incrementally.
import type { Pace } from '../../archive/contents/file-content.ts';
import type { ByteDigest, ByteSource } from '../../archive/reading/byte-source.ts';
import type { ZipSink } from '../../archive/zip/zip-writer.ts';
import { windowBytes } from '../../contract/limits/archives.ts';
import { hex } from '../../core/digest.ts';
import { withLength } from '../../core/paced-streams.ts';
import { Problem } from '../../core/problem.ts';
import { LoopTurns } from '../../core/turns.ts';

/** Read-ahead for sequential passes, which request many small pieces. */
const aheadBytes = 8 * 1024 * 1024;
/** Size of the pieces in which a copy is written. Several are in memory at a time. */
const pieceBytes = 1024 * 1024;

export interface PinnedObject {
  key: string;
  size: number;
  etag: string;
}

/** Reads the object with this ETag. If the object is replaced in the meantime, reading throws `integrity-mismatch`. */
export function r2Source(blobs: R2Bucket, { key, size, etag }: PinnedObject): ByteSource {
  let ahead = { offset: 0, bytes: new Uint8Array(0) };
  let expected = 0;
  const fetchRange = async (offset: number, length: number) => {
    const object = await blobs.get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
    if (!object || !('body' in object)) throw integrityMismatch('The uploaded object changed while being read');
    const bytes = new Uint8Array(await object.arrayBuffer());
    if (bytes.length !== length)
      throw new RangeError(`requested ${length} bytes from ${offset} of ${key}, got ${bytes.length}`);
    return bytes;
  };
  return {
    size,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size)
        throw new RangeError(`bytes ${offset} to ${offset + length} of ${size}`);
      if (length === 0) return new Uint8Array(0);
      const inOrder = offset === expected;
      expected = offset + length;
      const start = offset - ahead.offset;
      if (start >= 0 && start + length <= ahead.bytes.length) return ahead.bytes.slice(start, start + length);
      const aheadLength = Math.min(aheadBytes, size - offset);
      if (!inOrder || length >= aheadLength) return fetchRange(offset, length);
      ahead = { offset, bytes: await fetchRange(offset, aheadLength) };
      return ahead.bytes.slice(0, length);
    },
  };
}

export interface ReadProgress {
  /** Called before each read; may throw to end the work. */
  checkpoint: () => Promise<void>;
  /** Bytes read from the store so far. */
  bytesRead: number;
}

/** Wraps a source to count reads and to let work stop between them. */
export function trackReads(source: ByteSource, progress: ReadProgress): ByteSource {
  return {
    size: source.size,
    read: async (offset, length) => {
      await progress.checkpoint();
      progress.bytesRead += length;
      return source.read(offset, length);
    },
  };
}

/** Lets other requests run between pieces of an archive's content, and stops or keeps the lease like a read. */
export function contentPace({ checkpoint }: ReadProgress): Pace {
  const turns = new LoopTurns();
  let unchecked = 0;
  return async (bytes) => {
    await turns.spend(bytes);
    unchecked += bytes;
    if (unchecked < windowBytes) return;
    unchecked = 0;
    await checkpoint();
  };
}

/** Writes a zip to `key` in an R2 multipart upload. The object appears when the sink closes. */
export function r2Sink(blobs: R2Bucket, key: string, progress: ReadProgress): ZipSink {
  const parts: R2UploadedPart[] = [];
  let started: Promise<R2MultipartUpload> | undefined;
  const upload = () => {
    started ??= blobs.createMultipartUpload(key);
    return started;
  };
  return {
    write: async (part) => {
      parts.push(await (await upload()).uploadPart(parts.length + 1, part));
    },
    close: async () => {
      const { size, etag } = await (await upload()).complete(parts);
      return trackReads(r2Source(blobs, { key, size, etag }), progress);
    },
    abort: async () => {
      if (started) await (await started).abort();
    },
  };
}

/** Computes SHA-256 incrementally, with the runtime's digest. */
export function r2Digest(): ByteDigest {
  const stream = new crypto.DigestStream('SHA-256');
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    end: async () => {
      await writer.close();
      return hex(new Uint8Array(await stream.digest));
    },
  };
}

/** Copies the source to `key`. Rethrows errors from the source as they are, not wrapped by the store. */
export async function copyTo(blobs: R2Bucket, key: string, source: ByteSource, options: R2PutOptions): Promise<void> {
  const { body, copied } = withLength(sourcePieces(source), source.size);
  await Promise.all([copied, blobs.put(key, body, options)]);
}

async function* sourcePieces(source: ByteSource): AsyncGenerator<Uint8Array, void> {
  for (let offset = 0; offset < source.size; offset += pieceBytes)
    yield await source.read(offset, Math.min(pieceBytes, source.size - offset));
}

export function integrityMismatch(message: string, details: Record<string, unknown> = {}): Problem {
  return new Problem('integrity-mismatch', message, { details });
}
