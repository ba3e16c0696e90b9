// What an owner's paths show. An organization's: its own versions. A namespace's: its own, and those of its organization that are
// enabled there, unless the namespace has a plugin of that name itself, which shadows them (D19). SQL only, found by indexes.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../../access/owners.ts';
import type { NamespaceId, VersionId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { enabledPlugins, type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { ownVersionId, type PluginVersion, type VersionKey } from './versions.ts';

type Named = Pick<VersionKey, 'ownerId' | 'name'>;

/** SQL: the namespace has an extractor of that name itself. */
export function ownsName(namespaceId: NamespaceId, name: string | SQL): SQL {
  return sql`exists (select 1 from ${plugins} own where own.owner_id = ${namespaceId} and own.kind = 'extractor' and own.name = ${name} and own.active_version_id is not null)`;
}

/** SQL: an extractor of that name is enabled in the namespace and not shadowed: its first own one would take its place (D19). */
export function isNameEnabled({ ownerId, name }: Named): SQL {
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return sql`false`;
  return sql`(exists (select 1 from ${enabledPlugins} e join ${plugins} p on p.id = e.plugin_id where e.namespace_id = ${namespaceId} and p.name = ${name}) and not ${ownsName(namespaceId, name)})`;
}

/** A statement for a batch. */
export function selectNameEnabled(db: Deps['db'], named: Named) {
  return db
    .select({ name: sql<string>`${named.name}`, enabled: isNameEnabled(named).mapWith(Boolean) })
    .from(sql`(select 1)`);
}

/** Refuses what would hide an enabled plugin. */
export function requireNameNotEnabled(row: { name: string; enabled: boolean } | undefined): void {
  if (!row?.enabled) return;
  const words = `A plugin of the organization named ${row.name} is enabled in this namespace; disable it first, or choose another name`;
  throw new Problem('conflict', words, { details: { resource: 'plugin', name: row.name } });
}

/** SQL: the id of the version with that number that the owner sees. */
export function visibleVersionId(key: VersionKey): SQL<VersionId> {
  const own = ownVersionId(key);
  const { ownerId, kind, name, version } = key;
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return own;
  const enabled = sql`(select v.id from ${enabledPlugins} e join ${pluginVersions} v on v.id = e.version_id
    where e.namespace_id = ${namespaceId} and v.kind = ${kind} and v.name = ${name}
      and v.major = ${version.major} and v.minor = ${version.minor} and v.patch = ${version.patch}
      and v.deleted_at is null and not ${ownsName(namespaceId, name)})`;
  return sql<VersionId>`coalesce(${own}, ${enabled})`;
}

/** A statement for a batch: the version, or no row. */
export function selectVisibleVersion(db: Deps['db'], key: VersionKey) {
  return db
    .select()
    .from(pluginVersions)
    .where(eq(pluginVersions.id, visibleVersionId(key)));
}

/** SQL: the row of plugin_versions is one of those. */
export function isVisible(ownerId: OwnerId): SQL {
  const own = sql`select v.id from ${pluginVersions} v where v.owner_id = ${ownerId} and v.deleted_at is null`;
  const namespaceId = namespaceOf(ownerId);
  if (namespaceId === null) return sql`${pluginVersions.id} in (${own})`;
  const enabled = sql`select v.id from ${enabledPlugins} e join ${pluginVersions} v on v.id = e.version_id
    where e.namespace_id = ${namespaceId} and v.deleted_at is null and not ${ownsName(namespaceId, sql`v.name`)}`;
  return sql`${pluginVersions.id} in (${own} union all ${enabled})`;
}

/** SQL: this version has not been deleted, and the namespace sees it. */
export function isAvailableIn(namespaceId: NamespaceId, { id }: Pick<PluginVersion, 'id'>): SQL {
  const here = and(eq(pluginVersions.id, id), isUsableIn(namespaceId));
  return sql`exists (select 1 from ${pluginVersions} where ${here} and (${pluginVersions.ownerId} = ${namespaceId} or not ${ownsName(namespaceId, sql`${pluginVersions.name}`)}))`;
}

/** SQL: the row of plugin_versions stands and is the namespace's own, or enabled there. Whether another plugin shadows it is not asked. */
export function isUsableIn(namespaceId: NamespaceId): SQL {
  return sql`${pluginVersions.deletedAt} is null and (${pluginVersions.ownerId} = ${namespaceId} or exists (select 1 from ${enabledPlugins} e where e.namespace_id = ${namespaceId} and e.version_id = ${pluginVersions.id}))`;
}
