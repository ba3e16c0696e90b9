// Compresses or decompresses a package, together with the Python program that reads or writes its files: `archive-program.ts JSON`.
// Prints what was written as JSON. The builder sets its limits and its low priority (archive.ts). It holds only a few pieces of the
// package in memory.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import type { z } from 'zod';
import { packagePartBytes } from '../../../../src/contract/limits/builder.ts';
import { ConnectionFailed, runConnected } from '../../programs/connected-programs.ts';
import { directCommand } from '../../sandbox/trusted-program.ts';
import { type ArchiveWork, workSchema, type writtenSchema } from './archive.ts';
import { newCompressor } from './compressor.ts';

/**
 * Node's defaults, 16 and 64 KiB, would take many more turns of the event loop and the thread pool; a larger size would create more
 * garbage.
 */
const chunkBytes = 256 * 1024;
const outputBytesMax = 64 * 1024;

type Work<Kind> = Extract<ArchiveWork, { work: Kind }>;

interface OpenPart {
  path: string;
  file: FileHandle;
  hash: ReturnType<typeof createHash>;
  size: number;
}

/** Writes its input to consecutive files. Every file but the last is full. */
class PartWriter extends Writable {
  readonly written: z.infer<typeof writtenSchema> = [];
  readonly #staging: string;
  #open: OpenPart | undefined;

  constructor(staging: string) {
    super({ highWaterMark: chunkBytes });
    this.#staging = staging;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#append(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#finish().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const closed = this.#open?.file.close() ?? Promise.resolve();
    closed.then(
      () => done(error),
      () => done(error),
    );
  }

  async #append(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = this.#open ?? (await this.#begin());
      const piece = chunk.subarray(at, at + packagePartBytes - part.size);
      part.hash.update(piece);
      await part.file.writeFile(piece);
      part.size += piece.length;
      at += piece.length;
      if (part.size === packagePartBytes) await this.#finish();
    }
  }

  async #begin(): Promise<OpenPart> {
    const path = join(this.#staging, `part-${this.written.length}`);
    this.#open = { path, file: await open(path, 'wx', 0o600), hash: createHash('sha256'), size: 0 };
    return this.#open;
  }

  async #finish(): Promise<void> {
    if (!this.#open) return;
    const { path, file, hash, size } = this.#open;
    this.#open = undefined;
    await file.close();
    this.written.push({ path, sha256: hash.digest('hex'), size_bytes: size });
  }
}

async function pack({ argv, staging, timeoutMs }: Work<'pack'>): Promise<string> {
  const parts = new PartWriter(staging);
  await runConnected([directCommand(argv, {}), newCompressor(chunkBytes), parts], { timeoutMs, outputBytesMax });
  return JSON.stringify(parts.written);
}

async function unpack({ argv, parts, timeoutMs }: Work<'unpack'>): Promise<string> {
  const packed = Readable.from(contentOf(parts), { objectMode: false });
  const decompressor = createZstdDecompress({ chunkSize: chunkBytes });
  const printed = await runConnected([packed, decompressor, directCommand(argv, {})], { timeoutMs, outputBytesMax });
  return printed.toString('utf8');
}

async function* contentOf(paths: string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: chunkBytes });
}

try {
  const given = workSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(given.work === 'pack' ? await pack(given) : await unpack(given));
} catch (error) {
  console.error(error instanceof ConnectionFailed ? error.message : error);
  process.exitCode = 1;
}
