// A tree's files as the archive of a source: under one folder, which every reader of archives takes off again, so that a repository
// with a single folder keeps it.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type PackedFile, packZip } from '../../../src/archive/pack.ts';

const top = 'source/';

/** Above, compressing would hold up the calls of instances for too long: it gets a thread. */
const inlineBytesMax = 512 * 1024;

export function packSource(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return bytes <= inlineBytesMax ? packHere(files) : packInThread(files);
}

export function packHere(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  return packZip(files.map(({ path, bytes }) => ({ path: top + path, bytes })));
}

function packInThread(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(import.meta.resolve('./pack-thread.ts')), {
      workerData: files,
      transferList: files.map(({ bytes }) => bytes.buffer),
    });
    thread.once('message', (message) => resolve(z.instanceof(Uint8Array<ArrayBuffer>).parse(message)));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('packing ended early')));
  });
}
