// The active version of a plugin, and the one that was active before it: facts of the catalogue, never routes (D3). Every change
// of its owner's goes through here, so that the versions' order of activation is kept with it.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { NamespaceId, PluginRowId, VersionId } from '../../core/ids.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { enabledPlugins, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type NewEvent, record } from '../../events/record.ts';

/** SQL: the id of the plugin that the namespace sees under that name: its own, else an enabled one (D19). */
export function pluginIdByName(namespaceId: NamespaceId, name: string): SQL<PluginRowId> {
  return sql<PluginRowId>`coalesce(
    (select p.id from ${plugins} p where p.owner_id = ${namespaceId} and p.kind = 'extractor' and p.name = ${name} and p.active_version_id is not null),
    (select p.id from ${plugins} p where p.id in (select e.plugin_id from ${enabledPlugins} e where e.namespace_id = ${namespaceId}) and p.name = ${name}))`;
}

/** A statement for a batch: the plugin that has a standing version under that name, or no row. */
export function selectPluginByName(db: Deps['db'], namespaceId: NamespaceId, name: string) {
  return db
    .select()
    .from(plugins)
    .where(eq(plugins.id, pluginIdByName(namespaceId, name)));
}

/**
 * SQL: the id of the plugin's version that is active in the namespace. Of an organization's plugin each namespace has its own
 * active version among those enabled there.
 */
export function activeVersionId(namespaceId: NamespaceId, pluginId: PluginRowId | SQL): SQL<VersionId> {
  return sql<VersionId>`coalesce(
    (select e.version_id from ${enabledPlugins} e where e.namespace_id = ${namespaceId} and e.plugin_id = ${pluginId} order by e.activation desc limit 1),
    ${ownerActiveVersionId(pluginId)})`;
}

function ownerActiveVersionId(pluginId: PluginRowId | SQL): SQL<VersionId> {
  return sql<VersionId>`(select ${plugins.activeVersionId} from ${plugins} where ${plugins.id} = ${pluginId})`;
}

export interface Activation {
  pluginId: PluginRowId | SQL;
  /** SQL that finds none leaves the plugin without an active version. */
  versionId: VersionId | SQL<VersionId>;
  /** What must hold of the plugin's row. */
  condition: SQL | undefined;
  event: Pick<NewEvent, 'organizationId' | 'namespaceId' | 'actor'>;
}

/** Statements that make a version its owner's active one, with the event; what already is changes nothing. */
export function activateStatements(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  { pluginId, versionId, condition, event }: Activation,
): [Statement, Statement, Statement] {
  const { db, clock } = deps;
  const highestOther = sql`coalesce((select max(other.activation) from plugin_versions other where other.plugin_id = ${pluginVersions.pluginId} and other.id <> ${pluginVersions.id}), 0)`;
  return [
    db
      .update(plugins)
      .set({ activeVersionId: sql`${versionId}`, updatedAt: clock.now() })
      .where(and(sql`${plugins.id} = ${pluginId}`, sql`${plugins.activeVersionId} is not ${versionId}`, condition)),
    record(
      deps,
      {
        ...event,
        type: 'plugin.active_version_changed',
        subjectId: pluginId,
        data: sql`json_object('to', ${versionId})`,
      },
      previousChanged,
    ),
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

/** SQL: the id of the version that was active in the namespace before the active one and still stands. */
export function previousActiveVersionId(namespaceId: NamespaceId, pluginId: SQL<PluginRowId>): SQL<VersionId> {
  const activation = sql`iif(v.owner_id = ${namespaceId}, v.activation, e.activation)`;
  return sql<VersionId>`(
    select v.id from ${pluginVersions} v left join ${enabledPlugins} e on e.version_id = v.id and e.namespace_id = ${namespaceId}
    where v.plugin_id = ${pluginId} and v.deleted_at is null and ${activation} is not null and v.id <> ${activeVersionId(namespaceId, pluginId)}
    order by ${activation} desc limit 1)`;
}
