// Reads a run's results so far, in row order, as parts or as the lines of all parts.
import { and, asc, eq, gte, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { runLimits } from '../../contract/limits/batches.ts';
import { readTogether } from '../../db/client.ts';
import { runChunks } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { readObjectRange } from '../../registry/storage/object-ranges.ts';
import { presign } from '../../registry/storage/presign.ts';
import { partKey, type ResultKind } from './keys.ts';
import type { Run } from './run.ts';
import { requireRun, selectRun } from './runs.ts';

export interface ResultPart {
  /** Chunk number. */
  number: number;
  bytes: number;
  url: string;
}

export interface ResultPage {
  parts: ResultPart[];
  /** First row of the next page; null on the last page. */
  next: number | null;
}

interface Pages {
  kind: ResultKind;
  from: number;
  limit: number;
}

/** Returns presigned URLs for the parts of a page of the run's chunks, in one D1 round trip. */
export async function listParts(
  deps: Pick<Deps, 'db' | 'storage' | 'clock'>,
  actor: Actor,
  { id, namespaceId }: Pick<Run, 'id' | 'namespaceId'>,
  { from, kind, limit }: Pages,
): Promise<ResultPage & { run: Run }> {
  const { chunks, ...found } = await readTogether(deps.db, {
    ...selectRun(deps.db, actor, namespaceId, id),
    chunks: doneChunks(deps, { id }, from, limit + 1),
  });
  const run = requireRun(found, namespaceId, id);
  const signedAt = deps.clock.now();
  const keyed = chunks.slice(0, limit).flatMap((chunk) => keysOf(run, chunk, kind));
  const parts = keyed.map(async ({ bytes, key, number }) => {
    const expiresInSeconds = runLimits.resultUrlSeconds;
    return { number, bytes, url: await presign(deps.storage, { method: 'GET', key, expiresInSeconds, signedAt }) };
  });
  return { run, parts: await Promise.all(parts), next: chunks[limit]?.firstRow ?? null };
}

const chunksAtOnce = 500;

/** Yields the bytes of all parts in order. Leaves out chunks that finish after the read began. */
export async function* resultBytes(
  deps: Pick<Deps, 'db' | 'blobs'>,
  run: Run,
  kind: ResultKind,
): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; ; ) {
    const chunks = await doneChunks(deps, run, from, chunksAtOnce);
    for (const { bytes, key } of chunks.flatMap((chunk) => keysOf(run, chunk, kind)))
      yield* readObjectRange(deps.blobs, { key }, { offset: 0, length: bytes });
    const last = chunks.at(-1);
    if (!last || chunks.length < chunksAtOnce) return;
    from = last.firstRow + 1;
  }
}

type DoneChunk = Pick<typeof runChunks.$inferSelect, 'firstRow' | 'number' | 'parts'>;

/** Selects chunks with finished rows, starting at a row. */
function doneChunks({ db }: Pick<Deps, 'db'>, { id }: Pick<Run, 'id'>, from: number, limit: number) {
  return db
    .select({ firstRow: runChunks.firstRow, number: runChunks.number, parts: runChunks.parts })
    .from(runChunks)
    .where(and(eq(runChunks.runId, id), gte(runChunks.firstRow, from), sql`${runChunks.parts} <> '[]'`))
    .orderBy(asc(runChunks.firstRow))
    .limit(limit);
}

function keysOf({ id }: Run, { firstRow, number, parts }: DoneChunk, kind: ResultKind) {
  return parts
    .filter((part) => part[kind] > 0)
    .map((part) => ({ number, bytes: part[kind], key: partKey(id, firstRow, part.attempt, kind) }));
}
