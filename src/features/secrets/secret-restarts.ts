// Replaces deployments that run with a previous secret value. Redeploys their versions as usual, so no call fails. If a deployment
// fails with the new value, the previous one stays live.
import { and, asc, eq, gt, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { systemActor } from '../../contract/actor.ts';
import { settingLimits } from '../../contract/features/secrets/limits.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import type { Messages } from '../../contract/messages.ts';
import type { DeploymentId, NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { deployments, isCurrent, isUnfinished } from '../../db/schema/deploy.ts';
import { secrets } from '../../db/schema/models.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { pickSome, sendAll } from '../../events/send-all.ts';
import { namesAskedBy } from '../../instances/secrets/asked-secrets.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { createDeployment } from '../../rollouts/request-deployment.ts';

const running = alias(deployments, 'running');
const later = alias(deployments, 'later');

/**
 * Requests deployments for versions with a previous value, a few at a time; another message continues with the next ones. Safe to run
 * twice or stop anywhere: replaced deployments are left alone, and a restart stays due until every deployment is requested.
 */
export async function restartForSecrets(
  deps: Deps,
  namespaceId: NamespaceId,
  from?: Messages['restart-for-secrets']['from'],
): Promise<void> {
  const { db, queues } = deps;
  const revision = from?.revision ?? (await dueRevision(db, namespaceId));
  if (revision === null) return;
  const stale = await selectStale(db, namespaceId, from?.after);
  for (const deployment of stale) await replace(deps, deployment);
  const last = stale.at(-1);
  if (last && stale.length === settingLimits.restartedAtOnce) {
    const next = { revision, after: last.id };
    return void (await queues.deployments.send({ v: 1, type: 'restart-for-secrets', id: namespaceId, from: next }));
  }
  await db
    .update(secrets)
    .set({ restartDue: false })
    .where(and(isDueIn(namespaceId), lte(secrets.revision, revision)));
}

async function dueRevision(db: Deps['db'], namespaceId: NamespaceId): Promise<number | null> {
  const [due] = await db
    .select({ revision: sql<number | null>`max(${secrets.revision})` })
    .from(secrets)
    .where(isDueIn(namespaceId));
  return due?.revision ?? null;
}

/** Sends messages for restarts that are overdue. */
export async function sweepSecrets(deps: Pick<Deps, 'db' | 'clock' | 'queues' | 'log'>): Promise<void> {
  const due = await selectDueSecrets(deps);
  const namespaceIds = new Set(due.map(({ id }) => id));
  const messages = pickSome([...namespaceIds], sweepLimits.messagesAtOnce).map(
    (id) => ({ v: 1, type: 'restart-for-secrets', id }) as const,
  );
  await sendAll(deps, 'deployments', messages);
}

export function selectDueSecrets({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: secrets.namespaceId })
    .from(secrets)
    .where(and(sql`${secrets.restartDue} = 1`, lt(secrets.updatedAt, clock.now() - sweepGraceMs)))
    .orderBy(asc(secrets.updatedAt))
    .limit(sweepLimits.pickedFrom);
}

function isDueIn(namespaceId: NamespaceId): SQL | undefined {
  return and(eq(secrets.namespaceId, namespaceId), sql`${secrets.restartDue} = 1`);
}

/** Selects live deployments and deployments in progress that were requested before one of their secrets changed. */
function selectStale(db: Deps['db'], namespaceId: NamespaceId, after: DeploymentId | undefined) {
  const changed = sql`exists (select 1 from ${pluginVersions} cross join ${namesAskedBy(pluginVersions)} asked cross join ${secrets}
    where ${pluginVersions.id} = ${deployments.versionId} and ${secrets.namespaceId} = ${namespaceId} and ${secrets.name} = asked.value
      and ${secrets.revision} > coalesce(${deployments.secretRevision}, 0))`;
  return db
    .select()
    .from(deployments)
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        isCurrent(),
        eq(deployments.type, 'realtime'),
        isNull(deployments.stopAfter),
        changed,
        after === undefined ? undefined : gt(deployments.id, after),
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(settingLimits.restartedAtOnce);
}

/** Any newer request for the version replaces this one. */
async function replace(deps: Deps, { id, namespaceId, versionId, ticket, type, parameters, release }: Deployment) {
  const [version] = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)).limit(1);
  if (!version) return;
  const isNewest = sql`exists (select 1 from ${deployments} ${running} where ${running.id} = ${id} and ${isCurrent(running)} and ${running.stopAfter} is null)
    and not exists (select 1 from ${deployments} ${later} where ${later.namespaceId} = ${namespaceId} and ${later.versionId} = ${versionId} and ${isUnfinished(later)} and ${later.ticket} > ${ticket})`;
  const request = { namespaceId, version, type, parameters, release, actor: systemActor };
  try {
    await createDeployment(deps, request, { condition: isNewest });
  } catch (error) {
    // The scan policy or a quota refuses the deployment. The live one keeps the previous value.
    if (!(error instanceof Problem)) throw error;
    deps.log.warn('secret.not_restarted', { deployment: id, cause: error });
  }
}
