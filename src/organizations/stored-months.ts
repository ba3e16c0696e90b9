// Records once a day what each organization stores, so that the usage of earlier months shows it.
import { asc, gt, sql } from 'drizzle-orm';
import { monthAt } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import { dayMs } from '../contract/traffic.ts';
import { organizations } from '../db/schema/access.ts';
import { storedMonths } from '../db/schema/budgets.ts';
import { readWalk, recordWalk } from '../db/walks.ts';
import type { Deps } from '../deps.ts';
import { storedBytes } from '../limits/amounts.ts';

export const storedWalk = 'stored months';

/** Walks over the organizations that weren't recorded today. *Dies:* the next sweep records them. */
export async function sweepStored({ clock, db }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const now = clock.now();
  const month = monthAt(now);
  const before = await readWalk(db, storedWalk);
  const visited = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(gt(sql`${organizations.id}`, before ?? ''))
    .orderBy(asc(organizations.id))
    .limit(budgetLimits.organizationsRecorded);
  const ids = JSON.stringify(visited.map(({ id }) => id));
  const isRecorded = sql`exists (select 1 from ${storedMonths} where ${storedMonths.organizationId} = ${organizations.id}
    and ${storedMonths.month} = ${month} and ${storedMonths.recordedAt} >= ${now - (now % dayMs)})`;
  await db.insert(storedMonths).select(
    sql`select ${organizations.id}, ${month}, ${storedBytes(sql`${organizations.id}`)}, ${now} from ${organizations}
      where ${organizations.id} in (select value from json_each(${ids})) and ${organizations.closedAt} is null and not ${isRecorded}
      on conflict do update set bytes = excluded.bytes, recorded_at = excluded.recorded_at`,
  );
  const lastKey = visited.length < budgetLimits.organizationsRecorded ? null : (visited.at(-1)?.id ?? null);
  if (lastKey !== before) await recordWalk(db, storedWalk, lastKey);
}
