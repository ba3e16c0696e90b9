// Defines the versions an owner sees, as SQL backed by indexes. An organization sees its own versions. A namespace sees its own, plus
// its organization's versions that are enabled there, unless a plugin of its own with the same name shadows them (D19).
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, alias } from 'drizzle-orm/sqlite-core';
import { ownerNamespace } from '../../access/owners.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import type { Version } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId, VersionId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { qualified } from '../../db/client.ts';
import { enabledPlugins, type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { usedAmount } from '../../limits/amounts.ts';
import { demandsApproval } from './stages.ts';
import { isAfterSlug, ownVersionId, type VersionKey } from './versions.ts';

type Named = Pick<VersionKey, 'ownerId' | 'name'>;

/** SQL: the namespace has its own extractor with that name. */
export function ownsName(namespaceId: NamespaceId, name: string | SQL): SQL {
  const own = alias(plugins, 'own');
  return sql`exists (select 1 from ${plugins} ${own}
    where ${own.ownerId} = ${namespaceId} and ${own.kind} = 'extractor' and ${own.name} = ${name} and ${own.activeVersionId} is not null)`;
}

/**
 * SQL: an extractor with that name is enabled in the namespace and not shadowed. The first extractor of that name that the namespace
 * publishes would shadow it (D19).
 */
export function isNameEnabled({ ownerId, name }: Named): SQL {
  const namespaceId = ownerNamespace(ownerId);
  if (namespaceId === null) return sql`false`;
  return sql`(exists (select 1 from ${enabledPlugins}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.name} = ${name}) and not ${ownsName(namespaceId, name)})`;
}

/** Selects `isNameEnabled` for a batch. */
export function selectNameEnabled(db: Deps['db'], named: Named) {
  return db
    .select({ name: sql<string>`${named.name}`, enabled: qualified(isNameEnabled(named)).mapWith(Boolean) })
    .from(sql`(select 1)`);
}

/** Throws if publishing the namespace's plugin would shadow an enabled one. */
export function requireNameNotEnabled(row: { name: string; enabled: boolean } | undefined): void {
  if (!row?.enabled) return;
  const message = `The organization's plugin ${row.name} is enabled in this namespace. Disable it first, or choose another name.`;
  throw new Problem('conflict', message, { details: { resource: 'plugin', name: row.name } });
}

/** SQL: the ID of the version with this number that the owner sees. */
export function visibleVersionId(key: VersionKey): SQL<VersionId> {
  const own = ownVersionId(key);
  const { ownerId, kind, name, version } = key;
  const namespaceId = ownerNamespace(ownerId);
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

/** A version as a request names it: an extractor's by its number, a Go plugin's by its ref or commit. */
export interface NamedVersion {
  ownerId: OwnerId;
  kind?: PluginKind | undefined;
  name: string;
  version: Version | string;
}

/** SQL: the ID of the version that the owner sees. Of a Go plugin's versions with the same ref, it is the newest. */
export function namedVersionId({ ownerId, kind = 'extractor', name, version }: NamedVersion): SQL<VersionId> {
  if (typeof version !== 'string') return visibleVersionId({ ownerId, kind, name, version });
  const { source } = pluginVersions;
  const isNamed = and(
    eq(pluginVersions.ownerId, ownerId),
    eq(pluginVersions.kind, kind),
    eq(pluginVersions.name, name),
    isNull(pluginVersions.deletedAt),
  );
  return sql<VersionId>`(select ${pluginVersions.id} from ${pluginVersions} where ${isNamed}
    and (${source} ->> '$.commit' = ${version} or ${source} ->> '$.ref' = ${version}) order by ${pluginVersions.id} desc limit 1)`;
}

/** Selects, for a batch, the version that the owner sees, or no row. */
export function selectVisibleVersion(db: Deps['db'], key: VersionKey) {
  return db
    .select()
    .from(pluginVersions)
    .where(eq(pluginVersions.id, visibleVersionId(key)));
}

/** Filters an owner's extractors for a list. */
export interface VisibleFilter {
  name?: string | undefined;
  /** Name prefix. */
  prefix?: string | undefined;
  /** Plugin owner: the namespace or the organization. */
  source?: 'namespace' | 'org' | undefined;
}

interface VisiblePage extends VisibleFilter {
  /** Slug that the page follows, if any. */
  cursor: string | undefined;
  limit: number;
  offset: number;
}

/**
 * SQL: the IDs of a page of the owner's visible extractors. Only extractors can be enabled. Own and enabled extractors each have an
 * index in list order, which is read no further than the page.
 */
export function visiblePage(ownerId: OwnerId, { cursor, limit, offset, ...filter }: VisiblePage): SQL {
  const parts = visibleParts(ownerId, filter).map(({ id, table, from }) => {
    const position = sql.join([table.name, table.major, table.minor, table.patch], sql`, `);
    const after = cursor === undefined ? sql`` : sql`and ${isAfterSlug(position, cursor)}`;
    return sql`select * from (select ${id} as id, ${position} ${from} ${after} order by ${position} limit ${limit + offset})`;
  });
  if (parts.length === 0) return sql`(select null where false)`;
  return sql`(select id from (${sql.join(parts, sql` union all `)} order by 2, 3, 4, 5 limit ${limit} offset ${offset}))`;
}

/** SQL: the number of extractors that the owner sees. Unless a name or prefix is given, they aren't counted one by one. */
export function visibleCount(ownerId: OwnerId, filter: VisibleFilter): SQL<number> {
  const { name, prefix } = filter;
  if (prefix !== undefined && name === undefined) return countedUpTo(pageLimitMax, visibleParts(ownerId, filter));
  const plugin = sql`(select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${plugins.kind} = 'extractor' and ${plugins.name} = ${name})`;
  const counts = visibleParts(ownerId, filter).map(({ table, from }) => {
    if (table === pluginVersions)
      return name === undefined ? usedAmount(ownerId, 'extractor_versions') : usedAmount(plugin, 'plugin_versions');
    return name === undefined ? usedAmount(ownerId, 'enabled_versions') : sql<number>`(select count(*) ${from})`;
  });
  return sql<number>`(${sql.join([sql`0`, ...counts], sql` + `)})`;
}

/** SQL: the total row count of the parts, up to `most`. */
function countedUpTo(most: number, parts: VisiblePart[]): SQL<number> {
  const counts = parts.map(({ from }) => sql`(select count(*) from (select 1 ${from} limit ${most}))`);
  return sql<number>`min(${most}, ${sql.join([sql`0`, ...counts], sql` + `)})`;
}

/** Versions that an owner sees for one reason, and the table with their numbers. */
interface VisiblePart {
  table: typeof pluginVersions | typeof enabledPlugins;
  id: AnySQLiteColumn;
  /** The SQL, starting with FROM. */
  from: SQL;
}

/** Returns the parts with the owner's own extractors and, for a namespace, the enabled ones. */
function visibleParts(ownerId: OwnerId, { name, prefix, source }: VisibleFilter): VisiblePart[] {
  const named = (column: AnySQLiteColumn) => {
    const isNamed = name === undefined ? sql`` : sql` and ${column} = ${name}`;
    // A range condition, so that the name index applies. No name has a character above this one.
    const begins =
      prefix === undefined ? sql`` : sql` and ${column} >= ${prefix} and ${column} < ${`${prefix}\u{10ffff}`}`;
    return sql`${isNamed}${begins}`;
  };
  const namespaceId = ownerNamespace(ownerId);
  const parts: VisiblePart[] = [];
  if (source === undefined || (source === 'org') === (namespaceId === null)) {
    const from = sql`from ${pluginVersions}
      where ${pluginVersions.ownerId} = ${ownerId} and ${pluginVersions.kind} = 'extractor' and ${pluginVersions.deletedAt} is null ${named(pluginVersions.name)}`;
    parts.push({ table: pluginVersions, id: pluginVersions.id, from });
  }
  if (namespaceId !== null && source !== 'namespace') {
    const from = sql`from ${enabledPlugins}
      where ${enabledPlugins.namespaceId} = ${namespaceId} and not ${ownsName(namespaceId, sql`${enabledPlugins.name}`)} ${named(enabledPlugins.name)}`;
    parts.push({ table: enabledPlugins, id: enabledPlugins.versionId, from });
  }
  return parts;
}

interface Availability {
  /** True if the namespace may be about to enable the version. */
  toEnable?: boolean;
  /** True if a plugin of the namespace may shadow it. */
  mayBeShadowed?: boolean;
}

/** SQL: this version exists, isn't quarantined, neither waits for approval nor was refused it, and the namespace sees it. */
export function isAvailableIn(
  namespaceId: NamespaceId,
  versionId: VersionId | SQL<VersionId>,
  { toEnable = false, mayBeShadowed = false }: Availability = {},
): SQL {
  const { id, kind, name, ownerId, quarantined, stage } = pluginVersions;
  const isApproved = sql`coalesce(${stage}, 'approved') = 'approved'`;
  const mayEnable = sql`(${stage} = 'approved' or not ${demandsApproval({ ownerId: namespaceId, kind, name })})`;
  const isHere = sql`(${ownerId} = ${namespaceId} or ${isEnabledHere(namespaceId)} ${toEnable ? sql`or ${mayEnable}` : sql``})`;
  const isUnshadowed = sql`(${ownerId} = ${namespaceId} or not ${ownsName(namespaceId, sql`${name}`)})`;
  const usable = and(
    sql`${id} = ${versionId}`,
    isNull(pluginVersions.deletedAt),
    isNull(quarantined),
    isApproved,
    isHere,
    mayBeShadowed ? undefined : isUnshadowed,
  );
  return sql`exists (select 1 from ${pluginVersions} where ${usable})`;
}

/** SQL over rows of plugin_versions: the namespace has enabled the version. */
function isEnabledHere(namespaceId: NamespaceId | SQL<NamespaceId>): SQL {
  return sql`exists (select 1 from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.versionId} = ${pluginVersions.id})`;
}

/** SQL over rows of plugin_versions: an existing version that the namespace owns or has enabled. It may be shadowed. */
export function isUsableIn(namespaceId: NamespaceId | SQL<NamespaceId>): SQL {
  return sql`${pluginVersions.deletedAt} is null and (${pluginVersions.ownerId} = ${namespaceId} or ${isEnabledHere(namespaceId)})`;
}
