// Packs an environment into one compressed file, and unpacks it.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { z } from 'zod';
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
}

export const unpackedSchema = z.object({ files: z.int(), bytes: z.int(), bytecode: z.int() });
/** How much an archive held, and how many of its files are bytecode. */
export type Unpacked = z.infer<typeof unpackedSchema>;

/** Node's defaults, 16 and 64 KiB, would make thousands of turns of the event loop and of the thread pool. */
const chunkBytes = 1024 * 1024;
const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** Zstandard, or gzip where Node lacks it: the command line also runs under Node 20, and packs for its own cache only. */
function compressor(): Transform {
  if (!Reflect.has(zlib, 'createZstdCompress')) return zlib.createGzip({ level: 1, chunkSize: chunkBytes });
  return zlib.createZstdCompress({
    chunkSize: chunkBytes,
    params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 },
  });
}

async function decompressor(archive: string): Promise<Transform> {
  const file = await open(archive, 'r');
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close());
  const options = { chunkSize: chunkBytes };
  return buffer.equals(gzipMagic) ? zlib.createGunzip(options) : zlib.createZstdDecompress(options);
}
const outputBytesMax = 64 * 1024;

/**
 * Writes the archive of `folder` to the file `target`, and returns its digest and size. The same files give the same bytes. Rejects with an
 * EnvironmentFailed.
 */
export async function packFolder({ python, limits }: ArchiveMachine, folder: string, target: string) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  const packer = toolCommand(python, limits, 'pack.py', [folder]);
  const file = createWriteStream(target, { mode: 0o600 });
  const options = { timeoutMs: limits.environmentMs, outputBytesMax };
  await runConnected([packer, compressor(), counter, file], options).catch((error) => {
    throw failedTo('packed', error);
  });
  return { sha256: hash.digest('hex'), size_bytes: sizeBytes };
}

/** Unpacks an archive into a folder. Rejects if it has more than an environment may hold. */
export async function unpackArchive(machine: ArchiveMachine, archive: string, folder: string): Promise<Unpacked> {
  const { python, limits } = machine;
  const { environmentFiles: files, environmentBytes: bytes } = limits;
  // Bytecode comes on top: at most a file for each.
  const unpacker = unpackCommand(python, limits, folder, { files: 2 * files, bytes: 2 * bytes });
  const unpacked = await decompressor(archive);
  const packed = createReadStream(archive, { highWaterMark: chunkBytes });
  const options = { timeoutMs: limits.environmentMs, outputBytesMax };
  const printed = await runConnected([packed, unpacked, unpacker], options).catch((error) => {
    throw failedTo('unpacked', error);
  });
  return unpackedSchema.parse(JSON.parse(printed.toString('utf8')));
}

/** The programs are the builder's own, and may succeed the next time. */
function failedTo(what: string, error: unknown): unknown {
  if (!(error instanceof ConnectionFailed)) return error;
  return new EnvironmentFailed(
    'install-failed',
    `The environment could not be ${what}: ${error.message.replace(/\.$/, '')}.`,
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

function toolCommand(python: Python, limits: Limits, script: string, args: string[]): Command {
  const path = join(hostFolder, 'slipway_environment', script);
  return trustedCommand(python, {
    argv: [python.executable, '-I', '-S', '-B', '-X', 'utf8', path, ...args],
    folder: '/',
    environment: {},
    limits: environmentProcessLimits(limits),
  });
}
