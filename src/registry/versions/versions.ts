// Finds and orders published versions, by number or slug. A published version never changes.
import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { notFound } from '../../access/actor.ts';
import { goNamePattern } from '../../contract/builder/go-plugins.ts';
import {
  formatVersion,
  formatVersionSlug,
  parseVersionSlug,
  type Version,
  type VersionSlug,
} from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { PluginRowId, VersionId } from '../../core/ids.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

export type PluginVersion = typeof pluginVersions.$inferSelect;

/** A version's unique key. Deleted versions don't count (D11). */
export interface VersionKey {
  ownerId: OwnerId;
  kind: PluginKind;
  name: string;
  version: Version;
}

/** SQL over rows of plugin_versions: the existing version with this key. */
export function matchesVersion({ ownerId, kind, name, version }: VersionKey): SQL | undefined {
  return and(
    eq(pluginVersions.ownerId, ownerId),
    eq(pluginVersions.kind, kind),
    eq(pluginVersions.name, name),
    eq(pluginVersions.major, version.major),
    eq(pluginVersions.minor, version.minor),
    eq(pluginVersions.patch, version.patch),
    isNull(pluginVersions.deletedAt),
  );
}

/** Parses a slug from the wire. Throws not-found for text that is not a slug. */
export function parseVersionKey(ownerId: OwnerId, slug: string, kind: PluginKind = 'extractor'): VersionKey {
  const parsed = kind === 'extractor' ? parseVersionSlug(slug) : parseVersionSlug(slug, goNamePattern);
  if (!parsed) throw notFound('plugin', slug);
  return { ownerId, kind, ...parsed };
}

/** SQL: the ID of the owner's own version with this number. */
export function ownVersionId(key: VersionKey): SQL<VersionId> {
  return sql<VersionId>`(select ${pluginVersions.id} from ${pluginVersions} where ${matchesVersion(key)})`;
}

/** Selects, for a batch, the owner's own version, or no row. */
export function selectVersion(db: Deps['db'], key: VersionKey) {
  return db.select().from(pluginVersions).where(matchesVersion(key)).limit(1);
}

export function requireVersion<Version extends PluginVersion>(rows: Version[], slug: string): Version {
  const [row] = rows;
  if (!row) throw notFound('plugin', slug);
  return row;
}

export function versionSlug(version: Pick<PluginVersion, 'name' | 'major' | 'minor' | 'patch'>): VersionSlug {
  return formatVersionSlug(version.name, version);
}

/** Returns a version's label for people: its number, or the ref from which a Go plugin was installed (D22). */
export function versionLabel({
  kind,
  source,
  ...version
}: Pick<PluginVersion, 'kind' | 'source' | 'major' | 'minor' | 'patch'>): string {
  return kind === 'extractor' || !source ? formatVersion(version) : source.ref;
}

/** Returns what names a version exactly: its number, or a Go plugin's commit, because several versions can have the same ref. */
export function exactVersion(version: Pick<PluginVersion, 'kind' | 'source' | 'major' | 'minor' | 'patch'>): string {
  return (version.kind === 'extractor' ? null : version.source?.commit) ?? formatVersion(version);
}

/** SQL: `exactVersion` of the row. */
export function exactVersionOf({ kind, source, major, minor, patch }: VersionColumns): SQL<string> {
  return sql<string>`coalesce(iif(${kind} = 'extractor', null, ${source} ->> '$.commit'), ${major} || '.' || ${minor} || '.' || ${patch})`;
}

type VersionColumns = Record<'kind' | 'source' | 'major' | 'minor' | 'patch', AnySQLiteColumn>;

/** SQL: the position (name, major, minor, patch) follows the slug in catalog order. False if the text isn't a slug. */
export function isAfterSlug(position: SQL, slug: string): SQL {
  const parsed = parseVersionSlug(slug);
  if (!parsed) return sql`false`;
  const { major, minor, patch } = parsed.version;
  return sql`(${position}) > (${parsed.name}, ${major}, ${minor}, ${patch})`;
}

export const catalogOrder = [
  asc(pluginVersions.name),
  asc(pluginVersions.major),
  asc(pluginVersions.minor),
  asc(pluginVersions.patch),
];

const highestFirst = [desc(pluginVersions.major), desc(pluginVersions.minor), desc(pluginVersions.patch)];

/** Order of the versions from which one is chosen without a number: one that is yanked or quarantined only if there is no other. */
export const bestFirst: SQL = sql.join(
  [sql`${pluginVersions.quarantined} is not null`, sql`${pluginVersions.yanked} is not null`, ...highestFirst],
  sql`, `,
);

/** SQL: the ID of the plugin's best version that can be active. */
export function highestOffered(pluginId: PluginRowId): SQL<VersionId> {
  return sql<VersionId>`(select ${pluginVersions.id} from ${pluginVersions} where ${pluginVersions.pluginId} = ${pluginId} and ${pluginVersions.deletedAt} is null and coalesce(${pluginVersions.stage}, 'approved') = 'approved' order by ${bestFirst} limit 1)`;
}
