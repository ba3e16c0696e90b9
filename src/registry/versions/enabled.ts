// Enables and disables versions of an organization's plugins in namespaces, with parameters, and sets the active one there (D18, D19).
// Enabling such a version is what publishing is for a namespace's own plugins. deploy/ handles deployments.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { ActorRef } from '../../contract/actor.ts';
import type { NamespaceId, VersionId } from '../../core/ids.ts';
import { emptyObject, type JsonText } from '../../core/json/text.ts';
import {
  insertWhere,
  previousChanged,
  qualified,
  readTogether,
  type Statement,
  writeAndRead,
} from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { enabledPlugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { activeVersionId } from './active-version.ts';
import { type CatalogPage, type CatalogRequest, catalogPage, isOnPage } from './catalog.ts';
import { isOffered } from './offered.ts';
import { notAdmitted, requireStillDeployable } from './stages.ts';
import {
  bestFirst,
  catalogOrder,
  ownVersionId,
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  selectVersion,
  versionSlug,
} from './versions.ts';
import { isAvailableIn, ownsName, visibleCount } from './visible-versions.ts';

/** A version of an organization's plugin and its state in a namespace. */
export interface Enableable {
  version: PluginVersion;
  enabled: boolean;
  /** Parameters for its deployments in the namespace; null while it is disabled. */
  parameters: JsonText | null;
  /** True if the namespace has its own plugin with that name, which takes precedence. */
  shadowed: boolean;
}

/** Lists all versions of the organization's plugins, in one D1 round trip. */
export async function listEnableable(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, page, offset }: CatalogRequest,
): Promise<CatalogPage<Enableable>> {
  requireScope(actor, 'plugins:read');
  const { organizationId } = actor;
  const isHere = sql`${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.versionId} = ${pluginVersions.id}`;
  const parameters = sql<JsonText | null>`(select ${enabledPlugins.parameters} from ${enabledPlugins} where ${isHere})`;
  const shadowed = ownsName(namespaceId, sql`${pluginVersions.name}`);
  const found = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    versions: db
      .select({
        version: pluginVersions,
        parameters: qualified(parameters).mapWith(enabledPlugins.parameters).as('enabled_parameters'),
        shadowed: qualified(shadowed).mapWith(Boolean).as('shadowed'),
      })
      .from(pluginVersions)
      .where(isOnPage(organizationId, { name }, page, offset))
      .orderBy(...catalogOrder),
    counts: db.select({ total: qualified(visibleCount(organizationId, { name })) }).from(sql`(select 1)`),
  });
  requireNamespace(found.namespaces, namespaceId);
  const items = found.versions.map((row) => ({ ...row, enabled: row.parameters !== null }));
  return { ...catalogPage(items, page), total: found.counts[0]?.total ?? 0 };
}

/** Returns the version with that slug, in one D1 round trip. Throws not-found if this actor can't see it. */
export async function findEnableable(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<Enableable> {
  const key = parseVersionKey(actor.organizationId, slug);
  const found = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    versions: selectVersion(db, key),
    enabled: db
      .select()
      .from(enabledPlugins)
      .where(isEnabledIn(namespaceId, ownVersionId(key))),
    shadows: db.select({ owned: qualified(ownsName(namespaceId, key.name)).mapWith(Boolean) }).from(sql`(select 1)`),
  });
  requireNamespace(found.namespaces, namespaceId);
  const [enabled] = found.enabled;
  return {
    version: requireVersion(found.versions, slug),
    enabled: enabled !== undefined,
    parameters: enabled?.parameters ?? null,
    shadowed: found.shadows[0]?.owned === true,
  };
}

/** SQL: parameters for the version's deployments in the namespace. */
export function parametersInNamespace(namespaceId: NamespaceId, versionId: VersionId): SQL<JsonText> {
  return sql<JsonText>`coalesce((select ${enabledPlugins.parameters} from ${enabledPlugins} where ${isEnabledIn(namespaceId, versionId)}), '{}')`;
}

/** SQL: the version is enabled in a namespace that still exists. */
export function isEnabledSomewhere(versionId: VersionId): SQL {
  const enabling = sql`select ${enabledPlugins.namespaceId} from ${enabledPlugins} where ${enabledPlugins.versionId} = ${versionId}`;
  return sql`exists (select 1 from ${namespaces} where ${namespaces.deletedAt} is null and ${namespaces.id} in (${enabling}))`;
}

/** Selects, for a batch, the namespaces that have the version enabled. */
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
  /** Null keeps the current parameters, or means none if the version wasn't enabled. */
  parameters: JsonText | null;
  actor: ActorRef;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/**
 * Builds the statements that enable the version or change its parameters, if the condition admits it. The version becomes active in the
 * namespace if it is the first one there or higher than the active one.
 */
