// Finds a plugin's rollback targets (D4). The API, the dry run, `--to -N` and the rollback itself use this list.
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, alias } from 'drizzle-orm/sqlite-core';
import type { NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { unionAll } from '../db/client.ts';
import { deployments, livePointers, promotions } from '../db/schema/deploy.ts';
import { enabledPlugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { activeVersionId } from '../registry/versions/active-version.ts';
import { isOffered } from '../registry/versions/offered.ts';
import { exactVersionOf } from '../registry/versions/versions.ts';
import { isUsableIn } from '../registry/versions/visible-versions.ts';

type Namespace = NamespaceId | SQL<NamespaceId>;

/** Most targets that the API lists. */
const targetsMax = 100;

/** SQL: the ID of the version to roll back from: the live version of the name, or else the active one. */
export function rollbackSourceId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  return sql<VersionId>`coalesce(${servingVersionId(namespaceId, pluginId)}, ${activeVersionId(namespaceId, pluginId)})`;
}

/** SQL: the ID of the name's live version. */
export function servingVersionId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  const named = alias(livePointers, 'named');
  return sql<VersionId>`(select ${named.targetId} from ${livePointers} ${named} where ${named.namespaceId} = ${namespaceId} and ${named.subjectId} = ${pluginId})`;
}

/** Reads for a batch: the active version and the name's live version. */
export function selectActiveAndServing(db: Deps['db'], namespaceId: Namespace, pluginId: SQL<PluginRowId>) {
  const selectVersion = (id: SQL<VersionId>) => db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  return {
    active: selectVersion(activeVersionId(namespaceId, pluginId)),
    serving: selectVersion(servingVersionId(namespaceId, pluginId)),
  };
}

/** Selects what names the rollback targets exactly for a batch, best first. */
export function selectRollbackTargetVersions(db: Deps['db'], namespaceId: Namespace, pluginId: SQL<PluginRowId>) {
  const targets = bestTargets(namespaceId, pluginId, targetsMax, exactVersionOf(pluginVersions));
  return db
    .select({ version: sql<string>`version`.as('version') })
    .from(sql`${targets}`)
    .orderBy(sql`position desc`);
}

/** SQL: the ID of the best rollback target. */
export function bestRollbackTargetId(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL<VersionId> {
  return sql<VersionId>`${bestTargets(namespaceId, pluginId, 1)}`;
}

/** Selects the version's last live deployment in the namespace; a rollback reuses its type and parameters. */
export function selectLastLive(db: Deps['db'], namespaceId: NamespaceId, versionId: SQL<VersionId>) {
  return db
    .select()
    .from(deployments)
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.versionId, versionId),
        inArray(deployments.status, ['promoted', 'stopped']),
      ),
    )
    .orderBy(desc(deployments.generation))
    .limit(1);
}

/**
 * SQL: the IDs of the last promoted versions, or of the last activated ones if nothing was ever promoted. Excludes the source and
 * versions that are yanked, quarantined or unavailable in the namespace. Each part follows an index from its newest row.
 */
function bestTargets(namespaceId: Namespace, pluginId: SQL<PluginRowId>, count: number, shown?: SQL): SQL {
  // Bound once, because a D1 statement accepts at most 100 bound values.
  const scope = sql`scope(namespace_id, plugin_id, source_id) as (select ${namespaceId}, ${pluginId}, ${rollbackSourceId(namespaceId, pluginId)})`;
  const here = sql<NamespaceId>`(select namespace_id from scope)`;
  const plugin = sql<PluginRowId>`(select plugin_id from scope)`;
  const isTarget = and(isUsableIn(here), isOffered, sql`${pluginVersions.id} is not (select source_id from scope)`);
  const ofSource = alias(promotions, 'of_source');
  const isEarlier = sql`${promotions.leftBecause} is null and coalesce(${promotions.ticket} < (select ${ofSource.ticket} from ${promotions} ${ofSource}
    where ${ofSource.namespaceId} = ${here} and ${ofSource.pluginId} = ${plugin} and ${ofSource.versionId} = (select source_id from scope)), 1)`;
  // The outer loop of a join, so that activations are read only if nothing was promoted.
  const ifNew = sql`(select 1 where not ${wasPromoted(here, plugin)})`;
  const columns = (position: AnySQLiteColumn) =>
    shown ? sql`${shown} as version, ${position} as position` : sql`${pluginVersions.id}`;
  const promoted = sql`select ${columns(promotions.ticket)} from ${promotions} cross join ${pluginVersions} on ${pluginVersions.id} = ${promotions.versionId}
    where ${promotions.namespaceId} = ${here} and ${promotions.pluginId} = ${plugin} and ${isEarlier} and ${isTarget} order by ${promotions.ticket} desc limit ${count}`;
  const activated = sql`select ${columns(pluginVersions.activation)} from ${ifNew} cross join ${pluginVersions}
    where ${pluginVersions.pluginId} = ${plugin} and ${pluginVersions.activation} is not null and ${pluginVersions.ownerId} = ${here} and ${isTarget}
    order by ${pluginVersions.activation} desc limit ${count}`;
  const enabled = sql`select ${columns(enabledPlugins.activation)} from ${ifNew} cross join ${enabledPlugins} cross join ${pluginVersions} on ${pluginVersions.id} = ${enabledPlugins.versionId}
    where ${enabledPlugins.namespaceId} = ${here} and ${enabledPlugins.pluginId} = ${plugin} and ${enabledPlugins.activation} is not null
      and ${pluginVersions.ownerId} is not ${here} and ${isTarget}
    order by ${enabledPlugins.activation} desc limit ${count}`;
  return sql`(with ${scope} ${unionAll([promoted, activated, enabled].map((part) => sql`select * from (${part})`))})`;
}

/** SQL: a version available in the namespace has been live there by name. */
function wasPromoted(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL {
  const any = alias(promotions, 'any_promotion');
  return sql`exists (select 1 from ${promotions} ${any} cross join ${pluginVersions} on ${pluginVersions.id} = ${any.versionId}
    where ${any.namespaceId} = ${namespaceId} and ${any.pluginId} = ${pluginId} and ${isUsableIn(namespaceId)})`;
}
