// Deletes versions and namespaces on request, and empties deleted namespaces.
import { and, asc, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireMayFreeName } from '../access/demands.ts';
import { markNamespaceDeleted, requireNotDefault } from '../access/namespaces.ts';
import { type Namespace, namespaceByIdOrName } from '../access/visible-namespaces.ts';
import { systemActor } from '../contract/actor.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { uploadLimits } from '../contract/limits/uploads.ts';
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { namespaces } from '../db/schema/access.ts';
import { budgets } from '../db/schema/budgets.ts';
import { callbackSecrets } from '../db/schema/calls.ts';
import { models, modelUploads, secrets } from '../db/schema/models.ts';
import { enabledPlugins, type OwnerId, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { pickSome } from '../events/send-all.ts';
import { removeVersion } from '../pointers/remove-version.ts';
import { disableVersion, type UndeployDeps } from '../pointers/undeploy.ts';
import { catalogItem } from '../registry/versions/catalog.ts';
import { eachVersion } from '../registry/versions/each-version.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';

/** Deletes one of the owner's versions (D16), and returns the version and whether it was live. */
export async function deleteVersion(
  deps: Deps,
  actor: Actor,
  ownerId: OwnerId,
  pluginId: string,
): Promise<{ version: PluginVersion; wasLive: boolean }> {
  requireScope(actor, 'plugins:write');
  const { version, deployed } = await catalogItem(deps, actor, ownerId, pluginId);
  if (version.ownerId !== ownerId)
    throw new Problem(
      'conflict',
      `Plugin ${pluginId} belongs to the organization. Disable it in this namespace instead.`,
      {
        details: { resource: 'plugin', id: pluginId },
      },
    );
  await removeVersion(deps, version, actor.ref);
  return { version, wasLive: deployed };
}

/** Deletes a namespace. The first statement makes its contents unreachable; its versions are removed afterwards (D17). */
export async function deleteNamespace(deps: Deps, actor: Actor, identifier: string): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  const namespace = await namespaceByIdOrName(deps, actor, identifier);
  requireNotDefault(namespace);
  await requireMayFreeName(deps, actor, namespace);
  await markNamespaceDeleted(deps, actor, namespace.id);
  deps.defer(emptyDeletedNamespaces(deps));
  return namespace;
}

/** How long the sweep keeps checking a deleted namespace, because an upload claimed before the deletion may still be accepted. */
const settlesMs = 2 * uploadLimits.installMs;

/** SQL: an existing version. Literal conditions, to match the index. */
const isOwned = and(
  sql`${pluginVersions.kind} in ('extractor', 'pipeline', 'storage')`,
  isNull(pluginVersions.deletedAt),
);

export const deletedNamespacesStep: DueStep = { step: emptyDeletedNamespaces, due: (deps) => [selectUnemptied(deps)] };

/** Removes the remaining contents of deleted namespaces, a few versions of each kind per sweep. */
export async function emptyDeletedNamespaces(deps: UndeployDeps): Promise<void> {
  const { db } = deps;
  const deleted = await selectUnemptied(deps);
  if (deleted.length === 0) return;
  const listed = listOf(deleted);
  const owned = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(sql`${pluginVersions.ownerId} in ${listed}`, isOwned))
    .limit(sweepLimits.pickedFrom);
  await eachVersion(deps, pickSome(owned, sweepLimits.changedByMany), removeOwned);
  const enabled = await db
    .select({ id: enabledPlugins.versionId, namespaceId: enabledPlugins.namespaceId })
    .from(enabledPlugins)
    .where(sql`${enabledPlugins.namespaceId} in ${listed}`)
    .limit(sweepLimits.pickedFrom);
  await eachVersion(deps, pickSome(enabled, sweepLimits.changedByMany), disableEnabled);
  await emptyWithoutVersions(deps, listed);
}

/** Marks the namespaces without versions as emptied, so that an undeletable version only holds up its own namespace. */
async function emptyWithoutVersions({ db, clock, features }: UndeployDeps, listed: SQL): Promise<void> {
  const hasOwned = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.ownerId} = ${namespaces.id} and ${isOwned})`;
  const hasEnabled = sql`exists (select 1 from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaces.id})`;
  const empty = await db
    .select({ id: namespaces.id, organizationId: namespaces.organizationId, deletedAt: namespaces.deletedAt })
    .from(namespaces)
    .where(sql`${namespaces.id} in ${listed} and not ${hasOwned} and not ${hasEnabled}`);
  if (empty.length === 0) return;
  const emptyIds = listOf(empty);
  const scopes = JSON.stringify(empty.map(({ id, organizationId }) => [organizationId, id]));
  const owned = features.flatMap((feature) => feature.owned ?? []).filter(({ holder }) => holder === 'namespace');
  await db.batch([
    db.delete(secrets).where(sql`${secrets.namespaceId} in ${emptyIds}`),
    db.delete(callbackSecrets).where(sql`${callbackSecrets.namespaceId} in ${emptyIds}`),
    db.delete(models).where(sql`${models.namespaceId} in ${emptyIds}`),
    db
      .delete(budgets)
      .where(
        sql`(${budgets.organizationId}, ${budgets.scope}) in (select value ->> 0, value ->> 1 from json_each(${scopes}))`,
      ),
    db.delete(modelUploads).where(sql`${modelUploads.namespaceId} in ${emptyIds}`),
    ...owned.map(({ column, table }) => db.delete(table).where(sql`${column} in ${emptyIds}`)),
  ]);
  const settled = empty.filter(({ deletedAt }) => (deletedAt ?? 0) < clock.now() - settlesMs);
  if (settled.length === 0) return;
  await db
    .update(namespaces)
    .set({ emptiedAt: clock.now() })
    .where(sql`${namespaces.id} in ${listOf(settled)}`);
}

/** SQL: the IDs of these rows. */
function listOf(rows: readonly { id: string }[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
}

function selectUnemptied({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: namespaces.id, deletedAt: namespaces.deletedAt })
    .from(namespaces)
    .where(and(isNotNull(namespaces.deletedAt), isNull(namespaces.emptiedAt)))
    .orderBy(asc(namespaces.deletedAt))
    .limit(100);
}

function removeOwned(deps: UndeployDeps, version: PluginVersion): Promise<void> {
  return removeVersion(deps, version, systemActor);
}

function disableEnabled(
  deps: UndeployDeps,
  version: PluginVersion,
  { namespaceId }: { namespaceId: NamespaceId },
): Promise<void> {
  return disableVersion(deps, namespaceId, version, systemActor);
}
