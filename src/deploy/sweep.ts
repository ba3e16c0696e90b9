// Sends messages for deployments whose lease has expired and for stops that are overdue. It reads the rows rather than the outbox,
// because queues may lose messages (local ones exist in memory only).
import { and, isNull, lt, lte, or } from 'drizzle-orm';
import { sweepGraceMs } from '../contract/limits.ts';
import type { DeploymentId, PluginRowId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { deployments, isUnfinished } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { eachApart } from '../events/each-apart.ts';
import { dueToStop } from './stop.ts';

type SweepDeps = Pick<Deps, 'db' | 'queues' | 'clock' | 'log'>;

export async function sweepDeployments(deps: SweepDeps): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const { waiting, toStop } = await readTogether(db, {
    waiting: db
      .select({ id: deployments.id })
      .from(deployments)
      .where(
        and(
          isUnfinished(),
          isUnleased(deployments, now),
          or(isNull(deployments.nextAttemptAt), lte(deployments.nextAttemptAt, now)),
          lt(deployments.updatedAt, now - sweepGraceMs),
        ),
      )
      .limit(100),
    toStop: db
      .selectDistinct({ id: deployments.pluginId })
      .from(deployments)
      .where(dueToStop(now - sweepGraceMs))
      .limit(100),
  });
  await eachApart(deps, waiting, sendDeployment);
  await eachApart(deps, toStop, sendStop);
}

function sendDeployment({ queues }: SweepDeps, { id }: { id: DeploymentId }): Promise<unknown> {
  return queues.deployments.send({ v: 1, type: 'advance-deployment', id });
}

function sendStop({ queues }: SweepDeps, { id }: { id: PluginRowId }): Promise<unknown> {
  return queues.deployments.send({ v: 1, type: 'stop-instances', id });
}
