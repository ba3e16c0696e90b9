// Taking a version out of traffic: at a request (D8), with its deletion (D16), or with its namespace's (D17).
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import { type ActorRef, systemActor } from '../contract/events.ts';
import type { NamespaceId } from '../core/ids.ts';
import { namespaces } from '../db/schema/access.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, outgoing, sendNow } from '../events/outbox.ts';
import { deleteVersionStatements, type PluginVersion } from '../registry/versions.ts';
import { drainMs, emptyStatements } from './promote.ts';

type UndeployDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log' | 'defer'>;

/** The version serves nothing in the namespace from here on. Saying it twice changes nothing. */
export async function undeployVersion(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  actor: ActorRef,
): Promise<void> {
  await takeOut(deps, namespaceId, version, actor, []);
}

/** Deleted and out of traffic, in one batch. What belongs to the organization is out of traffic before it may be deleted (D17). */
export async function removeVersion(deps: UndeployDeps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const deletion = deleteVersionStatements(deps, version, actor);
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId === null) await deps.db.batch(deletion);
  else await takeOut(deps, namespaceId, version, actor, deletion);
}

async function takeOut(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  version: PluginVersion,
  actor: ActorRef,
  deletion: ReturnType<typeof deleteVersionStatements> | [],
): Promise<void> {
  const stop = outgoing(deps, 'deployments', { v: 1, type: 'stop-instances', id: version.pluginId }, drainMs);
  const wish = {
    organizationId: version.organizationId,
    namespaceId,
    pluginId: version.pluginId,
    versionId: version.id,
  };
  const [first, ...rest] = emptyStatements(deps, wish, actor);
  await deps.db.batch([first, ...rest, ...deletion, enqueue(deps, stop, sql`true`)]);
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
}
