// Selects since when the oldest due work on runs has waited for a worker.
import { type SQL, sql } from 'drizzle-orm';
import { isUnleased } from '../../db/lease.ts';
import { runs } from '../../db/schema/runs.ts';

/** SQL: the last update of the unsplit run whose lease ended first, or that never had one. */
export function unsplitRun(now: number): SQL<number | null> {
  return sql`(select ${runs.updatedAt} from ${runs}
    where ${runs.status} in ('queued', 'splitting') and ${isUnleased(runs, now)} order by ${runs.leaseUntil} limit 1)`;
}
