// Adds up each plugin's use by the day (UTC). Once an hour, a sweep walks over the namespaces and counts the last days again, from hourly
// counts and from callers, before either is deleted. A day's numbers only grow, so repeated, overlapping and dying sweeps change nothing.
import { asc, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import { dayAt, dayMs } from '../contract/traffic.ts';
import type { NamespaceId } from '../core/ids.ts';
import { namespaces } from '../db/schema/access.ts';
import { callCounts, pluginCallers, pluginDays } from '../db/schema/traffic.ts';
import { readWalk, recordWalk } from '../db/walks.ts';
import type { Deps } from '../deps.ts';

export const daysWalk = 'plugin days';

/** Counts the days of the next namespaces. *Dies:* the next sweep counts them. */
export async function sweepDays({ clock, db }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const before = await readWalk(db, daysWalk);
  const visited = await db
    .select({ id: namespaces.id })
    .from(namespaces)
    .where(gt(sql`${namespaces.id}`, before ?? ''))
    .orderBy(asc(namespaces.id))
    .limit(traffic.namespacesAtOnce);
  if (visited.length > 0)
    await db.batch(
      dayStatements(
        db,
        visited.map(({ id }) => id),
        dayAt(clock.now()),
      ),
    );
  const lastKey = visited.length < traffic.namespacesAtOnce ? null : (visited.at(-1)?.id ?? null);
  if (lastKey !== before) await recordWalk(db, daysWalk, lastKey);
}

function dayStatements(db: Deps['db'], ids: readonly NamespaceId[], today: number) {
  const among = (isWanted: SQL) =>
    sql`(select ${namespaces.id} from ${namespaces} where ${namespaces.id} in (select value from json_each(${JSON.stringify(ids)})) and ${isWanted})`;
  const existing = among(isNull(namespaces.deletedAt));
  const deleted = among(isNotNull(namespaces.deletedAt));
  const days = Array.from({ length: traffic.daysRecounted }, (_, ago) => today - ago);
  const first = today - traffic.daysRecounted + 1;
  const oldCallers = sql`select rowid from ${pluginCallers} where ${pluginCallers.namespaceId} in ${among(sql`true`)}
    and (${pluginCallers.lastDay} < ${today - traffic.useDays} or ${pluginCallers.namespaceId} in ${deleted}) limit ${traffic.daysDeletedAtOnce}`;
  const ofDeleted = sql`select rowid from ${pluginDays} where ${pluginDays.ownerId} in ${deleted} limit ${traffic.daysDeletedAtOnce}`;
  return [
    db.insert(pluginDays).select(
      sql`select ${callCounts.namespaceId}, ${callCounts.pluginId}, ${callCounts.at} / ${sql.raw(String(dayMs))}, sum(${callCounts.calls}), 0, 0, max(${callCounts.at})
        from ${callCounts} where ${callCounts.namespaceId} in ${existing} and ${callCounts.at} >= ${first * dayMs} and ${callCounts.calls} > 0 group by 1, 2, 3
        on conflict do update set calls = excluded.calls, called_at = excluded.called_at where calls < excluded.calls`,
    ),
    db.insert(pluginDays).select(
      sql`select c.namespace_id, c.plugin_id, d.value, 0, count(*), 0, null
        from ${pluginCallers} c cross join json_each(${JSON.stringify(days)}) d
        where c.namespace_id in ${existing} and c.last_day >= d.value and (c.days >> (c.last_day - d.value)) & 1 group by 1, 2, 3
        on conflict do update set callers = excluded.callers where callers < excluded.callers`,
    ),
    db.delete(pluginCallers).where(sql`rowid in (${oldCallers})`),
    db.delete(pluginDays).where(sql`rowid in (${ofDeleted})`),
  ] as const;
}
