// Reads and changes a plugin's active version, which the catalog shows and which never routes calls (D3). All changes to an owner's
// active version go through this file, so that the order of activations stays correct.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Version } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId, PluginRowId, VersionId } from '../../core/ids.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { enabledPlugins, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type NewEvent, record } from '../../events/record.ts';
import { isOffered } from './offered.ts';

/**
 * SQL: the ID of the plugin that the namespace sees under the name, which is its own plugin or else an enabled one (D19). Only
 * extractors can be enabled.
 */
export function pluginIdByName(
  namespaceId: NamespaceId,
  name: string,
  kind: PluginKind = 'extractor',
): SQL<PluginRowId> {
  const named = alias(plugins, 'named');
  if (kind !== 'extractor')
    return sql<PluginRowId>`(select ${named.id} from ${plugins} ${named}
      where ${named.ownerId} = ${namespaceId} and ${named.kind} = ${kind} and ${named.name} = ${name} and ${named.activeVersionId} is not null)`;
  return sql<PluginRowId>`coalesce(
    (select ${named.id} from ${plugins} ${named}
      where ${named.ownerId} = ${namespaceId} and ${named.kind} = 'extractor' and ${named.name} = ${name} and ${named.activeVersionId} is not null),
    (select ${enabledPlugins.pluginId} from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.name} = ${name} limit 1))`;
}

/** Selects, for a batch, the plugin that has a version under the name, or no row. */
export function selectPluginByName(db: Deps['db'], namespaceId: NamespaceId, name: string, kind?: PluginKind) {
  return db
    .select()
    .from(plugins)
    .where(eq(plugins.id, pluginIdByName(namespaceId, name, kind)));
}

/**
 * SQL: the ID of the plugin's active version in the namespace. Each namespace has its own active version of an organization's plugin,
 * from the versions enabled there.
 */
export function activeVersionId(
  namespaceId: NamespaceId | SQL<NamespaceId>,
  pluginId: PluginRowId | SQL,
): SQL<VersionId> {
  const newest = alias(enabledPlugins, 'newest');
  return sql<VersionId>`coalesce(
    (select ${newest.versionId} from ${enabledPlugins} ${newest}
      where ${newest.namespaceId} = ${namespaceId} and ${newest.pluginId} = ${pluginId} order by ${newest.activation} desc limit 1),
    ${ownerActiveVersionId(pluginId)})`;
}

function ownerActiveVersionId(pluginId: PluginRowId | SQL): SQL<VersionId> {
  return sql<VersionId>`(select ${plugins.activeVersionId} from ${plugins} where ${plugins.id} = ${pluginId})`;
}

/**
 * SQL over rows of plugins: the version is offered and higher than the active one, or no version is active that is offered. A version that
 * isn't offered only takes the place of none.
 */
export function isHigherThanActive({ id, major, minor, patch }: Version & { id: VersionId }): SQL {
  const active = alias(pluginVersions, 'active');
  const isHigher = sql`coalesce(
    (select (${major}, ${minor}, ${patch}) > (${active.major}, ${active.minor}, ${active.patch})
      from ${pluginVersions} ${active} where ${active.id} = ${plugins.activeVersionId} and ${active.deletedAt} is null and ${active.yanked} is null and ${active.quarantined} is null),
    1)`;
  return sql`(${isHigher} and (${plugins.activeVersionId} is null or exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${id} and ${isOffered})))`;
}

export interface Activation {
  pluginId: PluginRowId | SQL;
  /** If the SQL finds no version, the plugin has no active one afterwards. */
  versionId: VersionId | SQL<VersionId>;
  /** Condition on the plugin's row. */
  condition: SQL | undefined;
  event: Pick<NewEvent, 'organizationId' | 'namespaceId' | 'actor'>;
}

/** Builds the statements that make a version its owner's active one and record the event. They do nothing if it is already active. */
export function activateStatements(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  { pluginId, versionId, condition, event }: Activation,
): [Statement, Statement, Statement] {
  const { db, clock } = deps;
  const other = alias(pluginVersions, 'other');
  // Starts at the newest row of the index; max() would read all versions.
  const highestOther = sql`coalesce((select ${other.activation} from ${pluginVersions} ${other}
    where ${other.pluginId} = ${pluginVersions.pluginId} and ${other.activation} is not null and ${other.id} <> ${pluginVersions.id}
    order by ${other.activation} desc limit 1), 0)`;
  const data = sql`json_object('to', ${versionId})`;
  return [
    db
      .update(plugins)
      .set({ activeVersionId: sql`${versionId}`, updatedAt: clock.now() })
      .where(and(sql`${plugins.id} = ${pluginId}`, sql`${plugins.activeVersionId} is not ${versionId}`, condition)),
    record(deps, { ...event, type: 'plugin.active_version_changed', subjectId: pluginId, data }, previousChanged),
    db
      .update(pluginVersions)
      .set({ activation: sql`${highestOther} + 1` })
      .where(
        and(
          sql`${pluginVersions.id} = ${ownerActiveVersionId(pluginId)}`,
          sql`coalesce(${pluginVersions.activation}, 0) <= ${highestOther}`,
        ),
      ),
  ];
}
