// Counts calls in the isolate's memory and adds the counts to D1 at intervals, so that calls never write. If an isolate ends, its
// counts since the last write are lost, which is acceptable because they are only for display. While D1 is unavailable, they are kept.
import { sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import type { BatchFacts } from '../contract/traffic.ts';
import {
  type CallCount,
  type CountedEnd,
  type CountStep,
  countBatch,
  countCall,
  countToNumbers,
  emptyCount,
  stepMs,
  stepStart,
  sumCounts,
} from '../contract/traffic.ts';
import type { DeploymentId, NamespaceId, PluginRowId } from '../core/ids.ts';
import { callCounts } from '../db/schema/traffic.ts';
import { withDatabaseTimeout } from '../db/stale-cache.ts';
import type { CallDataset, Deps } from '../deps.ts';
import {
  addDays,
  countCaller,
  countDownload,
  type DayCounters,
  dayCounters,
  forgetCallers,
  type TakenDays,
  takeDays,
} from './day-counters.ts';
import { addedLatencies, addedLists, addTotals, type TimedCount } from './totals.ts';
import { addMonthCalls } from './usage.ts';

/** The version whose calls are counted, in the minute of `startedAt`. */
export interface CountedVersion {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  version: string;
  startedAt: number;
}

export interface CountedCall extends CountedVersion {
  /** The key that made the call, or what acts without one. */
  caller: string;
  end: CountedEnd;
  /** The batch in which the call ran. */
  batch?: BatchFacts | undefined;
}

/** One version's calls that started in the hour or minute `at`. */
export type CountedCalls = CallCount & Omit<CountedVersion, 'startedAt'> & { at: number };

type TimedCalls = CountedCalls & TimedCount;

export interface CallCounters {
  minutes: Map<string, TimedCalls>;
  days: DayCounters;
  /** When this isolate last checked an answer, per deployment. */
  checkedAt: Map<DeploymentId, number>;
  /** When one of this isolate's requests will write the counts so far; 0 if none will. */
  writesAt: number;
  /** Earliest time for a request to retry the database. */
  asksAgainAt: number;
  writeAfterMs: number;
}

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'defer' | 'log'>;

/** Creates the counters. `writeAfterMs` is how long calls accumulate before they are written. */
export function callCounters(writeAfterMs: number = traffic.writeAfterMs): CallCounters {
  return { minutes: new Map(), days: dayCounters(), checkedAt: new Map(), writesAt: 0, asksAgainAt: 0, writeAfterMs };
}

/** Counts an ended call, and schedules a write of the counts after the response. */
export function recordCall(deps: WriteDeps, counters: CallCounters, call: CountedCall): void {
  countCaller(counters.days, { ...call, at: call.startedAt });
  count(deps, counters, call, (counted) => {
    const tookMs = deps.clock.now() - call.startedAt;
    counted.durationMs += tookMs;
    countCall(counted, tookMs, call.end);
    if (call.batch) countBatch(counted, call.batch);
  });
}

/** Counts the download of a version's content, at the namespace or organization that offers it. */
export function recordDownload(
  deps: WriteDeps,
  counters: CallCounters,
  of: Omit<Parameters<typeof countDownload>[1], 'at'>,
): void {
  countDownload(counters.days, { ...of, at: deps.clock.now() });
  scheduleWrite(deps, counters);
}

/** Counts an answer that was checked against the manifest. */
export function recordCheck(deps: WriteDeps, counters: CallCounters, of: CountedVersion, matches: boolean): void {
  count(deps, counters, of, (counted) => {
    counted.checked += 1;
    if (!matches) counted.mismatched += 1;
  });
}

function count(
  deps: WriteDeps,
  counters: CallCounters,
  { namespaceId, pluginId, startedAt, version }: CountedVersion,
  add: (counted: TimedCalls) => void,
): void {
  const at = stepStart('minute', startedAt);
  const key = `${namespaceId}/${pluginId}/${at}/${version}`;
  const counted = counters.minutes.get(key) ?? { ...emptyCount(), durationMs: 0, namespaceId, pluginId, version, at };
  counters.minutes.set(key, counted);
  add(counted);
  scheduleWrite(deps, counters);
}

/** Schedules a write of the counts after the response. */
function scheduleWrite(deps: WriteDeps, counters: CallCounters): void {
  const now = deps.clock.now();
  if (now < counters.asksAgainAt) return;
  if (counters.minutes.size >= traffic.minutesAtOnce) deps.defer(writeCounts(deps, counters));
  else if (now > counters.writesAt + counters.writeAfterMs) {
    // No write is pending, or the pending one was ended before it wrote.
    counters.writesAt = now + counters.writeAfterMs;
    deps.defer(writeLater(deps, counters));
  }
}

/** Returns the namespace's calls that this isolate hasn't written yet. */
export function unwrittenCalls(counters: CallCounters, of: NamespaceId): CountedCalls[] {
  return [...counters.minutes.values()].filter(({ namespaceId }) => namespaceId === of);
}

/** Adds up the counts of the same version and step. */
export function countsBy(step: CountStep, counts: readonly CountedCalls[]): CountedCalls[] {
  const keyOf = ({ at, namespaceId, pluginId, version }: CountedCalls) =>
    `${namespaceId}/${pluginId}/${stepStart(step, at)}/${version}`;
  return [...Map.groupBy(counts, keyOf).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, at: stepStart(step, first.at), ...sumCounts(group) }] : [];
  });
}

