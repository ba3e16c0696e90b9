// Stores chunks of instances' logs in R2, lists and reads them, and deletes them when their time is over. There is no row of them: their
// keys sort by deployment, then from the newest to the oldest.
import { z } from 'zod';
import { chunkName, type LogChunk, type LogSource, type UnstoredRequest } from '../../contract/log-chunk.ts';
import { type LogLine, logLineSchema } from '../../contract/log-line.ts';
import { isId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';

const folder = 'logs/';
const suffix = '.ndjson';
/** Objects that one sweep looks at: as many as R2 lists and deletes at a time. */
const sweptMax = 1000;

function folderOf(id: string): string {
  return `${folder}${id}/`;
}

function chunkKey(id: string, name: string): string {
  return `${folderOf(id)}${name}${suffix}`;
}

/** Where logs were stored before they had chunks. Those are deleted like chunks. */
function undividedKey(id: string): string {
  return `${folder}${id}${suffix}`;
}

/**
 * Stores what a builder has not yet stored, and returns the number of chunks. *Dies:* the builder hands the same chunks out again, and
 * they replace themselves.
 */
export async function storeLogs(blobs: R2Bucket, source: LogSource, request: UnstoredRequest): Promise<number> {
  const { logs } = await source.unstoredLogs(request);
  const chunks = logs.flatMap(({ id, chunks }) => chunks.map((chunk) => ({ id, chunk })));
  await Promise.all(chunks.map(({ id, chunk }) => storeChunk(blobs, id, chunk)));
  if (logs.length > 0)
    await source.logsStored(logs.map(({ id, chunks }) => ({ id, chunks: chunks.map((chunk) => chunkName(chunk)) })));
  return chunks.length;
}

export async function storeChunk(blobs: R2Bucket, id: string, chunk: LogChunk): Promise<void> {
  if (!isId('deployment', id)) return; // nobody could read it
  const text = chunk.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await blobs.put(chunkKey(id, chunkName(chunk)), text, { httpMetadata: { contentType: 'application/x-ndjson' } });
}

export interface StoredChunk {
  name: string;
  read(): Promise<LogLine[]>;
}

/** Lists the stored chunks of a deployment, newest first, from the named one on. */
export async function* storedChunks(blobs: R2Bucket, id: string, from?: string): AsyncGenerator<StoredChunk> {
  const prefix = folderOf(id);
  // Behind every key that sorts before that of `from`, and before that.
  let startAfter = from === undefined ? undefined : chunkKey(id, from).slice(0, -1);
  for (;;) {
    const page = await blobs.list({ prefix, ...(startAfter === undefined ? {} : { startAfter }) });
    for (const { key } of page.objects)
      yield { name: key.slice(prefix.length, -suffix.length), read: () => readLines(blobs, key) };
    if (!page.truncated) return;
    startAfter = page.objects.at(-1)?.key;
  }
}

/** Returns the lines that were stored before logs had chunks. */
export function undividedLines(blobs: R2Bucket, id: string): Promise<LogLine[]> {
  return readLines(blobs, undividedKey(id));
}

/** Returns no lines if the sweep has deleted them meanwhile. */
async function readLines(blobs: R2Bucket, key: string): Promise<LogLine[]> {
  const object = await blobs.get(key);
  const texts = object ? (await object.text()).split('\n').filter((line) => line !== '') : [];
  return z.array(logLineSchema).parse(texts.map((line): unknown => JSON.parse(line)));
}

/** Deletes chunks after their retention. Looks at one page at a time, in a loop. */
export function sweepInstanceLogs(deps: Parameters<typeof sweepFolder>[0] & Pick<Deps, 'retention'>): Promise<void> {
  const expired = deps.clock.now() - deps.retention.instanceLogsMs;
  const keysOf = async (_: unknown, objects: R2Object[]) =>
    objects.filter(({ uploaded }) => uploaded.getTime() < expired).map(({ key }) => key);
  return sweepFolder(deps, folder, keysOf, sweptMax);
}
