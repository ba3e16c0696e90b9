// Deletes counts of calls that are older than their retention: those by the minute sooner than those by the hour; and totals of plugins
// that are not called any more.
import { and, eq, lt, sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import type { CountStep } from '../contract/traffic.ts';
import { callCounts, callTotals } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { idleTotals } from './totals.ts';

/** Deletes the oldest counts, a limited number at a time. */
export async function sweepTraffic(deps: Pick<Deps, 'db' | 'clock' | 'retention'>): Promise<void> {
  const [byHour, byMinute, idle] = oldCounts(deps);
  const remove = (old: typeof byHour) => deps.db.delete(callCounts).where(sql`${rowId} in ${old}`);
  await deps.db.batch([remove(byHour), remove(byMinute), deps.db.delete(callTotals).where(sql`${rowId} in ${idle}`)]);
}

const rowId = sql.raw('rowid');

export function oldCounts({ clock, db, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  const now = clock.now();
  return [
    selectBefore(db, 'hour', now - retention.trafficMs),
    selectBefore(db, 'minute', now - retention.minuteTrafficMs),
    idleTotals({ db, clock }),
  ] as const;
}

function selectBefore(db: Deps['db'], step: CountStep, time: number) {
  return db
    .select({ id: sql<number>`${rowId}` })
    .from(callCounts)
    .where(and(eq(callCounts.step, step), lt(callCounts.at, time)))
    .orderBy(callCounts.at)
    .limit(traffic.deletedAtOnce);
}
