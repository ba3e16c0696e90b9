// Organization plugins in namespaces: which versions a namespace may use, with which parameters, and which of them is active there
// (D18, D19). To a namespace, enabling is for them what publishing is for its own plugins. Whether they run is deploy/'s to say.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/namespaces.ts';
import type { ActorRef } from '../../contract/events.ts';
import type { Json } from '../../contract/json.ts';
import type { NamespaceId, VersionId } from '../../core/ids.ts';
import { insertWhere, previousChanged, type Statement } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { enabledPlugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { activeVersionId } from './active-version.ts';
import { type CataloguePage, type CatalogueRequest, cataloguePage } from './catalogue.ts';
import {
  catalogueOrder,
  isAfterCatalogueCursor,
  ownVersionId,
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  selectVersion,
  versionSlug,
} from './versions.ts';
import { isVisible, ownsName } from './visible-versions.ts';

export type Parameters = Record<string, Json>;

/** A version of an organization's plugin as it stands in a namespace. */
export interface Enableable {
  version: PluginVersion;
  enabled: boolean;
  /** What deployments of it there are given; null while it isn't enabled. */
  parameters: Parameters | null;
  /** The namespace has a plugin of that name itself, which is what the name means there. */
  shadowed: boolean;
}

/** All versions of the organization's own plugins. One D1 round trip. */
export async function listEnableable(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, page, offset }: CatalogueRequest,
): Promise<CataloguePage<Enableable>> {
  requireScope(actor, 'plugins:read');
  const listed = and(isVisible(actor.organizationId), name === undefined ? undefined : eq(pluginVersions.name, name));
  // Named by text: of columns in a selection drizzle leaves out the table.
  const here = sql`from enabled_plugins e where e.namespace_id = ${namespaceId} and e.version_id = plugin_versions.id`;
  const [found, rows, [count]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db
      .select({
        version: pluginVersions,
        parameters: sql<Parameters | null>`(select e.parameters ${here})`
          .mapWith(enabledPlugins.parameters)
          .as('enabled_parameters'),
        shadowed: ownsName(namespaceId, sql`plugin_versions.name`).mapWith(Boolean).as('shadowed'),
      })
      .from(pluginVersions)
      .where(and(listed, page.cursor === undefined ? undefined : isAfterCatalogueCursor(page.cursor)))
      .orderBy(...catalogueOrder)
      .limit(page.limit + 1)
      .offset(offset),
    db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(listed),
  ]);
  requireNamespace(found, namespaceId);
  const items = rows.map((row) => ({ ...row, enabled: row.parameters !== null }));
  return { ...cataloguePage(items, page), total: count?.total ?? 0 };
}

/** The one of that id; 404 for what isn't there for this actor. One D1 round trip. */
export async function findEnableable(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<Enableable> {
  const key = parseVersionKey(actor.organizationId, slug);
  const [found, versions, [enabled], [shadow]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectVersion(db, key),
    db
      .select()
      .from(enabledPlugins)
      .where(isEnabledIn(namespaceId, ownVersionId(key))),
    db.select({ owned: ownsName(namespaceId, key.name).mapWith(Boolean) }).from(sql`(select 1)`),
  ]);
  requireNamespace(found, namespaceId);
  return {
    version: requireVersion(versions, slug),
    enabled: enabled !== undefined,
    parameters: enabled?.parameters ?? null,
    shadowed: shadow?.owned === true,
  };
}

/** SQL: what deployments of the version in the namespace are given. */
export function parametersInNamespace(namespaceId: NamespaceId, versionId: VersionId): SQL<Parameters> {
  return sql<Parameters>`coalesce((select e.parameters from ${enabledPlugins} e where e.namespace_id = ${namespaceId} and e.version_id = ${versionId}), '{}')`;
}

/** SQL: some namespace that stands may use the version. */
export function isEnabledSomewhere(versionId: VersionId): SQL {
  return sql`exists (select 1 from ${namespaces} n where n.deleted_at is null and n.id in (select e.namespace_id from ${enabledPlugins} e where e.version_id = ${versionId}))`;
}

/** A statement for a batch: the namespaces that may use the version. */
export function selectEnabling(db: Deps['db'], versionId: VersionId) {
  const ids = db
    .select({ id: enabledPlugins.namespaceId })
    .from(enabledPlugins)
    .where(eq(enabledPlugins.versionId, versionId));
  return db
    .select({ id: namespaces.id, name: namespaces.name })
    .from(namespaces)
    .where(and(isNull(namespaces.deletedAt), sql`${namespaces.id} in ${ids}`));
}

