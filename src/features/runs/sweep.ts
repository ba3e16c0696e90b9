// Maintains runs, a limited number at a time. Sends messages for abandoned work, ends runs that never started or lost their version,
// and deletes runs after their retention.
import { and, asc, eq, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { runLimits } from '../../contract/limits/batches.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import type { RunId } from '../../core/ids.ts';
import { previousChanged, readTogether } from '../../db/client.ts';
import { isUnleased } from '../../db/lease.ts';
import { namespaces } from '../../db/schema/access.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import { runChunks, runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { pickSome, runIsolated, sendAll } from '../../events/send-all.ts';
import type { Folder } from '../../registry/storage/collector.ts';
import { runsFolder } from '../../registry/storage/runs-folder.ts';
import { chunksFolder, inputKey, parsePartKey, runFolder } from './keys.ts';
import { cancelRunBecause, eventData, runEvent } from './run.ts';
import { mayBeSplit } from './split/split-run.ts';
import { claimableRuns, takeBackLost } from './work/claim-chunk.ts';

type SweepDeps = Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock' | 'log' | 'queues' | 'retention'>;

export async function sweepRuns(deps: SweepDeps): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  await takeBackLost(db, now);
  const found = await readTogether(db, {
    toSplit: selectToSplit(deps),
    toWork: selectToWork(deps),
    unstarted: selectUnstarted(deps),
    orphaned: selectOrphaned(deps),
    old: selectOld(deps),
    toClear: selectToClear(deps),
    unsized: selectUnsized(deps),
  });
  const wake = new Set([...found.toSplit, ...found.toWork].map(({ id }) => id));
  const messages = [...wake].map((id) => ({ v: 1, type: 'work-run', id }) as const);
  await sendAll(deps, 'runs', pickSome(messages, sweepLimits.messagesAtOnce));
  await runIsolated(deps, pickSome(found.unstarted, sweepLimits.changedByOne), expireRun);
  await runIsolated(deps, pickSome(found.orphaned, sweepLimits.changedByOne), cancelOrphaned);
  await runIsolated(deps, pickSome(found.old, sweepLimits.changedByMany), deleteRun);
  await runIsolated(deps, pickSome(found.toClear, sweepLimits.changedByMany), clearInput);
  await runIsolated(deps, found.unsized, deleteOversized);
}

export function dueRuns(deps: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return [
    selectToSplit(deps),
    selectToWork(deps),
    selectLost(deps),
    selectUnstarted(deps),
    selectOrphaned(deps),
    selectOld(deps),
    selectToClear(deps),
    selectUnsized(deps),
  ];
}

type Reading = Pick<Deps, 'db' | 'clock'>;

/** Selects runs whose message was lost, or whose worker died while splitting the input. */
function selectToSplit({ db, clock }: Reading) {
  const now = clock.now();
  const isFree = sql`(${runs.leaseUntil} is null or ${runs.leaseUntil} <= ${now})`;
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(
      sql`${runs.status} in ('queued', 'splitting') and ${isFree} and ${runs.updatedAt} < ${now - sweepGraceMs} and ${mayBeSplit(now)}`,
    )
    .limit(sweepLimits.pickedFrom);
}

/** Selects runs with claimable chunks. A run that has workers continues anyway, so an extra message does no harm. */
function selectToWork({ db, clock }: Reading) {
  const now = clock.now();
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(sql`${runs.id} in (select id from (${claimableRuns(now)}))`, lt(runs.updatedAt, now - sweepGraceMs)))
    .limit(sweepLimits.pickedFrom);
}

/** Selects chunks whose worker died. */
function selectLost({ db, clock }: Reading) {
  return db
    .select({ id: runChunks.id })
    .from(runChunks)
    .where(sql`${runChunks.status} = 'running' and ${runChunks.leaseUntil} <= ${clock.now()}`)
    .limit(1);
}

function selectUnstarted({ db, clock }: Reading) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(sql`${runs.status} = 'open' and ${runs.createdAt} < ${clock.now() - runLimits.uploadUrlSeconds * 1000}`)
    .orderBy(asc(runs.createdAt))
    .limit(sweepLimits.pickedFrom);
}

/** Selects runs whose version or namespace was deleted. */
function selectOrphaned({ db }: Pick<Deps, 'db'>) {
  const isGone = sql`(exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${runs.versionId} and ${pluginVersions.deletedAt} is not null) or exists (select 1 from ${namespaces} where ${namespaces.id} = ${runs.namespaceId} and ${namespaces.deletedAt} is not null))`;
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNull(runs.endedAt), isGone))
    .limit(sweepLimits.pickedFrom);
}

function selectOld({ db, clock, retention }: Reading & Pick<Deps, 'retention'>) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNotNull(runs.endedAt), lt(runs.endedAt, clock.now() - retention.runsMs)))
    .orderBy(asc(runs.endedAt))
    .limit(sweepLimits.pickedFrom);
}

/** Selects ended runs that still have their input. A worker that hasn't noticed the end may still be reading it for a moment. */
function selectToClear({ db, clock }: Reading) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(hasInput, lt(runs.endedAt, clock.now() - sweepGraceMs)))
    .orderBy(asc(runs.endedAt))
    .limit(sweepLimits.pickedFrom);
}

/** SQL: the run has ended, and its input or stored chunks still count toward the quota. Matches their index. */
const hasInput = sql`${runs.endedAt} is not null and ${runs.storedInputBytes} + ${runs.storedChunkBytes} > 0`;

type OneRun = { id: RunId };

