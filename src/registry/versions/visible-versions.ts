// Defines which versions an owner sees, as SQL that indexes serve. An organization sees its own versions. A namespace sees its own, and
// those of its organization that are enabled there, unless the namespace has a plugin of the same name, which shadows them (D19).
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { namespaceOf } from '../../access/owners.ts';
import type { NamespaceId, VersionId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { qualified } from '../../db/client.ts';
import { enabledPlugins, type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { ownVersionId, type PluginVersion, type VersionKey } from './versions.ts';

type Named = Pick<VersionKey, 'ownerId' | 'name'>;

/** SQL: the namespace itself has an extractor of that name. */
export function ownsName(namespaceId: NamespaceId, name: string | SQL): SQL {
  const own = alias(plugins, 'own');
  return sql`exists (select 1 from ${plugins} ${own}
    where ${own.ownerId} = ${namespaceId} and ${own.kind} = 'extractor' and ${own.name} = ${name} and ${own.activeVersionId} is not null)`;
}

/** SQL: an extractor of that name is enabled in the namespace and not shadowed. The first one of its own would shadow it (D19). */
export function isNameEnabled({ ownerId, name }: Named): SQL {
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return sql`false`;
  const enabled = alias(plugins, 'enabled');
  return sql`(exists (select 1 from ${enabledPlugins} join ${plugins} ${enabled} on ${enabled.id} = ${enabledPlugins.pluginId}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabled.name} = ${name}) and not ${ownsName(namespaceId, name)})`;
}

/** Selects `isNameEnabled` for a batch. */
export function selectNameEnabled(db: Deps['db'], named: Named) {
  return db
    .select({ name: sql<string>`${named.name}`, enabled: qualified(isNameEnabled(named)).mapWith(Boolean) })
    .from(sql`(select 1)`);
}

/** Throws if a plugin of the namespace would shadow an enabled one. */
export function requireNameNotEnabled(row: { name: string; enabled: boolean } | undefined): void {
  if (!row?.enabled) return;
  const message = `The organization's plugin ${row.name} is enabled in this namespace. Disable it first, or choose another name.`;
  throw new Problem('conflict', message, { details: { resource: 'plugin', name: row.name } });
}

/** SQL: the ID of the version with that number that the owner sees. */
export function visibleVersionId(key: VersionKey): SQL<VersionId> {
  const own = ownVersionId(key);
  const { ownerId, kind, name, version } = key;
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return own;
  const enabled = alias(pluginVersions, 'enabled_version');
  const isWanted = and(
    eq(enabled.kind, kind),
    eq(enabled.name, name),
    eq(enabled.major, version.major),
    eq(enabled.minor, version.minor),
    eq(enabled.patch, version.patch),
    isNull(enabled.deletedAt),
  );
  return sql<VersionId>`coalesce(${own}, (
    select ${enabled.id} from ${enabledPlugins} join ${pluginVersions} ${enabled} on ${enabled.id} = ${enabledPlugins.versionId}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${isWanted} and not ${ownsName(namespaceId, name)}))`;
}

/** Selects for a batch the version that the owner sees, or no row. */
export function selectVisibleVersion(db: Deps['db'], key: VersionKey) {
  return db
    .select()
    .from(pluginVersions)
    .where(eq(pluginVersions.id, visibleVersionId(key)));
}

/** SQL over rows of plugin_versions: an extractor that the owner sees. Only extractors can be enabled. */
export function isVisible(ownerId: OwnerId): SQL {
  const seen = alias(pluginVersions, 'seen');
  const own = sql`select ${seen.id} from ${pluginVersions} ${seen} where ${seen.ownerId} = ${ownerId} and ${seen.kind} = 'extractor' and ${seen.deletedAt} is null`;
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return sql`${pluginVersions.id} in (${own})`;
  const enabled = sql`select ${seen.id} from ${enabledPlugins} join ${pluginVersions} ${seen} on ${seen.id} = ${enabledPlugins.versionId}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${seen.deletedAt} is null and not ${ownsName(namespaceId, sql`${seen.name}`)}`;
  return sql`${pluginVersions.id} in (${own} union all ${enabled})`;
}

/** SQL: this version has not been deleted, and the namespace sees it. */
export function isAvailableIn(namespaceId: NamespaceId, { id }: Pick<PluginVersion, 'id'>): SQL {
  const usable = and(eq(pluginVersions.id, id), isUsableIn(namespaceId));
  const shadowed = ownsName(namespaceId, sql`${pluginVersions.name}`);
  return sql`exists (select 1 from ${pluginVersions} where ${usable} and (${pluginVersions.ownerId} = ${namespaceId} or not ${shadowed}))`;
}

/** SQL over rows of plugin_versions: not deleted, and the namespace's own or enabled there. It may be shadowed. */
export function isUsableIn(namespaceId: NamespaceId | SQL<NamespaceId>): SQL {
  const enabledHere = sql`exists (select 1 from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.versionId} = ${pluginVersions.id})`;
  return sql`${pluginVersions.deletedAt} is null and (${pluginVersions.ownerId} = ${namespaceId} or ${enabledHere})`;
}
