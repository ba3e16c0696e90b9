// Makes up for lost deploy hook messages, ends pushes whose deployment has ended, and deletes old pushes.
import { asc, eq, type SQL, sql } from 'drizzle-orm';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import { readTogether } from '../../db/client.ts';
import { deployments, isUnfinished } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { runIsolated, sendAll } from '../../events/send-all.ts';
import { settlePush } from './push-deployment.ts';
import type { Push } from './push-statements.ts';
import { selectDueReports } from './report-status.ts';
import { deployHooks, pushes } from './tables.ts';

const deletionsMax = 500;
const days = 24 * 60 * 60 * 1000;

export async function sweepDeployHooks(deps: Deps): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const { open, reports } = await readTogether(db, { open: selectOpen(deps), reports: selectDueReports(db, now) });
  const deploying = open.filter(({ status }) => status === 'deploying');
  const waiting = open.filter(({ status }) => status !== 'deploying');
  const settled = deploying.slice(0, sweepLimits.changedByMany);
  await runIsolated(deps, settled, settleOrPutBack);
  const hookIds = [...new Set(waiting.map(({ hookId }) => hookId))];
  const runs = hookIds.map((id) => ({ v: 1, type: 'run-hook', id }) as const);
  await sendAll(deps, 'scans', runs);
  const dueReports = reports.map(({ id }) => ({ v: 1, type: 'report-push', id }) as const);
  await sendAll(deps, 'deliveries', dueReports);
  await deleteOld(deps);
}

/** Settles the push. If that fails, puts it behind the others. */
async function settleOrPutBack(deps: Deps, { id }: Pick<Push, 'id'>): Promise<void> {
  try {
    await settlePush(deps, id);
  } catch (cause) {
    await deps.db.update(pushes).set({ updatedAt: deps.clock.now() }).where(eq(pushes.id, id));
    throw cause;
  }
}

/** Selects pushes due for a run, and pushes whose deployment has ended. */
function selectOpen({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const isDue = sql`(${pushes.status} = 'deploying' or ${pushes.nextAt} <= ${clock.now()})`;
  const deployment = sql`select 1 from ${deployments} where ${deployments.id} = ${pushes.deploymentId} and ${isUnfinished()}`;
  return db
    .select({ id: pushes.id, hookId: pushes.hookId, status: pushes.status })
    .from(pushes)
    .where(
      sql`${pushes.endedAt} is null and ${pushes.updatedAt} < ${clock.now() - sweepGraceMs} and ${isDue} and not exists (${deployment})`,
    )
    .orderBy(asc(pushes.updatedAt))
    .limit(sweepLimits.pickedFrom);
}

export function dueDeployHooks(deps: Pick<Deps, 'db' | 'clock' | 'settings'>) {
  const deleted = sql`select ${deployHooks.id} from ${deployHooks} where ${deployHooks.deletedAt} is not null`;
  return [selectOpen(deps), selectDueReports(deps.db, deps.clock.now()), endedLongAgo(deps), deleted];
}

/** SQL: the IDs of pushes that ended long ago. */
function endedLongAgo({ clock, settings }: Pick<Deps, 'clock' | 'settings'>): SQL {
  return sql`select ${pushes.id} from ${pushes}
    where ${pushes.endedAt} is not null and ${pushes.endedAt} < ${clock.now() - settings.PUSH_RETENTION_DAYS * days}
    order by ${pushes.endedAt} limit ${deletionsMax}`;
}

/** Deletes a limited number of old pushes, then those of deleted hooks, then the deleted hooks. */
async function deleteOld(deps: Deps): Promise<void> {
  const { db } = deps;
  const ended = endedLongAgo(deps);
  // Starts from the few deleted hooks, so that it never walks all ended pushes.
  const orphaned = sql`select ${pushes.id} from ${deployHooks} cross join ${pushes} on ${pushes.hookId} = ${deployHooks.id}
    where ${deployHooks.deletedAt} is not null and ${pushes.endedAt} is not null limit ${deletionsMax}`;
  const old = sql`(select * from (${ended}) union all select * from (${orphaned}))`;
  const unused = sql`select ${deployHooks.id} from ${deployHooks} where ${deployHooks.deletedAt} is not null
    and not exists (select 1 from ${pushes} where ${pushes.hookId} = ${deployHooks.id}) limit ${deletionsMax}`;
  await db.batch([
    db.delete(pushes).where(sql`${pushes.id} in ${old}`),
    db.delete(deployHooks).where(sql`${deployHooks.id} in (${unused})`),
  ]);
}
