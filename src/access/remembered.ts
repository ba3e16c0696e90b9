// Decides for how long an isolate may use what it has read of the database: a key or a route (decision 90).
import { nearestLimits } from '../contract/limits/serving.ts';
import { DatabaseFailed } from '../db/database-problem.ts';
import type { Deps } from '../deps.ts';

export interface Remembered {
  /** The time whose state it shows at least. */
  asOf: number;
  /** When it may be read again: later while someone does, and after the database failed. */
  readAgainAt: number;
  /** When the database last failed to say it. Null: it answered. */
  failedAt: number | null;
}

/** Begins with what was just read. If it came from a replica, it is due to be read again at once. */
export function remember(asOf: number): Remembered {
  return { asOf, readAgainAt: asOf + nearestLimits.refreshedMs, failedAt: null };
}

/** Whether it may be used without asking the database. */
export function isUsable({ asOf }: Remembered, now: number): boolean {
  return now < asOf + nearestLimits.usedMs;
}

/** Whether it may be used although the database did not answer. */
export function isUsableWithoutDatabase({ asOf }: Remembered, now: number): boolean {
  return now < asOf + nearestLimits.usedWithoutDatabaseMs;
}

/** Way of a call: uses what is remembered, uses it and reads it again behind itself, waits until it is read, or is refused. */
type Use = 'use' | 'refresh' | 'read' | 'refuse';

/**
 * Says what a call does. While the database is known to fail, one call a second asks it, and no other one waits for it: a database that
 * hangs delays nobody, and one that comes back is not asked by all who waited.
 */
export function useOf(remembered: Remembered, now: number): Use {
  const { failedAt } = remembered;
  const isLost = failedAt !== null && now < failedAt + nearestLimits.lostMs;
  const mayUse = isUsable(remembered, now) || (isLost && isUsableWithoutDatabase(remembered, now));
  if (!mayUse && !isLost) return 'read';
  const asks = takesRefresh(remembered, now);
  if (mayUse) return asks ? 'refresh' : 'use';
  return asks ? 'read' : 'refuse';
}

/** Whether this call reads it again. Of the calls at the same time one does; if it dies, another one does later. */
export function takesRefresh(remembered: Remembered, now: number): boolean {
  if (now < remembered.readAgainAt) return false;
  remembered.readAgainAt = now + nearestLimits.retryMs;
  return true;
}

export function databaseFailed(remembered: Remembered, now: number): void {
  remembered.failedAt = now;
  remembered.readAgainAt = now + nearestLimits.retryMs;
}

/** Rejects if the work takes longer than a database may: by default, one that can be done without. The work goes on. */
export async function withinWait<Result>(
  work: Promise<Result>,
  waitMs: number = nearestLimits.databaseWaitMs,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new DatabaseFailed('the database did not answer in time')), waitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Like `withinWait`, but what the work finds later counts too: it goes on behind the answer, for as long as a call waits that has nothing. */
export async function soonOrLater<Result>({ defer }: Pick<Deps, 'defer'>, work: Promise<Result>): Promise<Result> {
  try {
    return await withinWait(work);
  } catch (error) {
    defer(withinWait(work, nearestLimits.databaseWaitColdMs).catch(() => {}));
    throw error;
  }
}
