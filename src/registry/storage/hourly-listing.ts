// Determines a sweep's work: the queries that find rows and, once an hour, a listing of the store until everything was seen.
import { gt, sql } from 'drizzle-orm';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { firstIdAt } from '../../core/ids.ts';
import type { Query } from '../../db/client.ts';
import { organizations } from '../../db/schema/access.ts';
import { storeSweeps, uploads } from '../../db/schema/registry.ts';
import { recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';

/** Row of `store_sweeps` with the hour of the last store listing. */
const hourName = 'hour';

/** Row with the start time of the last sweep, for monitoring. */
const begunName = 'begun';

export interface DueListing {
  due: 'all' | 'uploads' | 'none';
  /** The hour to record once all hourly work has succeeded; null if it is already recorded. */
  hour: string | null;
  /** Unfinished walks. */
  walking: ReadonlySet<string>;
}

export function selectWalks({ db }: Pick<Deps, 'db'>) {
  return db.select().from(storeSweeps).where(gt(storeSweeps.prefix, ''));
}

/**
 * Selects a recent upload. If there is one, the upload folder is due for a listing, because clients may send more to an upload's URL
 * than the quota allows.
 */
export function selectNewUpload({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: uploads.id })
    .from(uploads)
    .where(gt(sql`${uploads.id}`, firstIdAt('upload', clock.now() - sweepLimits.uploadsListedMs)))
    .limit(1);
}

export function dueListing(
  { clock }: Pick<Deps, 'clock'>,
  walks: (typeof storeSweeps.$inferSelect)[],
  hasNewUpload: boolean,
): DueListing {
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  const walking = new Set(walks.filter(({ lastKey }) => lastKey !== null).map(({ prefix }) => prefix));
  const isRecorded = walks.some(({ prefix, lastKey }) => prefix === hourName && lastKey === hour);
  if (!isRecorded) return { due: 'all', hour, walking };
  if ([...walking].some((prefix) => prefix.endsWith('/'))) return { due: 'all', hour: null, walking };
  return { due: hasNewUpload ? 'uploads' : 'none', hour: null, walking };
}

/** Builds the statement that records a sweep's start. */
export function recordBegun({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return recordWalk(db, begunName, String(clock.now()));
}

/** Selects the start of the last sweep. If none ever began, as when nothing drives the clock: when there was first something to sweep. */
export function selectSweptAt({ db }: Pick<Deps, 'db'>) {
  const begun = sql`(select cast(${storeSweeps.lastKey} as integer) from ${storeSweeps} where ${storeSweeps.prefix} = ${begunName})`;
  const first = sql`(select ${organizations.createdAt} from ${organizations} where ${organizations.id} > '' order by ${organizations.id} limit 1)`;
  return db.select({ at: sql<number | null>`coalesce(${begun}, ${first})`.as('begun_at') }).from(sql`(select 1)`);
}

export async function recordListing({ db }: Pick<Deps, 'db'>, lastKey: string): Promise<void> {
  await recordWalk(db, hourName, lastKey);
}

/** Selects, for a batch, whether any of the queries finds a row. */
export function selectWhetherAny({ db }: Pick<Deps, 'db'>, queries: readonly Query[]) {
  const found = queries.map((query) => sql`exists (select 1 from (${query.getSQL()}))`);
  return db.select({ any: sql<number>`(${sql.join(found, sql` or `)})`.as('any_due') }).from(sql`(select 1)`);
}
