// Claims deployments for a worker. A claim is a lease, renewed while the worker runs; a worker that loses its lease can no longer
// change the deployment.
import { and, asc, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { StartFailed } from '../../builders/start-failures.ts';
import { systemActor } from '../../contract/actor.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { DeploymentId, VersionId } from '../../core/ids.ts';
import { previousChanged, readTogether, writeAndRead } from '../../db/client.ts';
import { isUnleased, keepLease, type Lease, newLease, released } from '../../db/lease.ts';
import { deployments, isUnfinished } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import { formatRefusals, type Refusal, selectDeploymentRefusals } from '../../pointers/advisory-refusal.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { mayBecome } from '../../pointers/states.ts';
import { quarantineMessage } from '../../registry/versions/offered.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { formatRejection, type Rejection, selectRejection } from '../../scan-host/current-verdict.ts';

const running = alias(deployments, 'running');

export interface ClaimedDeployment {
  deployment: Deployment;
  version: PluginVersion;
  lease: Lease;
  /** Rejects with LeaseLost when the lease can't be renewed because it is lost. */
  lost: PromiseWithResolvers<never>;
  /** Why the version must not be deployed today: the scan policy, a quarantine, or advisories that the namespace refuses. */
  refusal: string | undefined;
}

export type ClaimDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'log' | 'marks' | 'queues' | 'defer' | 'policyVersion'>;

/** The deployment was cancelled or superseded, or another worker holds the lease. This worker must stop. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export function leaseLost({ deployment }: Pick<ClaimedDeployment, 'deployment'>): LeaseLost {
  return new LeaseLost(
    `lost the lease of deployment ${deployment.id}: it was cancelled or superseded, or another worker holds it`,
  );
}

/**
 * Claims the deployment and returns it with its version. Returns undefined if it has finished, was deleted, is leased by another
 * worker, or must wait because its organization has `perOrganizationAtOnce` in progress (`sendWaiting`). Counts attempts by claims: a
 * queue counts deliveries of one message, but the sweep sends new ones, and a killed worker reports nothing. Fails a deployment whose
 * attempts never end.
 */
export async function claimDeployment(deps: ClaimDeps, id: DeploymentId): Promise<ClaimedDeployment | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const lease = newLease(deployments, id, leases.deployment, now);
  const claim = [
    db
      .update(deployments)
      .set({
        status: sql`case ${deployments.status} when 'queued' then 'claimed' else ${deployments.status} end`,
        ...lease.taken,
        attempts: sql`${deployments.attempts} + 1`,
        updatedAt: now,
      })
      .where(and(lease.isFree, isUnfinished(), hasFreeWorker(id, now))),
    record(deps, { ...systemEvent(id), type: 'deployment.claimed', subjectId: id }, previousChanged),
  ];
  const {
    leased: [deployment],
    versions: [version],
    rejections: [rejection],
    refusals,
  } = await writeAndRead(db, claim, {
    leased: db.select().from(deployments).where(lease.isHeld),
    ...selectReasons(deps, id),
  });
  if (!deployment || !version) return undefined;
  const { attempts, organizationId } = deployment;
  const reason = await setAside(deps, {
    ...{ id, organizationId, tries: attempts, triesMax: leases.deployment.attemptsMax },
    message: { v: 1, type: 'advance-deployment', id },
  });
  if (reason !== undefined) {
    await failDeployment(deps, deployment, setAsideMessage(reason));
    return undefined;
  }
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  return { deployment, version, lease, lost, refusal: refusalOf(version, rejection, refusals) };
}

/** Selects, for a batch, the deployment's version and what may refuse it. */
function selectReasons(deps: ClaimDeps, id: DeploymentId) {
  const versionId = sql<VersionId>`(select ${deployments.versionId} from ${deployments} where ${deployments.id} = ${id})`;
  return {
    versions: deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    rejections: selectRejection(deps, versionId),
    refusals: selectDeploymentRefusals(deps, id),
  };
}

/** Throws why a deployment of this worker didn't go live: the version may take no calls any more, or the lease was lost. */
export async function throwWhyNotLive(deps: ClaimDeps, claimed: ClaimedDeployment): Promise<never> {
  const {
    leased: [deployment],
    versions: [version],
    rejections: [rejection],
    refusals,
  } = await readTogether(deps.db, {
    leased: deps.db.select().from(deployments).where(holdsLease(claimed)),
    ...selectReasons(deps, claimed.deployment.id),
  });
  if (!deployment || !version) throw leaseLost(claimed);
  const message = refusalOf(version, rejection, refusals) ?? 'The namespace no longer takes this version.';
  throw new StartFailed({ code: 'dependency-not-installed', message });
}

