// Finds the versions that a plugin can be rolled back to (D4). The API, the dry run, `--to -N` and the rollback itself use this list.
import { and, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { livePointers, promotions } from '../db/schema/deploy.ts';
import { enabledPlugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { activeVersionId } from '../registry/versions/active-version.ts';
import { isUsableIn } from '../registry/versions/visible-versions.ts';

type Namespace = NamespaceId | SQL<NamespaceId>;

/** How many targets the API lists. */
const targetsMax = 100;

/** SQL: the ID of the version that a rollback leaves: the one that serves the name, or else the active one. */
export function rollbackSourceId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  return sql<VersionId>`coalesce(${servingVersionId(namespaceId, pluginId)}, ${activeVersionId(namespaceId, pluginId)})`;
}

/** SQL: the ID of the version that serves the name. */
export function servingVersionId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  const named = alias(livePointers, 'named');
  return sql<VersionId>`(select ${named.targetId} from ${livePointers} ${named} where ${named.namespaceId} = ${namespaceId} and ${named.subjectId} = ${pluginId})`;
}

/** Selects the versions to roll back to for a batch, best first. */
export function selectRollbackTargets(db: Deps['db'], namespaceId: Namespace, pluginId: SQL<PluginRowId>) {
  return db
    .select()
    .from(pluginVersions)
    .where(isRollbackTarget(namespaceId, pluginId))
    .orderBy(desc(targetOrder(namespaceId, pluginId)))
    .limit(targetsMax);
}

/** SQL: the ID of the best version to roll back to. */
export function bestRollbackTargetId(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL<VersionId> {
  return sql<VersionId>`(select ${pluginVersions.id} from ${pluginVersions} where ${isRollbackTarget(namespaceId, pluginId)}
    order by ${desc(targetOrder(namespaceId, pluginId))} limit 1)`;
}

/** SQL over rows of plugin_versions: the version has a place in the order, can be used in the namespace, and is not the source. */
function isRollbackTarget(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL | undefined {
  return and(
    eq(pluginVersions.pluginId, pluginId),
    isUsableIn(namespaceId),
    isNotNull(targetOrder(namespaceId, pluginId)),
    sql`${pluginVersions.id} is not ${rollbackSourceId(namespaceId, pluginId)}`,
  );
}

/**
 * SQL over rows of plugin_versions: the ticket of the version's last promotion. Where nothing was ever promoted, the number of its last
 * activation. Null: neither.
 */
function targetOrder(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL {
  const promotion = sql`(select ${promotions.ticket} from ${promotions}
    where ${promotions.namespaceId} = ${namespaceId} and ${promotions.pluginId} = ${pluginVersions.pluginId} and ${promotions.versionId} = ${pluginVersions.id})`;
  const enabled = sql`(select ${enabledPlugins.activation} from ${enabledPlugins}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.versionId} = ${pluginVersions.id})`;
  const activation = sql`iif(${pluginVersions.ownerId} = ${namespaceId}, ${pluginVersions.activation}, ${enabled})`;
  return sql`iif(${wasPromoted(namespaceId, pluginId)}, ${promotion}, ${activation})`;
}

/** SQL: a version that can be used in the namespace has served the name there. */
function wasPromoted(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL {
  const any = alias(promotions, 'any_promotion');
  return sql`exists (select 1 from ${promotions} ${any} join ${pluginVersions} on ${pluginVersions.id} = ${any.versionId}
    where ${any.namespaceId} = ${namespaceId} and ${any.pluginId} = ${pluginId} and ${isUsableIn(namespaceId)})`;
}
