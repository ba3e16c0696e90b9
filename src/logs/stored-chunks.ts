// Stores instance log chunks in R2, lists and reads them, and deletes them after their retention. They have no rows: keys sort by
// deployment, then newest first.
import { z } from 'zod';
import { chunkName, type LogChunk, type LogSource, type UnstoredRequest } from '../contract/builder/logs/chunk.ts';
import { type LogLine, logLineSchema } from '../contract/builder/logs/line.ts';
import { isId, type OrganizationId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import type { Folder } from '../registry/storage/collector.ts';
import { announcesDrop, type Budget, countStored, deleteOldBudgets, droppedNotice, readBudgets } from './log-budget.ts';

const folder = 'logs/';
const suffix = '.ndjson';
/** Objects per sweep: R2's limit for listing and deleting. */
const sweptMax = 1000;

function folderOf(id: string): string {
  return `${folder}${id}/`;
}

function chunkKey(id: string, name: string): string {
  return `${folderOf(id)}${name}${suffix}`;
}

export type LogStore = Pick<Deps, 'db' | 'blobs' | 'clock'>;

interface PrintedChunk {
  id: string;
  chunk: LogChunk;
}

/**
 * Stores the builder's new chunks and returns their number. Chunks over budget are reported as stored too, so that the builder doesn't
 * keep them. *Dies:* the builder returns the same chunks again, and they overwrite the stored ones.
 */
export async function storeLogs(deps: LogStore, source: LogSource, request: UnstoredRequest): Promise<number> {
  const { logs } = await source.unstoredLogs(request);
  const chunks = logs.flatMap(({ id, chunks }) => chunks.map((chunk) => ({ id, chunk })));
  await storeChunks(deps, chunks);
  if (logs.length > 0)
    await source.logsStored(logs.map(({ id, chunks }) => ({ id, chunks: chunks.map((chunk) => chunkName(chunk)) })));
  return chunks.length;
}

/** Stores chunks of organizations with budget left. Drops the others' chunks, and reports that in their logs. */
export async function storeChunks(deps: LogStore, printed: readonly PrintedChunk[]): Promise<void> {
  // Chunks without a deployment ID could never be read, so drop them.
  const chunks = printed.filter(({ id, chunk }) => isId('deployment', id) && chunk.lines.length > 0);
  if (chunks.length === 0) return;
  const budgets = await readBudgets(deps, [...new Set(chunks.map(({ id }) => id))]);
  const isDropped = ({ id }: PrintedChunk) => {
    const budget = budgets.get(id);
    return budget !== undefined && !(budget.hasDayRoom && budget.hasRoom);
  };
  const stored = new Map<OrganizationId, number>();
  const put = async ({ id, chunk }: PrintedChunk) => {
    const bytes = await putChunk(deps.blobs, id, chunk);
    const organizationId = budgets.get(id)?.organizationId;
    if (organizationId !== undefined) stored.set(organizationId, (stored.get(organizationId) ?? 0) + bytes);
  };
  const dropped = Map.groupBy(chunks.filter(isDropped), ({ id }) => id);
  await Promise.all([
    ...chunks.filter((one) => !isDropped(one)).map(put),
    ...[...dropped].map(async ([id, all]) => {
      const budget = budgets.get(id);
      if (budget) await announceDrop(deps.blobs, id, all, budget);
    }),
  ]);
  await countStored(deps, stored);
}

/** Stores the drop notice, unless the newest stored chunk already is one. */
async function announceDrop(blobs: R2Bucket, id: string, dropped: PrintedChunk[], budget: Budget): Promise<void> {
  const first = { start: Math.min(...dropped.map(({ chunk }) => chunk.start)) };
  const prefix = folderOf(id);
  const [newest] = (await blobs.list({ prefix, limit: 1 })).objects;
  if (announcesDrop(newest && nameOf(newest.key, prefix), first)) return;
  await putChunk(blobs, id, droppedNotice(first, budget));
}

/** Returns the byte count. */
async function putChunk(blobs: R2Bucket, id: string, chunk: LogChunk): Promise<number> {
  const text = chunk.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const bytes = new TextEncoder().encode(text);
  await blobs.put(chunkKey(id, chunkName(chunk)), bytes, { httpMetadata: { contentType: 'application/x-ndjson' } });
  return bytes.length;
}

function nameOf(key: string, prefix: string): string {
  return key.slice(prefix.length, -suffix.length);
}

export interface StoredChunk {
  name: string;
  read(): Promise<LogLine[]>;
}

/** Lists a deployment's stored chunks from the named one back, newest first. */
export async function* storedChunks(blobs: R2Bucket, id: string, from?: string): AsyncGenerator<StoredChunk> {
  const prefix = folderOf(id);
  // Sorts after every key that precedes the one of `from`, and before that one.
  let startAfter = from === undefined ? undefined : chunkKey(id, from).slice(0, -1);
  for (;;) {
    const page = await blobs.list({ prefix, ...(startAfter === undefined ? {} : { startAfter }) });
    for (const { key } of page.objects) yield { name: nameOf(key, prefix), read: () => readLines(blobs, key) };
    if (!page.truncated) return;
    startAfter = page.objects.at(-1)?.key;
  }
}

/** Returns no lines if the sweep has deleted the chunk in the meantime. */
async function readLines(blobs: R2Bucket, key: string): Promise<LogLine[]> {
  const object = await blobs.get(key);
  const texts = object ? (await object.text()).split('\n').filter((line) => line !== '') : [];
  return z.array(logLineSchema).parse(texts.map((line): unknown => JSON.parse(line)));
}

/** Chunks older than their retention. Their days' counts are deleted too. */
export const storedLogs: Folder = {
  prefix: folder,
  limit: sweptMax,
  async unused(deps, objects) {
    await deleteOldBudgets(deps, deps.retention.instanceLogsMs);
    const expired = deps.clock.now() - deps.retention.instanceLogsMs;
    return objects.filter(({ uploaded }) => uploaded.getTime() < expired).map(({ key }) => key);
  },
};
