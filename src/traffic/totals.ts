// Keeps lifetime call totals per plugin for metrics, whose counters must never decrease. A limited number of plugins have rows of their
// own; the calls of all others go to one shared row. As long as a row exists, it belongs to the same plugin, or to all others.
import { lt, type SQL, sql } from 'drizzle-orm';
import { retention as retentionTimes } from '../contract/limits/retention.ts';
import { metrics, traffic } from '../contract/limits/traffic.ts';
import { type CallCount, dayAt, emptyCount, hourMs, sumCounts } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { callCounts, callTotals, pluginDays } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';

export const trafficStep: DueStep = { step: sweepTraffic, due: oldCounts };

/** Deletes the oldest counts, a limited number at a time. */
export async function sweepTraffic(deps: Pick<Deps, 'db' | 'clock' | 'retention'>): Promise<void> {
  const { db } = deps;
  const [byHour, byMinute, idle, days] = oldCounts(deps);
  await db.batch([
    db.delete(callCounts).where(sql`${rowId} in ${byHour}`),
    db.update(callCounts).set({ minutes: {}, hasMinutes: false }).where(sql`${rowId} in ${byMinute}`),
    db.delete(callTotals).where(sql`${rowId} in ${idle}`),
    db.delete(pluginDays).where(sql`${rowId} in ${days}`),
  ]);
}

const rowId = sql.raw('rowid');

/** Finds the oldest counts. An hour's minutes are deleted together, once the last one is old enough. */
function oldCounts({ clock, db, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  const now = clock.now();
  return [
    selectOldest(db, lt(callCounts.at, now - retention.trafficMs)),
    selectOldest(db, sql`has_minutes and ${callCounts.at} < ${now - retention.minuteTrafficMs - hourMs}`),
    idleTotals({ db, clock }),
    db
      .select({ id: sql<number>`${rowId}` })
      .from(pluginDays)
      .where(lt(pluginDays.day, dayAt(now - retentionTimes.pluginDaysMs)))
      .orderBy(pluginDays.day)
      .limit(traffic.deletedAtOnce),
  ] as const;
}

function selectOldest(db: Deps['db'], isOld: SQL) {
  return db
    .select({ id: sql<number>`${rowId}` })
    .from(callCounts)
    .where(isOld)
    .orderBy(callCounts.at)
    .limit(traffic.deletedAtOnce);
}

/** A plugin's calls and their total duration, which only metrics use. */
export interface TimedCount extends CallCount {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  durationMs: number;
}

/** Builds the statements that add the counts, one per plugin. */
export function addTotals({ db, clock }: Pick<Deps, 'db' | 'clock'>, counted: readonly TimedCount[]): Statement[] {
  const groups = Map.groupBy(counted, ({ namespaceId, pluginId }) => `${namespaceId}/${pluginId}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [addTotal(db, first, group, clock.now())] : [];
  });
}

function addTotal(
  db: Deps['db'],
  { namespaceId, pluginId }: Pick<TimedCount, 'namespaceId' | 'pluginId'>,
  group: readonly TimedCount[],
  now: number,
): Statement {
  const { batchedCalls, batchMillionths, batchWaitMs, calls, errors, invalidInputs, latencies } = sumCounts(group);
  const durationMs = group.reduce((sum, one) => sum + one.durationMs, 0);
  const isOwn = sql`exists (select 1 from ${callTotals} where ${callTotals.namespaceId} = ${namespaceId} and ${callTotals.pluginId} = ${pluginId})`;
  const hasPlace = sql`(select count(*) from ${callTotals}) < ${metrics.pluginsMax}`;
  const own = (id: string) => sql`iif(owner.has_row, ${id}, ${everybody})`;
  return db.insert(callTotals).select(
    sql`select ${own(namespaceId)}, ${own(pluginId)}, ${calls}, ${errors}, ${JSON.stringify(latencies)}, ${durationMs}, ${now},
      ${batchedCalls}, ${batchMillionths}, ${batchWaitMs}, ${invalidInputs}
      from (select ${isOwn} or ${hasPlace} as has_row) owner where true
      on conflict do update set calls = calls + excluded.calls, errors = errors + excluded.errors,
      latencies = ${addedLatencies()}, duration_ms = duration_ms + excluded.duration_ms, last_at = excluded.last_at,
      batched_calls = batched_calls + excluded.batched_calls, batch_millionths = batch_millionths + excluded.batch_millionths,
      batch_wait_ms = batch_wait_ms + excluded.batch_wait_ms, invalid_inputs = invalid_inputs + excluded.invalid_inputs`,
  );
}

/** Stands for the IDs in the shared row of all plugins without a row of their own. */
const everybody = '';

/** SQL for an upsert: adds up the latency lists of the existing row and the new one, element by element. */
export function addedLatencies(): SQL {
  return addedLists('latencies', '$', emptyCount().latencies.length);
}

/** SQL like `addedLatencies`, for lists at a path in a column. Elements that only the new row has are added to 0. */
export function addedLists(column: 'latencies' | 'minutes', path: string, count: number): SQL {
  const places = Array.from({ length: count }, (_, nth) => {
    const place = `'${path}[${nth}]'`;
    return sql.raw(`coalesce(json_extract(${column}, ${place}), 0) + json_extract(excluded.${column}, ${place})`);
  });
  return sql`json_array(${sql.join(places, sql`, `)})`;
}

/** Selects idle rows, whose place other plugins can take. */
export function idleTotals({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: sql<number>`${sql.raw('rowid')}` })
    .from(callTotals)
    .where(lt(callTotals.lastAt, clock.now() - metrics.idleMs));
}