/** Writes later. Retries as long as the platform allows, because there may be no further call. After that, the next call writes. */
async function writeLater(deps: WriteDeps, counters: CallCounters): Promise<void> {
  for (let tried = 0; tried < traffic.writeTries; tried += 1) {
    await new Promise((resolve) => setTimeout(resolve, counters.writeAfterMs));
    counters.writesAt = 0;
    if (batchesOf(counters) === 0 || (await writeCounts(deps, counters))) return;
    counters.writesAt = deps.clock.now() + counters.writeAfterMs;
  }
  counters.writesAt = 0;
}

/**
 * Writes the counts if the database responds; otherwise keeps them. Writes each count at most once, because after a failed write it is
 * unknown whether D1 has it. Returns whether everything is written.
 */
async function writeCounts(deps: WriteDeps, counters: CallCounters): Promise<boolean> {
  const { clock, db, log } = deps;
  counters.asksAgainAt = clock.now() + counters.writeAfterMs;
  try {
    await withDatabaseTimeout(db.run(sql`select 1`));
  } catch (cause) {
    log.warn('traffic.kept', { minutes: counters.minutes.size, cause });
    dropOldest(counters);
    return false;
  }
  counters.asksAgainAt = 0;
  for (let batches = batchesOf(counters); batches > 0; batches -= 1) {
    const days = takeDays(counters.days);
    if (await writeBatch(deps, takeOldest(counters), days)) continue;
    forgetCallers(counters.days, days);
    return false;
  }
  return true;
}

/** Returns how many batches the counts so far take. */
function batchesOf({ days, minutes }: CallCounters): number {
  const sizes = [
    minutes.size / traffic.minutesAtOnce,
    days.callers.size / traffic.callersAtOnce,
    days.downloads.size / traffic.downloadsAtOnce,
  ];
  return Math.ceil(Math.max(...sizes));
}

/** Takes the oldest counts out, as many as fit into one batch. */
function takeOldest({ minutes }: CallCounters): TimedCalls[] {
  const taken = [...minutes].slice(0, traffic.minutesAtOnce);
  for (const [key] of taken) minutes.delete(key);
  return taken.map(([, counted]) => counted);
}

/** Writes one batch. Returns whether it was written. */
async function writeBatch(deps: WriteDeps, counted: TimedCalls[], days: TakenDays): Promise<boolean> {
  const { db, log } = deps;
  const [first, ...rest] = [
    ...counted.map((count) => addMinute(db, count)),
    ...addTotals(deps, counted),
    ...addMonthCalls(db, counted),
    ...addDays(db, days),
  ];
  if (!first) return true;
  try {
    await db.batch([first, ...rest]);
    return true;
  } catch (cause) {
    log.warn('traffic.not_written', { cause });
    return false;
  }
}

/** Drops the oldest counts, so that a long database outage doesn't fill the isolate's memory. */
function dropOldest({ minutes }: CallCounters): void {
  for (const key of minutes.keys()) {
    if (minutes.size <= traffic.minutesKept) return;
    minutes.delete(key);
  }
}

/** Adds a minute to its hour. Writes a single row, unless the hour is new. */
function addMinute(db: Deps['db'], { durationMs: _, ...count }: TimedCalls) {
  const at = stepStart('hour', count.at);
  const minute = String((count.at - at) / stepMs.minute);
  const path = `$."${minute}"`;
  const added = countToNumbers(count);
  return db
    .insert(callCounts)
    .values({ ...count, at, minutes: { [minute]: added }, hasMinutes: true })
    .onConflictDoUpdate({
      target: [callCounts.namespaceId, callCounts.pluginId, callCounts.at, callCounts.version],
      set: {
        calls: sql`${callCounts.calls} + excluded.calls`,
        errors: sql`${callCounts.errors} + excluded.errors`,
        checked: sql`${callCounts.checked} + excluded.checked`,
        mismatched: sql`${callCounts.mismatched} + excluded.mismatched`,
        batchedCalls: sql`${callCounts.batchedCalls} + excluded.batched_calls`,
        batchMillionths: sql`${callCounts.batchMillionths} + excluded.batch_millionths`,
        batchWaitMs: sql`${callCounts.batchWaitMs} + excluded.batch_wait_ms`,
        invalidInputs: sql`${callCounts.invalidInputs} + excluded.invalid_inputs`,
        latencies: addedLatencies(),
        minutes: sql`iif(${callCounts.hasMinutes}, json_set(${callCounts.minutes}, ${path}, ${addedLists('minutes', path, added.length)}), '{}')`,
      },
    });
}

/** A counted call and details that the counters don't distinguish. */
interface DescribedCall extends CountedCall {
  organizationId: string;
  kind: string;
  name: string;
  deploymentId: string;
}

/**
 * Adds the call to the dataset, if there is one. Queries depend on the order of the fields (docs/watching.md), so a new field must go
 * last. An invocation has one call, or the calls of one message (`laterCalls.callsOfMessage`); the platform accepts 250 data points per
 * invocation.
 */
export function describeCall(
  { callDataset, clock, log }: Pick<Deps, 'callDataset' | 'clock' | 'log'>,
  call: DescribedCall,
): void {
  if (!callDataset) return;
  try {
    callDataset.writeDataPoint(dataPointOf(call, clock.now() - call.startedAt));
  } catch (cause) {
    log.warn('call.not_described', { cause });
  }
}

function dataPointOf(
  { deploymentId, end, kind, name, namespaceId, organizationId, pluginId, version }: DescribedCall,
  tookMs: number,
): Parameters<CallDataset['writeDataPoint']>[0] {
  return {
    indexes: [organizationId],
    blobs: [namespaceId, kind, name, pluginId, version, deploymentId, end],
    doubles: [tookMs],
  };
}
