// Cancels a deployment that isn't live yet, with one conditional update. A concurrent promotion either comes first or doesn't happen,
// and the worker finds its lease lost.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Actor, requireScope, requireScopeSomewhere } from '../access/actor.ts';
import type { ActorRef } from '../contract/actor.ts';
import type { DeploymentId, NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged, type Statement, writeAndRead } from '../db/client.ts';
import { released } from '../db/lease.ts';
import { deploymentStepRows, deployments } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage, sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import {
  entryWithLogs,
  findDeployment,
  type HistoryEntry,
  type StepWithLog,
  selectWithLogs,
} from '../pointers/history/history.ts';
import type { Deployment } from '../pointers/overview.ts';
import { mayBecome } from '../pointers/states.ts';

/** Idempotent. 409 if the deployment is live or has already ended otherwise. Makes two D1 round trips. */
export async function cancelDeployment(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  id: DeploymentId,
): Promise<HistoryEntry<StepWithLog>> {
  requireScopeSomewhere(actor, 'plugins:deploy');
  const { deployment, version } = await findDeployment(deps, actor, namespaceId, id);
  requireScope(actor, 'plugins:deploy', version.name);
  const { db } = deps;
  const { statements, stop } = cancelStatements(deps, deployment, actor.ref);
  const parts = await writeAndRead(db, statements, selectWithLogs(db, namespaceId, id));
  const entry = entryWithLogs(parts, id);
  const { status } = entry.deployment;
  if (status !== 'cancelled')
    throw new Problem('conflict', `Deployment ${id} is ${status}. Only a deployment in progress can be cancelled.`, {
      details: { resource: 'deployment', id, status },
    });
  deps.defer(sendNow(deps, stop));
  return entry;
}

/** Builds the statements that cancel a deployment which isn't live yet, and the message to send afterwards. */
export function cancelStatements(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, namespaceId, organizationId, pluginId }: Pick<Deployment, 'id' | 'namespaceId' | 'organizationId' | 'pluginId'>,
  actor: ActorRef,
): { statements: [Statement, ...Statement[]]; stop: OutboxMessage } {
  const { db, clock } = deps;
  const now = clock.now();
  const stop = outboxMessage(deps, 'deployments', { v: 1, type: 'stop-instances', id: pluginId });
  const cancelled = sql`exists (select 1 from ${deployments} where ${deployments.id} = ${id} and ${deployments.status} = 'cancelled')`;
  const statements: [Statement, ...Statement[]] = [
    db
      .update(deployments)
      .set({ status: 'cancelled', stopAfter: now, ...released, updatedAt: now })
      .where(and(eq(deployments.id, id), mayBecome('cancelled'))),
    record(deps, { organizationId, namespaceId, actor, subjectId: id, type: 'deployment.cancelled' }, previousChanged),
    enqueue(deps, stop, previousChanged),
    db
      .update(deploymentStepRows)
      .set({ endedAt: now, error: 'cancelled' })
      .where(and(eq(deploymentStepRows.deploymentId, id), isNull(deploymentStepRows.endedAt), cancelled)),
  ];
  return { statements, stop };
}
