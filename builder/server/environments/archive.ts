// Packs a package into a compressed archive in parts, and unpacks it. Neither holds more of it in memory than a few pieces.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { PackagePart } from '../../../src/contract/builder/packages.ts';
import { packagePartBytes } from '../../../src/contract/limits/builder.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { Command } from '../processes/command.ts';
import { ConnectionFailed, runConnected } from '../processes/connected-programs.ts';
import type { Python } from '../python/python.ts';
import { hostFolder } from '../sandbox/host-scripts.ts';
import { environmentProcessLimits } from '../sandbox/process-limits.ts';
import { trustedCommand } from '../sandbox/trusted-program.ts';
import type { Limits } from '../settings.ts';
import { EnvironmentFailed } from './environment-failed.ts';

export interface ArchiveMachine {
  python: Python;
  limits: Limits;
  blobs: Blobs;
}

export const unpackedSchema = z.object({ files: z.int(), bytes: z.int(), bytecode: z.int() });
/** How much an archive held, and how many of its files are bytecode. */
export type Unpacked = z.infer<typeof unpackedSchema>;

/** Node's defaults, 16 and 64 KiB, would make many more turns of the event loop and of the thread pool; a larger one, garbage. */
const chunkBytes = 256 * 1024;
const outputBytesMax = 64 * 1024;

/** Stores the archive of `folder` as blobs. The same files give the same parts. Rejects with an EnvironmentFailed. */
export async function packFolder(machine: ArchiveMachine, folder: string, staging: string): Promise<PackagePart[]> {
  const { python, limits, blobs } = machine;
  const packer = toolCommand(python, limits, 'pack.py', [folder]);
  const params = { [constants.ZSTD_c_compressionLevel]: 3 };
  const parts = new PartWriter(staging, blobs);
  const options = { timeoutMs: limits.environmentMs, outputBytesMax };
  const compressor = createZstdCompress({ chunkSize: chunkBytes, params });
  await runConnected([packer, compressor, parts], options).catch((error) => {
    throw failedTo('packed', error);
  });
  return parts.written;
}

interface OpenPart {
  path: string;
  file: FileHandle;
  hash: ReturnType<typeof createHash>;
  size: number;
}

/** Writes what it gets to one file after the other, each of which becomes a blob when it is full. */
class PartWriter extends Writable {
  readonly written: PackagePart[] = [];
  readonly #staging: string;
  readonly #blobs: Blobs;
  #open: OpenPart | undefined;

  constructor(staging: string, blobs: Blobs) {
    super({ highWaterMark: chunkBytes });
    this.#staging = staging;
    this.#blobs = blobs;
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
    const sha256 = hash.digest('hex');
    await this.#blobs.adopt(path, sha256);
    this.written.push({ sha256, size_bytes: size });
  }
}

/** Unpacks an archive into a folder. Rejects if it has more than an environment may hold. */
export async function unpackParts(machine: ArchiveMachine, parts: string[], folder: string): Promise<Unpacked> {
  const { python, limits, blobs } = machine;
  const { environmentFiles: files, environmentBytes: bytes } = limits;
  // Bytecode comes on top: at most a file for each.
  const unpacker = unpackCommand(python, limits, folder, { files: 2 * files, bytes: 2 * bytes });
  const packed = Readable.from(contentOf(parts.map((sha256) => blobs.path(sha256))), { objectMode: false });
  const options = { timeoutMs: limits.environmentMs, outputBytesMax };
  const decompressor = createZstdDecompress({ chunkSize: chunkBytes });
  const printed = await runConnected([packed, decompressor, unpacker], options).catch((error) => {
    throw failedTo('unpacked', error);
  });
  return unpackedSchema.parse(JSON.parse(printed.toString('utf8')));
}

async function* contentOf(paths: string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: chunkBytes });
}

/** The programs are the builder's own, and may succeed the next time. */
function failedTo(what: string, error: unknown): unknown {
  if (!(error instanceof ConnectionFailed)) return error;
  return new EnvironmentFailed(
    'install-failed',
    `The package could not be ${what}: ${error.message.replace(/\.$/, '')}.`,
  );
}

interface UnpackLimits {
  files: number;
  bytes: number;
  suffix?: string;
}

/** The command of a program that unpacks its standard input. */
export function unpackCommand(python: Python, limits: Limits, folder: string, max: UnpackLimits): Command {
  const args = [folder, String(max.files), String(max.bytes), ...(max.suffix === undefined ? [] : [max.suffix])];
  return toolCommand(python, limits, 'unpack.py', args);
}

/** The command of one of the programs in slipway_environment. */
export function toolCommand(python: Python, limits: Limits, script: string, args: string[]): Command {
  const path = join(hostFolder, 'slipway_environment', script);
  return trustedCommand(python, {
    argv: [python.executable, '-I', '-S', '-B', '-X', 'utf8', path, ...args],
    folder: '/',
    environment: {},
    limits: environmentProcessLimits(limits),
  });
}
