// Packs files into a zip: the same bytes for the same files on every machine, in whatever order they are passed.
import { crc32 } from '../compression/crc32.ts';
import { Meter } from '../meter.ts';
import { memorySink } from './zip-sink.ts';
import { ZipWriter } from './zip-writer.ts';

export interface PackedFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Throws if two files have the same path. Paths and contents are not checked; `openArchive` does that. */
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
