// Lists installed Go plugins: the active version of each name, when it was installed and what serves it.
import { and, asc, desc, eq, inArray, isNotNull, isNull, not, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, notFound } from '../../access/actor.ts';
import type { DeploymentId, NamespaceId, VersionId } from '../../core/ids.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { Upload } from '../uploads/uploads.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { type GoKind, homeNamespaceId, isInstalled, requireHomeNamespace, selectHomeNamespace } from './installs.ts';

export interface InstalledPlugin {
  version: PluginVersion;
  installedAt: number;
  updatedAt: number;
  /** Null: nothing serves. */
  serving: { deploymentId: DeploymentId; since: number | null } | null;
  /** Error of the newest deployment, if it failed. */
  error: string | null;
}

export interface InstalledFilter {
  kind: GoKind;
  /** Defaults to all plugins. */
  name?: string;
}

const listMax = 1000;

function matchesInstalled(ownerId: SQL<NamespaceId>, { kind, name }: InstalledFilter): SQL | undefined {
  return and(
    sql`${plugins.ownerId} = ${ownerId}`,
    eq(plugins.kind, kind),
    name === undefined ? undefined : eq(plugins.name, name),
  );
}

/** Lists installed plugins by name, and installs of other names that are in progress or failed. One D1 round trip. */
export async function listInstalled(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  filter: InstalledFilter,
): Promise<{ installed: InstalledPlugin[]; installs: Upload[] }> {
  const ownerId = homeNamespaceId(actor);
  const activeIds = sql`(select ${plugins.activeVersionId} from ${plugins} where ${matchesInstalled(ownerId, filter)})`;
  const found = await readTogether(db, {
    home: selectHomeNamespace(db, actor),
    facts: selectFacts(db, ownerId, filter),
    versions: db
      .select()
      .from(pluginVersions)
      .where(and(sql`${pluginVersions.id} in ${activeIds}`, isNull(pluginVersions.deletedAt))),
    installs: selectInstalls(db, ownerId, filter),
  });
  requireHomeNamespace(found.home, actor);
  const byId = new Map<VersionId, PluginVersion>(found.versions.map((version) => [version.id, version]));
  const installed = found.facts.flatMap(({ versionId, deploymentId, since, status, error, ...times }) => {
    const version = versionId === null ? undefined : byId.get(versionId);
    if (!version) return [];
    const serving = deploymentId === null ? null : { deploymentId, since };
    return [{ version, ...times, serving, error: status === 'failed' ? error : null }];
  });
  return { installed, installs: newestOfEachName(found.installs) };
}

/** Selects for each plugin what its active version's row does not contain. */
function selectFacts(db: Deps['db'], ownerId: SQL<NamespaceId>, filter: InstalledFilter) {
  const { id: pluginId } = plugins;
  const named = alias(livePointers, 'named');
  const nameTarget = sql`(select ${named.targetId} from ${livePointers} ${named} where ${named.namespaceId} = ${ownerId} and ${named.subjectId} = ${pluginId})`;
  const serving = sql<DeploymentId | null>`(select ${livePointers.targetId} from ${livePointers} where ${livePointers.namespaceId} = ${ownerId} and ${livePointers.subjectId} = ${nameTarget})`;
  const first = sql<number>`(select min(${pluginVersions.createdAt}) from ${pluginVersions} where ${pluginVersions.pluginId} = ${pluginId} and ${pluginVersions.deletedAt} is null)`;
  const since = sql<
    number | null
  >`(select ${deployments.promotedAt} from ${deployments} where ${deployments.id} = ${serving})`;
  const newest = (column: typeof deployments.status | typeof deployments.error) =>
    qualified(sql<string | null>`(select ${column} from ${deployments}
      where ${deployments.namespaceId} = ${ownerId} and ${deployments.versionId} = ${plugins.activeVersionId} order by ${deployments.ticket} desc limit 1)`);
  return db
    .select({
      versionId: plugins.activeVersionId,
      updatedAt: plugins.updatedAt,
      installedAt: qualified(first).as('installed_at'),
      deploymentId: qualified(serving).as('serving_id'),
      since: qualified(since).as('serving_since'),
      status: newest(deployments.status).as('newest_status'),
      error: newest(deployments.error).as('newest_error'),
    })
    .from(plugins)
    .where(and(matchesInstalled(ownerId, filter), isNotNull(plugins.activeVersionId)))
    .orderBy(asc(plugins.name))
    .limit(listMax);
}

/** Selects installs of names that are not installed. */
function selectInstalls(db: Deps['db'], ownerId: SQL<NamespaceId>, { kind, name }: InstalledFilter) {
  const isOpen = and(
    sql`${uploads.ownerId} = ${ownerId}`,
    eq(uploads.kind, kind),
    name === undefined ? undefined : eq(uploads.name, name),
    inArray(uploads.status, ['confirming', 'rejected']),
    not(isInstalled({ ownerId, kind, name: uploads.name })),
  );
  return db.select().from(uploads).where(isOpen).orderBy(desc(uploads.createdAt)).limit(listMax);
}

function newestOfEachName(installs: Upload[]): Upload[] {
  const byName = new Map<string, Upload>();
  for (const install of installs) if (!byName.has(install.name)) byName.set(install.name, install);
  return [...byName.values()];
}

/** Gets an installed plugin. Throws not-found if there is none of that name. */
export async function installedByName(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  named: InstalledFilter & { name: string },
): Promise<InstalledPlugin> {
  const [plugin] = (await listInstalled(deps, actor, named)).installed;
  if (!plugin) throw notFound('plugin', named.name);
  return plugin;
}

/** Reads the active version under the name of an install. */
export async function installedVersion(
  { db }: Pick<Deps, 'db'>,
  { ownerId, kind, name }: Pick<Upload, 'ownerId' | 'kind' | 'name'>,
): Promise<PluginVersion | undefined> {
  const active = sql`(select ${plugins.activeVersionId} from ${plugins} where ${and(eq(plugins.ownerId, ownerId), eq(plugins.kind, kind), eq(plugins.name, name))})`;
  const [version] = await db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, active), isNull(pluginVersions.deletedAt)));
  return version;
}
