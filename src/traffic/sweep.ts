// Deletes counts of calls that are older than their retention: those by the minute sooner than those by the hour; and totals of plugins
// that are not called any more.
import { lt, type SQL, sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import { hourMs } from '../contract/traffic.ts';
import { callCounts, callTotals } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { idleTotals } from './totals.ts';

/** Deletes the oldest counts, a limited number at a time. */
export async function sweepTraffic(deps: Pick<Deps, 'db' | 'clock' | 'retention'>): Promise<void> {
  const { db } = deps;
  const [byHour, byMinute, idle] = oldCounts(deps);
  await db.batch([
    db.delete(callCounts).where(sql`${rowId} in ${byHour}`),
    db.update(callCounts).set({ minutes: {}, hasMinutes: false }).where(sql`${rowId} in ${byMinute}`),
    db.delete(callTotals).where(sql`${rowId} in ${idle}`),
  ]);
}

const rowId = sql.raw('rowid');

/** The minutes of an hour go together, when the last one is old enough. */
export function oldCounts({ clock, db, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  const now = clock.now();
  return [
    selectOldest(db, lt(callCounts.at, now - retention.trafficMs)),
    selectOldest(db, sql`has_minutes and ${callCounts.at} < ${now - retention.minuteTrafficMs - hourMs}`),
    idleTotals({ db, clock }),
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
