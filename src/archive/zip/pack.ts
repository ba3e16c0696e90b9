// Packs files into a zip. The same files give the same bytes on every machine, in any order.
import { crc32 } from '../compression/crc32.ts';
import { Meter } from '../reading/meter.ts';
import { memorySink, ZipWriter } from './zip-writer.ts';

export interface PackedFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Throws if two files have the same path. Doesn't check paths or contents; `openArchive` does that. */
export async function packZip(files: Iterable<PackedFile>): Promise<Uint8Array<ArrayBuffer>> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const writer = new ZipWriter(memorySink(), new Meter());
  let before: string | undefined;
  for (const { path, bytes } of sorted) {
    if (path === before) throw new Error(`two files named ${path}`);
    before = path;
    await writer.addFile(path, bytes, crc32(bytes));
  }
  const zip = await writer.finish();
  return await zip.read(0, zip.size);
}
