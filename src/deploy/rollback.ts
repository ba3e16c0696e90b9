// Rolling a plugin back, or forward again, to a version that was published before (D4). The catalogue follows at once; traffic by
// name at once where the version is live or warm, else when a deployment of its stored archive is ready. Until then, and if that
// fails, what served goes on serving. The wish is in rows from the first batch on.
import { and, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { formatVersionSlug, type Version } from '../contract/manifest.ts';
import type { DeploymentId, NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Statement } from '../db/client.ts';
import { requireQuota, selectUsage } from '../db/quotas.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import {
  activateStatements,
  activeVersionId,
  pluginIdByName,
  previousActiveVersionId,
  selectPluginByName,
} from '../registry/versions/active-version.ts';
import { activateEnabledStatements, parametersInNamespace } from '../registry/versions/enabled.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { isAvailableIn, visibleVersionId } from '../registry/versions/visible-versions.ts';
import { mayBeDeployed, rejectionProblem, selectRejection } from '../scan-host/current-verdict.ts';
import type { Deployment } from './overview.ts';
import { isLive, lastTicket, nameIsServed, pointerOf, takeNameStatements } from './promote.ts';
import { attemptsOf, deploymentQuotaOf, newAttempt } from './request-deployment.ts';
import { isUnfinished } from './states.ts';

export interface RollbackRequest {
  name: string;
  /** Left out: the version that was active before. */
  version?: Version;
  message: string | null;
}

export interface Rollback {
  version: PluginVersion;
  /** What was active until now. */
  previous: PluginVersion | null;
  /** Traffic by name: there is none, the version has it, or gets it when the deployment is ready. */
  traffic: { state: 'none' | 'serving' } | { state: 'deploying'; deploymentId: DeploymentId };
}

/** Two D1 round trips: what is meant, and the wish with all that follows from it at once. */
export async function rollBack(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  request: RollbackRequest,
): Promise<Rollback> {
  requireScope(actor, 'plugins:deploy');
  const { version, last } = await findTarget(deps, actor, namespaceId, request);
  const { db } = deps;
  const { pluginId } = version;
  const allowed = or(mayBeDeployed(deps, version.id), isLive(namespaceId, version.id));
  const event = { organizationId: version.organizationId, namespaceId, actor: actor.ref };
  const active = activeVersionId(namespaceId, pluginId);
  const underWay = and(attemptsOf(namespaceId, version.id), isUnfinished());
  const notLive = sql`${nameIsServed(namespaceId, pluginId)} and not ${isLive(namespaceId, version.id)}`;
  const oneMore = sql`(${notLive} and not exists (select 1 from ${deployments} where ${underWay}))`;
  const wish = {
    namespaceId,
    version,
    type: last?.type ?? 'realtime',
    parameters: last?.parameters ?? parametersInNamespace(namespaceId, version.id),
    actor: actor.ref,
    takesName: true as const,
  };
  const room = deploymentQuotaOf(wish);
  const seen = sql`(${isAvailableIn(namespaceId, version)} and ${allowed})`;
  const stands = sql`(${seen} and (not ${oneMore} or ${room.hasRoom}))`;
  const cold = sql`${stands} and ${notLive}`;
  const attempt = newAttempt(deps, wish, sql`${stands} and ${oneMore}`);
  const [[rejection], [usage], [previous = null], , , , , , , , , [standing], [name], [adopted]] = await db.batch([
    selectRejection(deps, version.id),
    selectUsage(db, room, sql`${seen} and ${oneMore}`),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, active)),
    ...takeNameStatements(deps, { ...event, pluginId, versionId: version.id, condition: stands }, actor.ref),
    record(
      deps,
      {
        ...event,
        type: 'plugin.rolled_back',
        subjectId: pluginId,
        data: sql`json_object('to', ${version.id}, 'from', ${active}, 'message', ${request.message})`,
      },
      stands,
    ),
    adopt(db, underWay, lastTicket(namespaceId, pluginId), cold),
    db
      .select()
      .from(pluginVersions)
      .where(and(eq(pluginVersions.id, version.id), stands)),
    db.select().from(livePointers).where(pointerOf(namespaceId, pluginId)),
    db
      .select()
      .from(deployments)
      .where(and(underWay, eq(deployments.takesName, true), cold)),
    ...activation(deps, namespaceId, version, actor, stands),
    ...attempt.statements,
  ]);
  if (!standing && rejection) throw rejectionProblem(version, rejection);
  requireQuota(room, usage);
  if (!standing) throw notFound('plugin', versionSlug(version));
  const told = { version: standing, previous };
  if (!name?.targetId) return { ...told, traffic: { state: 'none' } };
  if (name.targetId === version.id) return { ...told, traffic: { state: 'serving' } };
  if (adopted) return { ...told, traffic: { state: 'deploying', deploymentId: adopted.id } };
  deps.defer(sendNow(deps, attempt.message));
  const traffic =
    attempt.type === 'batch_only'
      ? { state: 'serving' as const }
      : { state: 'deploying' as const, deploymentId: attempt.id };
  return { ...told, traffic };
}

/** Its owner's own version becomes active for the owner, an enabled one in this namespace only. */
function activation(
  deps: Deps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  { ref }: Actor,
  condition: SQL,
): Statement[] {
  const { organizationId, pluginId, id } = version;
  if (version.ownerId === namespaceId) {
    const event = { organizationId, namespaceId, actor: ref };
    return activateStatements(deps, { pluginId, versionId: id, condition, event });
  }
  const versionId = sql<VersionId>`${id}`;
  return activateEnabledStatements(deps, { namespaceId, version, actor: ref, versionId, condition });
}

/** An attempt under way takes on the wish of the rollback, and its ticket. */
function adopt(db: Deps['db'], underWay: SQL | undefined, ticket: SQL<number>, cold: SQL) {
  return db.update(deployments).set({ takesName: true, ticket }).where(and(underWay, cold));
}

/** The version that is meant, and how it was last live in the namespace: so it is deployed again. */
async function findTarget(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, version }: RollbackRequest,
): Promise<{ version: PluginVersion; last: Deployment | undefined }> {
  const pluginId: SQL<PluginRowId> = pluginIdByName(namespaceId, name);
  const targetId = version
    ? visibleVersionId({ ownerId: namespaceId, kind: 'extractor', name, version })
    : previousActiveVersionId(namespaceId, pluginId);
  const [namespaces, [plugin], [target], [last]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectPluginByName(db, namespaceId, name),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, targetId)),
    db
      .select()
      .from(deployments)
      .where(
        and(
          eq(deployments.namespaceId, namespaceId),
          eq(deployments.versionId, targetId),
          inArray(deployments.status, ['promoted', 'stopped']),
        ),
      )
      .orderBy(desc(deployments.generation))
      .limit(1),
  ]);
  requireNamespace(namespaces, namespaceId);
  if (!plugin) throw notFound('plugin', name);
  if (target) return { version: target, last };
  if (version) throw notFound('plugin', formatVersionSlug(name, version));
  throw new Problem('conflict', `No other version of ${name} was active before; name the version to roll back to`, {
    details: { resource: 'plugin', id: name },
  });
}