async function expireRun(deps: SweepDeps, { id }: OneRun): Promise<void> {
  const now = deps.clock.now();
  await deps.db.batch([
    deps.db
      .update(runs)
      .set({ status: 'expired', endedAt: now, updatedAt: now })
      .where(and(eq(runs.id, id), eq(runs.status, 'open'))),
    record(deps, { ...runEvent(id), type: 'run.expired', data: eventData(id) }, previousChanged),
  ]);
}

async function cancelOrphaned(deps: SweepDeps, { id }: OneRun): Promise<void> {
  await cancelRunBecause(deps, id, 'The version or namespace was deleted.');
}

const objectsAtOnce = 1000;
const chunksAtOnce = 500;

/** Deletes a run's objects first, then the rows that name them, then the run. *Dies:* the rest is still due. */
async function deleteRun({ blobs, db }: SweepDeps, { id }: OneRun): Promise<void> {
  const page = await blobs.list({ prefix: runFolder(id), limit: objectsAtOnce });
  if (page.objects.length > 0) await blobs.delete(page.objects.map(({ key }) => key));
  if (page.truncated) return;
  const some = sql`(select ${runChunks.id} from ${runChunks} where ${runChunks.runId} = ${id} limit ${chunksAtOnce})`;
  await db.batch([
    db.delete(runChunks).where(sql`${runChunks.id} in ${some}`),
    db
      .delete(runs)
      .where(and(eq(runs.id, id), sql`not exists (select 1 from ${runChunks} where ${runChunks.runId} = ${id})`)),
  ]);
}

/** Deletes an ended run's input, then stops counting it. *Dies:* the input still counts, and its deletion is still due. */
async function clearInput({ blobs, db }: SweepDeps, { id }: OneRun): Promise<void> {
  const page = await blobs.list({ prefix: chunksFolder(id), limit: objectsAtOnce - 1 });
  await blobs.delete([inputKey(id), ...page.objects.map(({ key }) => key)]);
  if (page.truncated) return;
  await db
    .update(runs)
    .set({ storedInputBytes: 0, storedChunkBytes: 0 })
    .where(and(eq(runs.id, id), hasInput));
}

/**
 * Objects of lost attempts, and of requests that wrote no row. Recent attempts' objects are kept, because they may still be committed.
 * Also inputs larger than their reservation, which were uploaded to a URL without a size or after the run ended.
 */
export const runObjects: Folder = {
  prefix: runsFolder,
  async unused({ db, clock }, objects) {
    const { endedAt, id, storedChunkBytes, storedInputBytes } = runs;
    const ids = [...new Set(objects.flatMap(({ key }) => runOf(key) ?? []))];
    const chunkIds = [...new Set(objects.flatMap(({ key }) => chunkIdOf(key) ?? []))];
    const { known, chunks } = await readTogether(db, {
      known: db.select({ id, endedAt, storedChunkBytes, storedInputBytes }).from(runs).where(listed(id, ids)),
      chunks: db
        .select({ id: runChunks.id, parts: runChunks.parts })
        .from(runChunks)
        .where(listed(runChunks.id, chunkIds)),
    });
    const byId = new Map(known.map((run): [string, typeof run] => [run.id, run]));
    const parts = new Set(chunks.flatMap(({ id, parts }) => parts.map(({ attempt }) => `${id}.${attempt}`)));
    const isOld = ({ uploaded }: R2Object) => uploaded.getTime() < clock.now() - runLimits.lostObjectsMs;
    const isLost = (object: R2Object) => {
      const run = byId.get(runOf(object.key) ?? '');
      if (!run) return isOld(object);
      if (object.key === inputKey(run.id)) return object.size > run.storedInputBytes;
      const part = parsePartKey(object.key);
      if (!part) return isOld(object) && run.endedAt !== null && run.storedChunkBytes === 0;
      return isOld(object) && !parts.has(`${part.chunkId}.${part.attempt}`);
    };
    return objects.filter(isLost).map(({ key }) => key);
  },
};

function listed(column: AnySQLiteColumn, ids: readonly string[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(ids)}))`;
}

function runOf(key: string): string | undefined {
  return key.split('/')[1];
}

/** Returns the ID of the chunk that an object belongs to. */
function chunkIdOf(key: string): string | undefined {
  return parsePartKey(key)?.chunkId;
}

/** Selects open runs with the default reservation, at random, so that each one is checked eventually even if there are many. */
function selectUnsized({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(sql`${runs.status} = 'open'`, eq(runs.storedInputBytes, runLimits.reservedInputBytes)))
    .orderBy(sql`random()`)
    .limit(sweepLimits.changedByFew);
}

/** Deletes inputs larger than their reservation. The URL still works afterwards, so a smaller file can be uploaded. */
async function deleteOversized(
  { blobs, log }: Pick<Deps, 'blobs' | 'log'>,
  { id }: Pick<typeof runs.$inferSelect, 'id'>,
): Promise<void> {
  const sent = await blobs.head(inputKey(id));
  if (!sent || sent.size <= runLimits.reservedInputBytes) return;
  await blobs.delete(inputKey(id));
  log.warn('run.input_too_large', { run: id, bytes: sent.size });
}

/** SQL: the last update of the unsplit run whose lease ended first, or that never had one. */
export function unsplitRun(now: number): SQL<number | null> {
  return sql`(select ${runs.updatedAt} from ${runs}
    where ${runs.status} in ('queued', 'splitting') and ${isUnleased(runs, now)} order by ${runs.leaseUntil} limit 1)`;
}