export interface Enabling {
  namespaceId: NamespaceId;
  version: PluginVersion;
  /** Null: none when it is enabled now, what it has when it was. */
  parameters: Parameters | null;
  actor: ActorRef;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/**
 * Statements that enable a version that still stands, or give it other parameters. It becomes the active one in the namespace
 * when it is the first there or higher than the one that is.
 */
export function enableStatements(
  deps: WriteDeps,
  { namespaceId, version, parameters, actor }: Enabling,
  condition: SQL = sql`true`,
): [Statement, Statement, Statement, Statement] {
  const { db, clock } = deps;
  const now = clock.now();
  const stands = sql`exists (select 1 from ${pluginVersions} v where v.id = ${version.id} and v.deleted_at is null)
    and exists (select 1 from ${namespaces} n where n.id = ${namespaceId} and n.deleted_at is null)
    and ${condition}`;
  const row = {
    namespaceId,
    versionId: version.id,
    pluginId: version.pluginId,
    parameters: parameters ?? {},
    createdBy: actor,
    createdAt: now,
    updatedAt: now,
  };
  const changed = parameters === null ? sql`false` : sql`enabled_plugins.parameters <> excluded.parameters`;
  const isHigher = sql`coalesce((
    select (${version.major}, ${version.minor}, ${version.patch}) > (v.major, v.minor, v.patch)
    from ${enabledPlugins} e join ${pluginVersions} v on v.id = e.version_id
    where e.namespace_id = ${namespaceId} and e.plugin_id = ${version.pluginId} and e.activation is not null
    order by e.activation desc limit 1), true)`;
  return [
    insertWhere(
      db,
      enabledPlugins,
      row,
      stands,
      sql`on conflict do update set parameters = excluded.parameters, updated_at = excluded.updated_at where ${changed}`,
    ),
    record(
      deps,
      { ...eventOf(namespaceId, version, actor), type: 'plugin.enabled', subjectId: version.id, data: named(version) },
      previousChanged,
    ),
    ...activateEnabledStatements(deps, {
      namespaceId,
      version,
      actor,
      versionId: sql`${version.id}`,
      // Only by being enabled: other parameters don't undo a rollback.
      condition: and(eq(enabledPlugins.createdAt, now), isNull(enabledPlugins.activation), isHigher),
    }),
  ];
}

/** Enables and does nothing else; 404 for what was deleted meanwhile. */
export async function enable(deps: WriteDeps, enabling: Enabling): Promise<void> {
  const { db } = deps;
  const { namespaceId, version } = enabling;
  const [, , , , rows] = await db.batch([
    ...enableStatements(deps, enabling),
    db.select().from(enabledPlugins).where(isEnabledIn(namespaceId, version.id)),
  ]);
  if (rows.length === 0) throw notFound('plugin', versionSlug(version));
}

/** Statements that take the version from the namespace, and hand "active" there to the highest one left. */
export function disableStatements(
  deps: WriteDeps,
  { namespaceId, version, actor }: Omit<Enabling, 'parameters'>,
): [Statement, Statement, Statement, Statement] {
  const { db } = deps;
  const highestOther = sql<VersionId>`(
    select e.version_id from ${enabledPlugins} e join ${pluginVersions} v on v.id = e.version_id
    where e.namespace_id = ${namespaceId} and e.plugin_id = ${version.pluginId} and e.version_id <> ${version.id}
    order by v.major desc, v.minor desc, v.patch desc limit 1)`;
  return [
    ...activateEnabledStatements(deps, {
      namespaceId,
      version,
      actor,
      versionId: highestOther,
      condition: eq(activeVersionId(namespaceId, version.pluginId), version.id),
    }),
    db.delete(enabledPlugins).where(isEnabledIn(namespaceId, version.id)),
    record(
      deps,
      { ...eventOf(namespaceId, version, actor), type: 'plugin.disabled', subjectId: version.id, data: named(version) },
      previousChanged,
    ),
  ];
}

export interface EnabledActivation extends Omit<Enabling, 'parameters'> {
  /** Of the same plugin as `version`, and to become the active one; SQL that finds none changes nothing. */
  versionId: SQL<VersionId>;
  condition: SQL | undefined;
}

/** Statements that make an enabled version the active one of its plugin in a namespace; what already is changes nothing. */
export function activateEnabledStatements(
  deps: WriteDeps,
  { namespaceId, version, actor, versionId, condition }: EnabledActivation,
): [Statement, Statement] {
  const { db } = deps;
  const highest = sql`coalesce((select max(o.activation) from ${enabledPlugins} o where o.namespace_id = ${namespaceId} and o.plugin_id = ${version.pluginId}), 0)`;
  const isBelow = sql`(${enabledPlugins.activation} is null or ${enabledPlugins.activation} < ${highest})`;
  return [
    db
      .update(enabledPlugins)
      .set({ activation: sql`${highest} + 1` })
      .where(and(isEnabledIn(namespaceId, versionId), isBelow, condition)),
    record(
      deps,
      {
        ...eventOf(namespaceId, version, actor),
        type: 'plugin.active_version_changed',
        subjectId: version.pluginId,
        data: sql`json_object('to', ${versionId})`,
      },
      previousChanged,
    ),
  ];
}

function isEnabledIn(namespaceId: NamespaceId, versionId: VersionId | SQL<VersionId>): SQL | undefined {
  return and(eq(enabledPlugins.namespaceId, namespaceId), eq(enabledPlugins.versionId, versionId));
}

function eventOf(namespaceId: NamespaceId, { organizationId }: PluginVersion, actor: ActorRef) {
  return { organizationId, namespaceId, actor };
}

function named(version: PluginVersion) {
  return { plugin_id: versionSlug(version) };
}
