// Stores and reads accepted archives. A stored archive is addressed by its digest and has an index.
import { CorruptContent, decodeIndex, encodeIndex, type IndexEntry } from '../../archive/contents/stored-index.ts';
import type { OpenedArchive } from '../../archive/open.ts';
import type { ByteSource } from '../../archive/reading/byte-source.ts';
import type { Deps } from '../../deps.ts';
import { copyTo } from './r2-archive.ts';

export function archiveKey(sha256: string): string {
  return `archives/${sha256}.zip`;
}

export function indexKey(sha256: string): string {
  return `archives/${sha256}.index.json`;
}

type Storable = NonNullable<OpenedArchive['zip']>;

/** Stores the zip and its index under its digest, before a row refers to them. Storing the same archive again changes nothing. */
export async function storeArchive(
  { blobs }: Pick<Deps, 'blobs'>,
  { source, sha256 }: Storable,
  files: readonly IndexEntry[],
): Promise<void> {
  if (await blobs.head(indexKey(sha256))) return;
  await copyTo(blobs, archiveKey(sha256), source, { sha256, httpMetadata: { contentType: 'application/zip' } });
  await blobs.put(indexKey(sha256), encodeIndex(files), {
    httpMetadata: { contentType: 'application/json' },
  });
}

/** Reads a stored archive's index: each file's location. */
export async function archiveIndex({ blobs }: Pick<Deps, 'blobs'>, sha256: string): Promise<IndexEntry[]> {
  const object = await blobs.get(indexKey(sha256));
  if (!object) throw new CorruptContent(`the index of archive ${sha256} is missing from the store`);
  const text = await object.text();
  try {
    return decodeIndex(text);
  } catch (cause) {
    throw new CorruptContent(`the index of archive ${sha256} can't be read`, { cause });
  }
}

/** Reads ranges of a stored zip. */
export function archiveSource({ blobs }: Pick<Deps, 'blobs'>, sha256: string, sizeBytes: number): ByteSource {
  return {
    size: sizeBytes,
    read: async (offset, length) => {
      if (length === 0) return new Uint8Array(0);
      const object = await blobs.get(archiveKey(sha256), { range: { offset, length } });
      const bytes = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
      if (bytes.length !== length)
        throw new CorruptContent(`could not read bytes ${offset} to ${offset + length} of archive ${sha256}`);
      return bytes;
    },
  };
}
