// The worker's hold on a deployment: claimed by conditional update, kept by a lease that is renewed while it works, given up with
// a reason. Whoever has lost the lease can change nothing any more.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../contract/events.ts';
import { deploymentLimits, leases } from '../contract/limits.ts';
import type { DeploymentId, VersionId } from '../core/ids.ts';
import { previousChanged } from '../db/client.ts';
import { hasLease, isUnleased, leaseTo, newLeaseToken, released, renewWhile } from '../db/lease.ts';
import { deployments } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { type Rejection, selectRejection } from '../scan-host/current-verdict.ts';
import type { Deployment } from './overview.ts';
import { promoteStatements } from './promote.ts';
import { isUnfinished, mayBecome } from './states.ts';

export interface ClaimedDeployment {
  deployment: Deployment;
  version: PluginVersion;
  token: string;
  /** Rejects with LeaseLost when it is noticed that the deployment is in other hands, or over. */
  lost: PromiseWithResolvers<never>;
  /** The scan policy rejects the version by now: it must not go on. */
  rejection: Rejection | undefined;
}

export type ClaimDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'log' | 'queues' | 'defer' | 'policyVersion'>;

/** Someone else has the deployment now, or it was cancelled or overtaken: stop, there is nothing to do. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export function leaseLost({ deployment }: Pick<ClaimedDeployment, 'deployment'>): LeaseLost {
  return new LeaseLost(
    `deployment ${deployment.id} is no longer held: it was cancelled or overtaken, or another worker has it`,
  );
}

/** Takes the deployment to work on it, or undefined when it is finished, gone, or in another's hands. */
export async function claimDeployment(deps: ClaimDeps, id: DeploymentId): Promise<ClaimedDeployment | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const token = newLeaseToken();
  const versionId = sql<VersionId>`(select ${deployments.versionId} from ${deployments} where ${deployments.id} = ${id})`;
  const [, , [deployment], [version], [rejection]] = await db.batch([
    db
      .update(deployments)
      .set({
        status: sql`case ${deployments.status} when 'queued' then 'claimed' else ${deployments.status} end`,
        ...leaseTo(token, now, leases.deployment),
        attempts: sql`${deployments.attempts} + 1`,
        updatedAt: now,
      })
      .where(and(eq(deployments.id, id), isUnfinished(), isUnleased(deployments, now))),
    record(deps, { ...systemEvent(id), type: 'deployment.claimed', subjectId: id }, previousChanged),
    db
      .select()
      .from(deployments)
      .where(and(eq(deployments.id, id), hasLease(deployments, token))),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    selectRejection(deps, versionId),
  ]);
  if (!deployment || !version) return undefined;
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  return { deployment, version, token, lost, rejection };
}

/** The condition of every change that the worker makes. */
export function holdsLease({ deployment, token }: ClaimedDeployment): SQL | undefined {
  return and(eq(deployments.id, deployment.id), hasLease(deployments, token), isUnfinished());
}

/** Runs `work` while the lease is renewed by a timer; a renewal that finds it lost ends the step under way. */
export async function withRenewedLease<Result>(
  deps: ClaimDeps,
  held: ClaimedDeployment,
  work: () => Promise<Result>,
): Promise<Result> {
  const renew = async () => {
    const renewed = await deps.db
      .update(deployments)
      .set({ leaseUntil: deps.clock.now() + leases.deployment.leaseMs })
      .where(holdsLease(held))
      .returning({ id: deployments.id });
    if (renewed.length === 0) held.lost.reject(leaseLost(held));
  };
  const failed = (cause: unknown) =>
    deps.log.warn('deployment.lease_not_renewed', { deployment: held.deployment.id, cause });
  return renewWhile(leases.deployment.renewEveryMs, () => renew().catch(failed), work);
}

/** The end of the way: traffic moves, or the attempt was overtaken. What it replaced is stopped when its drain is over. */
export async function promote(deps: ClaimDeps, held: ClaimedDeployment): Promise<void> {
  const { db } = deps;
  const { deployment } = held;
  const stop = outboxMessage(
    deps,
    'deployments',
    { v: 1, type: 'stop-instances', id: deployment.pluginId },
    deploymentLimits.pointerDrainMs,
  );
  await db.batch([...promoteStatements(deps, deployment, systemActor), enqueue(deps, stop, sql`true`)]);
  deps.defer(sendNow(deps, stop));
}

/** The plugin is at fault, or Slipway gives up: final, with the words that the author gets to read. */
export async function failDeployment(
  deps: ClaimDeps,
  which: Pick<Deployment, 'id' | 'pluginId'>,
  error: string,
  held?: ClaimedDeployment,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const mine = held ? holdsLease(held) : and(eq(deployments.id, which.id), isUnfinished());
  const stop = outboxMessage(deps, 'deployments', { v: 1, type: 'stop-instances', id: which.pluginId });
  await db.batch([
    db
      .update(deployments)
      .set({ status: 'failed', error, stopAfter: now, ...released, updatedAt: now })
      .where(and(mine, mayBecome('failed'))),
    record(
      deps,
      { ...systemEvent(which.id), type: 'deployment.failed', subjectId: which.id, data: { error } },
      previousChanged,
    ),
    enqueue(deps, stop, previousChanged),
  ]);
  deps.defer(sendNow(deps, stop));
}

/** Gives the deployment back, to be taken up again not before `delayMs` from now. Its state stays: the next claim resumes there. */
export async function releaseDeployment(
  { db, clock }: ClaimDeps,
  held: ClaimedDeployment,
  delayMs: number,
): Promise<void> {
  await db
    .update(deployments)
    .set({ ...released, nextAttemptAt: clock.now() + delayMs, updatedAt: clock.now() })
    .where(holdsLease(held));
}

/** For writers that know only the id: organization and namespace come from the row. */
export function systemEvent(id: DeploymentId) {
  const column = (name: 'organization_id' | 'namespace_id') =>
    sql`(select ${sql.identifier(name)} from ${deployments} where ${deployments.id} = ${id})`;
  return { organizationId: column('organization_id'), namespaceId: column('namespace_id'), actor: systemActor };
}
