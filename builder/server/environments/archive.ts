// Packs an environment into one compressed file, and unpacks it.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { z } from 'zod';
import { ChildGroup } from '../processes/child-group.ts';
import { finishProgram } from '../processes/run-program.ts';
import type { Python } from '../python/python.ts';
import { environmentProcessLimits } from '../sandbox/process-limits.ts';
import { type Command, hostFolder } from '../sandbox/sandbox.ts';
import { trustedCommand } from '../sandbox/trusted-program.ts';
import type { Limits } from '../settings.ts';

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
/** A slow disk may take longer than a program that has written its last bytes into the pipe. */
export const pipeMs = 60_000;

/** Writes the archive of `folder` to the file `target`, and returns its digest and size. The same files give the same bytes. */
export async function packFolder(machine: ArchiveMachine, folder: string, target: string) {
  const { python, limits } = machine;
  const packer = new ChildGroup(toolCommand(python, limits, 'pack.py', [folder]), pipeMs);
  const { stdout, stderr } = packer.child;
  if (!stdout) throw new Error('The packer must have a pipe');
  packer.child.stdin?.end();
  let errors = '';
  stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    stdout,
    compressor(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(target, { mode: 0o600 }),
  );
  const reason = await packer.exited;
  if (reason !== 'exit code 0') throw new Error(`The environment could not be packed: ${reason}. ${errors}`);
  return { sha256: hash.digest('hex'), size_bytes: sizeBytes };
}

/** Unpacks an archive into a folder. Rejects if it has more than an environment may hold. */
export async function unpackArchive(machine: ArchiveMachine, archive: string, folder: string): Promise<Unpacked> {
  const { python, limits } = machine;
  const { environmentFiles: files, environmentBytes: bytes } = limits;
  // Bytecode comes on top: at most a file for each.
  const unpacker = new ChildGroup(unpackCommand(python, limits, folder, { files: 2 * files, bytes: 2 * bytes }));
  const { stdin } = unpacker.child;
  if (!stdin) throw new Error('The unpacker must have a pipe');
  const packed = createReadStream(archive, { highWaterMark: chunkBytes });
  const fed = pipeline(packed, await decompressor(archive), stdin).catch((error) => error);
  const ran = await finishProgram(unpacker, { timeoutMs: limits.environmentMs, outputBytesMax, keepInput: true });
  const failure = await fed;
  if (ran.ended !== 'exit' || !ran.succeeded || failure)
    // If the unpacker ends early, feeding it fails too, and only what it printed says why.
    throw new Error(`The archive of the environment could not be unpacked: ${ran.errors.trim() || failure}`);
  return unpackedSchema.parse(JSON.parse(ran.output.toString('utf8')));
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
