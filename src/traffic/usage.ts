// Adds up each plugin's usage by calendar month (UTC): calls, with the batch that writes their counts, and the time that its instances
// were awake, as the builders report it.
import { inArray, lt, sql } from 'drizzle-orm';
import { monthAt, monthStart } from '../contract/budgets.ts';
import { instanceDeploymentId } from '../contract/builder/fleets.ts';
import type { AwakeInstance, AwakeSource } from '../contract/builder/machine/reports.ts';
import { awakeLimits } from '../contract/limits/builder.ts';
import { retention } from '../contract/limits/retention.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { countedInstances, storedMonths, usageMonths } from '../db/schema/budgets.ts';
import { deployments } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';

type CountDeps = Pick<Deps, 'db' | 'clock'>;

interface MonthCalls {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  at: number;
  calls: number;
}

/** Builds the statements that add calls to their months, one per plugin and month. */
export function addMonthCalls(db: Deps['db'], counted: readonly MonthCalls[]): Statement[] {
  const groups = Map.groupBy(
    counted.filter(({ calls }) => calls > 0),
    ({ at, namespaceId, pluginId }) => `${namespaceId}/${pluginId}/${monthAt(at)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const calls = group.reduce((sum, one) => sum + one.calls, 0);
    return [
      db.insert(usageMonths).select(
        sql`select ${namespaces.organizationId}, ${monthAt(first.at)}, ${namespaces.id}, ${first.pluginId}, ${calls}, 0
          from ${namespaces} where ${namespaces.id} = ${first.namespaceId}
          on conflict do update set calls = calls + excluded.calls`,
      ),
    ];
  });
}

/** Sweep step that counts the time that instances were awake. *Dies:* what wasn't counted is reported again. */
export async function sweepAwakeTime(deps: CountDeps & Pick<Deps, 'builder'>): Promise<void> {
  const sources = await deps.builder.logSources();
  const count = (source: AwakeSource) => countAwakeTime(deps, source, awakeLimits.countedEveryMs);
  for (const one of await Promise.allSettled(sources.map(count))) if (one.status === 'rejected') throw one.reason;
}

/** Counts what is due of instances awake for `afterMs` since their last count, and of those that have ended. */
export async function countAwakeTime(deps: CountDeps, source: AwakeSource, afterMs: number): Promise<void> {
  let counted: AwakeInstance[] = [];
  for (let reports = 0; reports < awakeLimits.reportsOfSweep; reports++) {
    const due = await source.awake({ counted, after_ms: afterMs });
    if (due.length === 0) return;
    await addAwakeTime(deps, due);
    counted = due;
  }
}

/** Adds the uncounted part of each stay, in one batch: an overlapping or repeated report adds nothing. */
async function addAwakeTime({ clock, db }: CountDeps, due: readonly AwakeInstance[]): Promise<void> {
  const now = clock.now();
  const stays = JSON.stringify(due.map((one) => ({ ...one, deployment: instanceDeploymentId(one.id) })));
  const month = monthAt(now);
  // The uncounted part is the stay's last one, so it reaches into the previous month at most.
  const months = JSON.stringify(
    [monthAt(monthStart(month, -1)), month].map((name) => ({
      name,
      from: monthStart(name),
      until: monthStart(name, 1),
    })),
  );
  const known = sql`coalesce((select counted.counted_ms from ${countedInstances} counted
    where counted.id = s.value ->> 'id' and counted.started_at = s.value ->> 'started_at'), 0)`;
  const uncounted = sql`select s.value ->> 'deployment' as deployment, (s.value ->> 'awake_ms') - ${known} as ms,
    ${now} - coalesce(s.value ->> 'ended_ms_ago', 0) as until from json_each(${stays}) s`;
  const inMonth = sql`min(u.until, m.value ->> 'until') - max(u.until - u.ms, m.value ->> 'from')`;
  await db.batch([
    db.insert(usageMonths).select(
      sql`select d.organization_id, m.value ->> 'name', d.namespace_id, d.plugin_id, 0, sum(${inMonth})
        from (${uncounted}) u cross join ${deployments} d on d.id = u.deployment cross join json_each(${months}) m
        where u.ms > 0 and ${inMonth} > 0 group by 1, 2, 3, 4
        on conflict do update set instance_ms = instance_ms + excluded.instance_ms`,
    ),
    db.insert(countedInstances).select(
      sql`select s.value ->> 'id', s.value ->> 'started_at', s.value ->> 'awake_ms', ${now} from json_each(${stays}) s where true
        on conflict do update set counted_ms = max(counted_ms, excluded.counted_ms), counted_at = excluded.counted_at`,
    ),
  ]);
}

/** Finds old months, and counts of instances that no builder reports any more. */
function oldUsage({ clock, db }: CountDeps) {
  const firstMonth = monthAt(monthStart(monthAt(clock.now()), 1 - retention.usageMonths));
  const countedBefore = clock.now() - retention.countedInstancesMs;
  const rowId = sql<number>`${sql.raw('rowid')}`;
  return [
    db.select({ id: rowId }).from(usageMonths).where(lt(usageMonths.month, firstMonth)).limit(traffic.deletedAtOnce),
    db.select({ id: rowId }).from(storedMonths).where(lt(storedMonths.month, firstMonth)).limit(traffic.deletedAtOnce),
    db
      .select({ id: rowId })
      .from(countedInstances)
      .where(lt(countedInstances.countedAt, countedBefore))
      .limit(traffic.deletedAtOnce),
  ] as const;
}

export const usageStep: DueStep = { step: sweepUsage, due: oldUsage };

export async function sweepUsage(deps: CountDeps): Promise<void> {
  const [months, stored, instances] = oldUsage(deps);
  await deps.db.batch([
    deps.db.delete(usageMonths).where(inArray(sql.raw('rowid'), months)),
    deps.db.delete(storedMonths).where(inArray(sql.raw('rowid'), stored)),
    deps.db.delete(countedInstances).where(inArray(sql.raw('rowid'), instances)),
  ]);
}
