// The active version of a plugin, and the one that was active before it: facts of the catalogue, never routes (D3). Every change
// goes through here, so that the versions' order of activation is kept with it.
import { and, desc, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { PluginRowId, VersionId } from '../core/ids.ts';
import { previousChanged, type Statement } from '../db/client.ts';
import { type OwnerId, plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type NewEvent, record } from '../events/record.ts';

/** SQL: the id of the plugin of that name; plugins whose versions are all deleted have a row too. */
export function pluginIdNamed(ownerId: OwnerId, name: string): SQL<PluginRowId> {
  return sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${extractorNamed(ownerId, name)})`;
}

function extractorNamed(ownerId: OwnerId, name: string): SQL | undefined {
  return and(eq(plugins.ownerId, ownerId), eq(plugins.kind, 'extractor'), eq(plugins.name, name));
}

/** A statement for a batch: the plugin that has a standing version under that name, or no row. */
export function selectPluginNamed(db: Deps['db'], ownerId: OwnerId, name: string) {
  return db
    .select()
    .from(plugins)
    .where(and(extractorNamed(ownerId, name), sql`${plugins.activeVersionId} is not null`))
    .limit(1);
}

/** SQL: the id of the plugin's active version. */
export function activeId(pluginId: PluginRowId | SQL): SQL<VersionId> {
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

/** Statements that make a version the active one, with the event; what already is changes nothing. */
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
          sql`${pluginVersions.id} = ${activeId(pluginId)}`,
          sql`coalesce(${pluginVersions.activation}, 0) <= ${highestOther}`,
        ),
      ),
  ];
}

/** SQL: the id of the version that was active before the active one and still stands. */
export function previouslyActiveId(pluginId: SQL<PluginRowId>): SQL<VersionId> {
  const others = and(
    eq(pluginVersions.pluginId, pluginId),
    isNull(pluginVersions.deletedAt),
    isNotNull(pluginVersions.activation),
    ne(pluginVersions.id, activeId(pluginId)),
  );
  return sql<VersionId>`(select ${pluginVersions.id} from ${pluginVersions} where ${others} order by ${desc(pluginVersions.activation)} limit 1)`;
}
