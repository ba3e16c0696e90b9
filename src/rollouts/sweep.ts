// Sends messages for deployments with an expired lease and for overdue stops. It reads the rows instead of the outbox, because queues
// may lose messages (local queues exist only in memory).
import { and, asc, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { deploymentLimits } from '../contract/limits/deployments.ts';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import { fewPerOrganization } from '../db/by-organization.ts';
import { readTogether } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { deployments, isUnfinished } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { sendAll } from '../events/send-all.ts';
import { dueToStop } from '../instances/fleets/stop.ts';

type SweepDeps = Pick<Deps, 'db' | 'queues' | 'clock' | 'log'>;

export const deploymentsStep: DueStep = { step: sweepDeployments, due: dueDeployments };

export async function sweepDeployments(deps: SweepDeps): Promise<void> {
  const [selectWaiting, selectToStop] = dueDeployments(deps);
  const { waiting, toStop } = await readTogether(deps.db, { waiting: selectWaiting, toStop: selectToStop });
  const messages = [
    ...waiting.map(({ id }) => ({ v: 1, type: 'advance-deployment', id }) as const),
    ...toStop.map(({ id }) => ({ v: 1, type: 'stop-instances', id }) as const),
  ];
  await sendAll(deps, 'deployments', messages);
}

function dueDeployments({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  const waiting = db
    .select({ id: deployments.id })
    .from(deployments)
    .where(sql`${deployments.id} in (${unclaimed(now)})`)
    .orderBy(asc(deployments.updatedAt))
    .limit(sweepLimits.messagesAtOnce);
  const toStop = db
    .selectDistinct({ id: deployments.pluginId })
    .from(deployments)
    .where(dueToStop(now - sweepGraceMs))
    .limit(sweepLimits.messagesAtOnce);
  return [waiting, toStop] as const;
}

const lookedAt = alias(deployments, 'looked_at');

/** SQL: SELECT of deployments that no worker holds, up to each organization's concurrency limit. */
function unclaimed(now: number): SQL {
  const { nextAttemptAt, updatedAt } = lookedAt;
  return fewPerOrganization({
    table: deployments,
    lookedAt,
    organizationId: deployments.organizationId,
    orderedBy: deployments.leaseUntil,
    isWaiting: isUnfinished(),
    isDue: and(
      isUnleased(lookedAt, now),
      or(isNull(nextAttemptAt), lte(nextAttemptAt, now)),
      lt(updatedAt, now - sweepGraceMs),
    ),
    perOrganization: deploymentLimits.perOrganizationAtOnce,
  });
}