export function enableStatements(
  deps: WriteDeps,
  { namespaceId, version, parameters, actor }: Enabling,
  condition: SQL,
): [Statement, Statement, Statement, Statement] {
  const { db, clock } = deps;
  const now = clock.now();
  const namespaceExists = sql`exists (select 1 from ${namespaces} where ${namespaces.id} = ${namespaceId} and ${namespaces.deletedAt} is null)`;
  const row = {
    namespaceId,
    versionId: version.id,
    pluginId: version.pluginId,
    name: version.name,
    major: version.major,
    minor: version.minor,
    patch: version.patch,
    parameters: parameters ?? emptyObject,
    createdBy: actor,
    createdAt: now,
    updatedAt: now,
  };
  const changed = parameters === null ? sql`false` : sql`enabled_plugins.parameters <> excluded.parameters`;
  return [
    insertWhere(
      db,
      enabledPlugins,
      row,
      sql`${namespaceExists} and ${condition}`,
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
      // Only if the statement enables it: changing parameters must not undo a rollback.
      condition: and(
        eq(enabledPlugins.createdAt, now),
        isNull(enabledPlugins.activation),
        isHigherThanActive(namespaceId, version),
      ),
    }),
  ];
}

/**
 * SQL: the version is offered and higher than its plugin's active one in the namespace, which may not be offered any more; or none is
 * active.
 */
function isHigherThanActive(namespaceId: NamespaceId, { id, major, minor, patch, pluginId }: PluginVersion): SQL {
  const current = alias(enabledPlugins, 'current');
  const active = alias(pluginVersions, 'active');
  const isOfferedNow = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${id} and ${isOffered})`;
  return sql`coalesce((
    select ${isOfferedNow} and ((${major}, ${minor}, ${patch}) > (${active.major}, ${active.minor}, ${active.patch})
      or ${active.yanked} is not null or ${active.quarantined} is not null)
    from ${enabledPlugins} ${current} join ${pluginVersions} ${active} on ${active.id} = ${current.versionId}
    where ${current.namespaceId} = ${namespaceId} and ${current.pluginId} = ${pluginId} and ${current.activation} is not null
    order by ${current.activation} desc limit 1), true)`;
}

/** Enables the version without deploying it. Throws if the namespace doesn't take it, or if it was deleted in the meantime. */
export async function enable(deps: WriteDeps, enabling: Enabling): Promise<void> {
  const { db } = deps;
  const { namespaceId, version } = enabling;
  const admitted = isAvailableIn(namespaceId, version.id, { toEnable: true, mayBeShadowed: true });
  const after = await writeAndRead(db, enableStatements(deps, enabling, admitted), {
    enabled: db.select().from(enabledPlugins).where(isEnabledIn(namespaceId, version.id)),
    admitted: db.select({ holds: qualified(admitted).mapWith(Boolean) }).from(sql`(select 1)`),
  });
  if (after.enabled.length > 0) return;
  if (after.admitted[0]?.holds) throw notFound('namespace', namespaceId);
  await requireStillDeployable(deps, version);
  throw notAdmitted(version);
}

/** Builds the statements that disable the version in the namespace and activate the best remaining one there. */
export function disableStatements(
  deps: WriteDeps,
  { namespaceId, version, actor }: Omit<Enabling, 'parameters'>,
): [Statement, Statement, Statement, Statement] {
  const { db } = deps;
  const other = alias(enabledPlugins, 'other');
  const bestOther = sql<VersionId>`(
    select ${other.versionId} from ${enabledPlugins} ${other} join ${pluginVersions} on ${pluginVersions.id} = ${other.versionId}
    where ${other.namespaceId} = ${namespaceId} and ${other.pluginId} = ${version.pluginId} and ${other.versionId} <> ${version.id}
    order by ${bestFirst} limit 1)`;
  return [
    ...activateEnabledStatements(deps, {
      namespaceId,
      version,
      actor,
      versionId: bestOther,
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
  /** A version of the same plugin to activate. If the SQL finds none, nothing changes. */
  versionId: SQL<VersionId>;
  condition: SQL | undefined;
}

/**
 * Builds the statements that make an enabled version its plugin's active one in a namespace. They do nothing if it is already active.
 */
export function activateEnabledStatements(
  deps: WriteDeps,
  { namespaceId, version, actor, versionId, condition }: EnabledActivation,
): [Statement, Statement] {
  const { db } = deps;
  const sibling = alias(enabledPlugins, 'sibling');
  const highest = sql`coalesce((select max(${sibling.activation}) from ${enabledPlugins} ${sibling} where ${sibling.namespaceId} = ${namespaceId} and ${sibling.pluginId} = ${version.pluginId}), 0)`;
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
