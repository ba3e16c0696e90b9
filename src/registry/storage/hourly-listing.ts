// Says when a sweep lists the store: once an hour, until it has seen all of it (decision 91).
import { gt, sql } from 'drizzle-orm';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { firstIdOf } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { storeSweeps, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

/** The row of `store_sweeps` that has the hour in which the store was last listed. */
const hourName = 'hour';

interface DueListing {
  due: 'all' | 'uploads' | 'none';
  /** The hour to record when all lists have succeeded. Null: it is recorded. */
  hour: string | null;
}

/** An upload to whose URL something may be sent that nobody has room for makes its folder due. */
export async function dueListing({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<DueListing> {
  const now = clock.now();
  const hour = new Date(now).toISOString().slice(0, 13);
  const { walks, urls } = await readTogether(db, {
    walks: db.select().from(storeSweeps).where(gt(storeSweeps.prefix, '')),
    urls: db
      .select({ id: uploads.id })
      .from(uploads)
      .where(gt(sql`${uploads.id}`, firstIdOf('upload', now - sweepLimits.uploadsListedMs)))
      .limit(1),
  });
  const isRecorded = walks.some(({ prefix, lastKey }) => prefix === hourName && lastKey === hour);
  const isBetween = walks.some(({ prefix, lastKey }) => prefix.endsWith('/') && lastKey !== null);
  if (!isRecorded) return { due: 'all', hour };
  if (isBetween) return { due: 'all', hour: null };
  return { due: urls.length > 0 ? 'uploads' : 'none', hour: null };
}

export async function recordListing({ db }: Pick<Deps, 'db'>, lastKey: string): Promise<void> {
  await db
    .insert(storeSweeps)
    .values({ prefix: hourName, lastKey })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey } });
}
