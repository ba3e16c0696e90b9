// Reads large objects in ranges. Without them, a local store reads a multipart object at full speed, however slow the consumer: eight
// readers of 60 MiB held 500 MiB.
import { objectRangeBytes } from '../../contract/limits/requests.ts';
import { readFullPieces } from '../../core/paced-bytes.ts';

/** Slipway names all objects, so uploaders can't choose these endings. */
const typesByEnding: readonly (readonly [ending: string, type: string])[] = [
  ['.zip', 'application/zip'],
  ['.json', 'application/json'],
  ['.ndjson', 'application/x-ndjson'],
  ['.jsonl', 'application/x-ndjson'],
];

export function objectType(key: string): string {
  return typesByEnding.find(([ending]) => key.endsWith(ending))?.[1] ?? 'application/octet-stream';
}

/** Makes browsers save objects instead of showing them. */
export const objectDisposition = 'attachment';

export interface ObjectRange {
  offset: number;
  length: number;
}

/** Yields part of an object, reading at the consumer's pace. Throws if the object is gone or was replaced. */
export async function* readObjectRange(
  blobs: R2Bucket,
  { etag, key }: { key: string; etag?: string },
  { length, offset }: ObjectRange,
): AsyncGenerator<Uint8Array, void> {
  const end = offset + length;
  for (let at = offset; at < end; at += objectRangeBytes) {
    const range = { offset: at, length: Math.min(objectRangeBytes, end - at) };
    const object = await blobs.get(key, { range, ...(etag === undefined ? {} : { onlyIf: { etagMatches: etag } }) });
    if (!object || !('body' in object)) throw new Error(`${key} was replaced or removed`);
    yield* readFullPieces(object.body);
  }
}
