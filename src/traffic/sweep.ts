// Deletes counts of calls that are older than their retention: those by the minute sooner than those by the hour.
import { and, eq, lt, sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import type { CountStep } from '../contract/traffic.ts';
import { callCounts } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';

/** Deletes the oldest counts, a limited number at a time. */
export async function sweepTraffic(deps: Pick<Deps, 'db' | 'clock' | 'retention'>): Promise<void> {
  const { clock, db, retention } = deps;
  await db.batch([
    deleteBefore(db, 'hour', clock.now() - retention.trafficMs),
    deleteBefore(db, 'minute', clock.now() - retention.minuteTrafficMs),
  ]);
}

function deleteBefore(db: Deps['db'], step: CountStep, time: number) {
  const rowId = sql.raw('rowid');
  const old = db
    .select({ id: sql<number>`${rowId}` })
    .from(callCounts)
    .where(and(eq(callCounts.step, step), lt(callCounts.at, time)))
    .orderBy(callCounts.at)
    .limit(traffic.deletedAtOnce);
  return db.delete(callCounts).where(sql`${rowId} in ${old}`);
}
