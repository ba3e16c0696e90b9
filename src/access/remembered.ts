// Decides for how long an isolate may use what it has read of the database: a key or a route (decision 90).
import { nearestLimits } from '../contract/limits/serving.ts';
import { DatabaseFailed } from '../db/database-problem.ts';

export interface Remembered {
  /** The time whose state it shows at least. */
  asOf: number;
  /** When it may be read again: later while someone does, and after the database failed. */
  readAgainAt: number;
  /** Whether the last attempt to read it again failed. */
  failed: boolean;
}

/** Begins with what was just read. If it came from a replica, it is due to be read again at once. */
export function remember(asOf: number): Remembered {
  return { asOf, readAgainAt: asOf + nearestLimits.refreshedMs, failed: false };
}

/** Whether it may be used without asking the database. */
export function isUsable({ asOf }: Remembered, now: number): boolean {
  return now < asOf + nearestLimits.usedMs;
}

/** Whether it may be used although the database did not answer. */
export function isUsableWithoutDatabase({ asOf }: Remembered, now: number): boolean {
  return now < asOf + nearestLimits.usedWithoutDatabaseMs;
}

/** Whether the database just failed, so that it is not asked again yet. */
export function isWaiting({ failed, readAgainAt }: Remembered, now: number): boolean {
  return failed && now < readAgainAt;
}

/** Whether this call reads it again behind itself. Of the calls at the same time one does; if it dies, another one does later. */
export function takesRefresh(remembered: Remembered, now: number): boolean {
  if (now < remembered.readAgainAt) return false;
  remembered.readAgainAt = now + nearestLimits.retryMs;
  return true;
}

export function databaseFailed(remembered: Remembered, now: number): void {
  remembered.failed = true;
  remembered.readAgainAt = now + nearestLimits.retryMs;
}

/** Rejects if the work takes longer than a database may that can be done without. The work goes on. */
export async function withinWait<Result>(work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const refuse = () => late.reject(new DatabaseFailed('the database did not answer in time'));
  const timer = setTimeout(refuse, nearestLimits.databaseWaitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