function refusalOf(
  { quarantined }: PluginVersion,
  rejection: Rejection | undefined,
  refusals: Refusal[],
): string | undefined {
  if (quarantined) return quarantineMessage('This version', quarantined);
  if (rejection) return formatRejection(rejection);
  return refusals.length > 0 ? formatRefusals(refusals) : undefined;
}

/** SQL: the organization has fewer other deployments in progress than its limit. */
function hasFreeWorker(id: DeploymentId, now: number): SQL {
  const organization = sql`(select ${deployments.organizationId} from ${deployments} where ${deployments.id} = ${id})`;
  const inProgress = and(
    sql`${running.organizationId} = ${organization}`,
    isUnfinished(running),
    gt(running.leaseUntil, now),
  );
  return sql`(select count(*) from ${deployments} ${running} where ${inProgress}) < ${deploymentLimits.perOrganizationAtOnce}`;
}

/** Selects the organization's oldest waiting deployment. */
export function selectWaiting(
  { db, clock }: Pick<ClaimDeps, 'db' | 'clock'>,
  { organizationId }: Pick<Deployment, 'organizationId'>,
) {
  const now = clock.now();
  return db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      and(
        eq(deployments.organizationId, organizationId),
        isUnfinished(),
        isUnleased(deployments, now),
        or(isNull(deployments.nextAttemptAt), lte(deployments.nextAttemptAt, now)),
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(1);
}

/**
 * Sends the next waiting deployment. Called when a worker of the organization becomes free; if that worker dies first, the sweep sends
 * it.
 */
export async function sendWaiting(
  { queues }: Pick<ClaimDeps, 'queues'>,
  [waiting]: Pick<Deployment, 'id'>[],
): Promise<void> {
  if (waiting) await queues.deployments.send({ v: 1, type: 'advance-deployment', id: waiting.id });
}

/** SQL: this worker holds the lease. A condition of every change it makes. */
export function holdsLease({ lease }: ClaimedDeployment): SQL | undefined {
  return and(lease.isHeld, isUnfinished());
}

/** Runs `work` while renewing the lease. Losing the lease stops the current step. */
export function withRenewedLease<Result>(
  deps: ClaimDeps,
  claimed: ClaimedDeployment,
  work: () => Promise<Result>,
): Promise<Result> {
  const onLost = () => claimed.lost.reject(leaseLost(claimed));
  return keepLease(deps, claimed.lease, { ...leases.deployment, onLost }, () =>
    whileMarked(deps, claimed.deployment, work),
  );
}

/** Marks the deployment as failed with a message for the author. Traffic doesn't change. */
export async function failDeployment(
  deps: ClaimDeps,
  { id, pluginId }: Pick<Deployment, 'id' | 'pluginId'>,
  error: string,
  claimed?: ClaimedDeployment,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const failing = claimed ? holdsLease(claimed) : and(eq(deployments.id, id), isUnfinished());
  const stop = outboxMessage(deps, 'deployments', { v: 1, type: 'stop-instances', id: pluginId });
  await db.batch([
    db
      .update(deployments)
      .set({ status: 'failed', error, stopAfter: now, ...released, updatedAt: now })
      .where(and(failing, mayBecome('failed'))),
    record(deps, { ...systemEvent(id), type: 'deployment.failed', subjectId: id, data: { error } }, previousChanged),
    enqueue(deps, stop, previousChanged),
  ]);
  deps.defer(sendNow(deps, stop));
}

function setAsideMessage(reason: string): string {
  return `Slipway stopped trying to deploy this version: ${reason}. Its operator can find out why. Retry it after an upgrade.`;
}

/** Releases the lease so that the deployment is retried after `delayMs`, from its current step. */
export async function releaseDeployment(
  { db, clock }: ClaimDeps,
  claimed: ClaimedDeployment,
  { delayMs, error }: { delayMs: number; error: string | null },
): Promise<void> {
  await db
    .update(deployments)
    .set({ ...released, error, nextAttemptAt: clock.now() + delayMs, updatedAt: clock.now() })
    .where(holdsLease(claimed));
}

/** Returns event fields for writers that know only the ID; the organization and namespace come from the row. */
export function systemEvent(id: DeploymentId) {
  const column = (name: 'organization_id' | 'namespace_id') =>
    sql`(select ${sql.identifier(name)} from ${deployments} where ${deployments.id} = ${id})`;
  return { organizationId: column('organization_id'), namespaceId: column('namespace_id'), actor: systemActor };
}
