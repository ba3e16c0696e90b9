// Packs a tree's files as a source archive. All files are in one top-level folder, which archive readers strip. Without it, a
// repository with a single folder would lose that folder.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type PackedFile, packZip } from '../../../src/archive/zip/pack.ts';

const topFolder = 'source/';

/** Larger sources are packed in a thread, because compressing them would delay instances' calls. */
const inlineBytesMax = 512 * 1024;

export function packSource(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return bytes <= inlineBytesMax ? packHere(files) : packInThread(files);
}

export function packHere(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  return packZip(files.map(({ path, bytes }) => ({ path: topFolder + path, bytes })));
}

function packInThread(files: PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(import.meta.resolve('./pack-thread.ts')), {
      workerData: files,
      transferList: files.map(({ bytes }) => bytes.buffer),
    });
    thread.once('message', (message) => resolve(z.instanceof(Uint8Array<ArrayBuffer>).parse(message)));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('Could not pack the source: the thread exited early')));
  });
}
