// Stops instances once no pointer names their deployment and its drain is over. Nothing stops if a pointer names it again before then
// (D9).
import { and, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { fleetInstanceIds } from '../../contract/builder/fleets.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { storeLogs } from '../../logs/stored-chunks.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { isPointerTarget } from '../../pointers/pointers.ts';
import { mayBecome } from '../../pointers/states.ts';

type StopDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'builder' | 'blobs' | 'log'>;

export function dueToStop(now: number): SQL | undefined {
  return and(lte(deployments.stopAfter, now), isNull(deployments.instanceStoppedAt));
}

/** Stops a plugin's due instances. Idempotent; instances stay due until they are stopped. */
export async function stopDueInstances(deps: StopDeps, pluginId: PluginRowId): Promise<void> {
  const due = await deps.db
    .select()
    .from(deployments)
    .where(and(eq(deployments.pluginId, pluginId), dueToStop(deps.clock.now())))
    .limit(deploymentLimits.stoppedAtOnce);
  for (const deployment of due) await stopInstance(deps, deployment);
}

/** Stops an instance that a worker may have started after losing its lease, unless another worker continues the deployment. */
export async function stopAbandoned(deps: StopDeps, { id, pluginId }: Deployment): Promise<void> {
  await deps.db
    .update(deployments)
    .set({ instanceStoppedAt: null })
    .where(and(eq(deployments.id, id), inArray(deployments.status, ['failed', 'superseded', 'cancelled'])));
  await stopDueInstances(deps, pluginId);
}

async function stopInstance(deps: StopDeps, deployment: Deployment): Promise<void> {
  const { db, clock, builder } = deps;
  const { id } = deployment;
  const now = clock.now();
  const unnamed = sql`not ${isPointerTarget(id)}`;
  const event = { organizationId: deployment.organizationId, namespaceId: deployment.namespaceId, actor: systemActor };
  const writes = [
    db
      .update(deployments)
      .set({ status: 'stopped', updatedAt: now })
      .where(and(eq(deployments.id, id), mayBecome('stopped'), lte(deployments.stopAfter, now), unnamed)),
    record(deps, { ...event, type: 'deployment.stopped', subjectId: id }, previousChanged),
    db
      .update(deployments)
      .set({ stopAfter: null, updatedAt: now })
      .where(and(eq(deployments.id, id), eq(deployments.status, 'promoted'), isPointerTarget(id))),
  ];
  const { rows } = await writeAndRead(db, writes, {
    rows: db.select().from(deployments).where(eq(deployments.id, id)),
  });
  const [row] = rows;
  if (!row || row.status === 'promoted') return;
  if (row.type === 'realtime') {
    if (!(await haveStopped(builder, row))) return;
    await storeLog(deps, id);
  }
  await db.update(deployments).set({ instanceStoppedAt: clock.now() }).where(eq(deployments.id, id));
}

/** A deployment stays due while its instance is finishing streams and later calls. */
async function haveStopped(
  builder: Deps['builder'],
  { id, scaling }: Pick<Deployment, 'id' | 'scaling'>,
): Promise<boolean> {
  const stopped = await Promise.all(fleetInstanceIds(id, scaling).map((one) => hasStopped(builder, one)));
  return stopped.every(Boolean);
}

async function hasStopped(builder: Deps['builder'], instanceId: string): Promise<boolean> {
  try {
    await builder.stop(instanceId, { takenBack: true });
    return true;
  } catch (error) {
    if (error instanceof BuilderError && error.code === 'instance-busy') return false;
    throw error;
  }
}

/** Best effort: the sweep stores whatever is missing. */
async function storeLog(deps: StopDeps, id: Deployment['id']): Promise<void> {
  const { builder, log } = deps;
  for (const source of await builder.logSources())
    await storeLogs(deps, source, { id }).catch((cause) => log.warn('logs.not_collected', { deployment: id, cause }));
}
