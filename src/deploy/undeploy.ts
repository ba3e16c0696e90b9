// Taking a version out of traffic: at a request (D8), with its deletion (D16) or its namespace's (D17), or by disabling it (D18).
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import { type ActorRef, systemActor } from '../contract/events.ts';
import { deploymentLimits } from '../contract/limits.ts';
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Statement } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { enabledPlugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../events/outbox.ts';
import { disableStatements, isEnabledSomewhere, selectEnabling } from '../registry/versions/enabled.ts';
import { deleteVersionStatements, type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { emptyPointerStatements } from './promote.ts';

type UndeployDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log' | 'defer'>;

/** Deleted and out of traffic, in one batch. What belongs to the organization is in no traffic when it may be deleted (D17). */
export async function removeVersion(deps: UndeployDeps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId === null) return removeUnused(deps, version, actor);
  await undeployVersion(deps, namespaceId, version, actor, deleteVersionStatements(deps, version, actor));
}

async function removeUnused(deps: UndeployDeps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const { db } = deps;
  const unused = sql`not ${isEnabledSomewhere(version.id)}`;
  const [enabling] = await db.batch([
    selectEnabling(db, version.id),
    ...deleteVersionStatements(deps, version, actor, unused),
  ]);
  if (enabling.length === 0) return;
  const id = versionSlug(version);
  const names = enabling.map(({ name }) => name).join(', ');
  throw new Problem('conflict', `Plugin ${id} is enabled in namespaces and must be disabled there first: ${names}`, {
    details: { resource: 'plugin', id, namespaces: enabling.map(({ id, name }) => ({ namespace_id: id, name })) },
  });
}

/**
 * The version serves nothing in the namespace from here on; what else is to happen to it happens in the same batch. Saying it
 * twice changes nothing.
 */
export async function undeployVersion(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  actor: ActorRef,
  also: Statement[] = [],
): Promise<void> {
  const stop = outboxMessage(
    deps,
    'deployments',
    { v: 1, type: 'stop-instances', id: version.pluginId },
    deploymentLimits.pointerDrainMs,
  );
  const wish = {
    organizationId: version.organizationId,
    namespaceId,
    pluginId: version.pluginId,
    versionId: version.id,
  };
  const [first, ...rest] = emptyPointerStatements(deps, wish, actor);
  await deps.db.batch([first, ...rest, ...also, enqueue(deps, stop, sql`true`)]);
  deps.defer(sendNow(deps, stop));
}

/** Removes what deleted namespaces still hold, some at a time; the sweep comes back for the rest. */
export async function emptyDeletedNamespaces(deps: UndeployDeps): Promise<void> {
  const orphans = await deps.db
    .select({ version: pluginVersions })
    .from(pluginVersions)
    .innerJoin(namespaces, eq(namespaces.id, sql`${pluginVersions.ownerId}`))
    .where(and(isNotNull(namespaces.deletedAt), isNull(pluginVersions.deletedAt)))
    .limit(100);
  for (const { version } of orphans) await removeVersion(deps, version, systemActor);
  const borrowed = await deps.db
    .select({ version: pluginVersions, namespaceId: enabledPlugins.namespaceId })
    .from(enabledPlugins)
    .innerJoin(pluginVersions, eq(pluginVersions.id, enabledPlugins.versionId))
    .innerJoin(namespaces, eq(namespaces.id, enabledPlugins.namespaceId))
    .where(isNotNull(namespaces.deletedAt))
    .limit(100);
  for (const { version, namespaceId } of borrowed) await disableVersion(deps, namespaceId, version, systemActor);
}

/** Out of traffic in the namespace and not to be used there any more, in one batch (D18). */
export async function disableVersion(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  actor: ActorRef,
): Promise<void> {
  await undeployVersion(deps, namespaceId, version, actor, disableStatements(deps, { namespaceId, version, actor }));
}
