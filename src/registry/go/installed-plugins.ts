// Lists installed Go plugins: each name's active version, its installation time and its live deployment.
import { and, asc, desc, eq, inArray, isNotNull, isNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '../../access/actor.ts';
import type { InstallError } from '../../contract/builder/go-plugins.ts';
import { type GitSource, shortRef } from '../../contract/builder/sources.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { DeploymentState } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, VersionId } from '../../core/ids.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { deployments, isUnfinished, livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { buildingProblem } from '../building.ts';
import type { Upload } from '../uploads/uploads.ts';
import { type AdvisoryCounts, advisoryCounts } from '../versions/known-advisories.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { absentPlugin } from './absent-plugin.ts';
import { homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from './home-namespace.ts';

export interface InstalledPlugin {
  version: PluginVersion;
  installedAt: number;
  updatedAt: number;
  advisories: AdvisoryCounts;
  /** The live deployment, possibly of the previous version; null if there is none. */
  serving: { deploymentId: DeploymentId; since: number | null } | null;
  /** `building`: this version, or a requested update, isn't live yet (D64). */
  status: 'active' | 'building' | 'error';
  /** Why its deployment or last update failed. */
  problem: InstallError | null;
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

/** Lists installed plugins by name, plus pending or failed installs of other names. One D1 round trip. */
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
  const installs = new Map(found.installs.map((install) => [install.name, install]));
  const installed = found.facts.flatMap(({ versionId, deploymentId, since, ...rest }) => {
    const version = versionId === null ? undefined : byId.get(versionId);
    if (!version) return [];
    const update = installs.get(version.name);
    installs.delete(version.name);
    const { advisories, installedAt, updatedAt } = rest;
    const serving = deploymentId === null ? null : { deploymentId, since };
    return [{ version, installedAt, updatedAt, advisories, serving, ...stateOf(rest, update) }];
  });
  return { installed, installs: [...installs.values()] };
}

interface VersionFacts {
  /** True if calls go to the active version. */
  isServed: boolean;
  /** State of the version's newest deployment; null if the version is published and about to be deployed. */
  status: DeploymentState | null;
  isInProgress: boolean;
  error: string | null;
}

/** Returns a plugin's status and problem. `update` is the name's newest install if it is in progress or was rejected. */
function stateOf(
  { isServed, status, isInProgress, error }: VersionFacts,
  update: Upload | undefined,
): Pick<InstalledPlugin, 'status' | 'problem'> {
  if (update?.status === 'confirming') return { status: 'building', problem: null };
  if (status === 'failed') {
    const message = error ?? 'The plugin could not be started';
    return { status: 'error', problem: { code: 'start-failed', message } };
  }
  if (!isServed) {
    if (status === null || isInProgress) return { status: 'building', problem: null };
    const message = `The plugin has no live version: its newest deployment is ${status}. Install it again, or roll it back.`;
    return { status: 'error', problem: { code: 'not-deployed', message } };
  }
  const refusal = update?.refusal;
  return { status: 'active', problem: refusal ? failedUpdate(update, refusal) : null };
}

function failedUpdate({ source }: Upload, { code, message }: InstallError): InstallError {
  return { code, message: `The update to ${shortRef(source?.ref ?? '')} failed: ${message}` };
}

/** Selects each plugin's facts that aren't in its active version's row. */
function selectFacts(db: Deps['db'], ownerId: SQL<NamespaceId>, filter: InstalledFilter) {
  const { id: pluginId } = plugins;
  const named = alias(livePointers, 'named');
  const nameTarget = sql`(select ${named.targetId} from ${livePointers} ${named} where ${named.namespaceId} = ${ownerId} and ${named.subjectId} = ${pluginId})`;
  const isServed = sql<boolean>`${nameTarget} is ${plugins.activeVersionId}`;
  const serving = sql<DeploymentId | null>`(select ${livePointers.targetId} from ${livePointers} where ${livePointers.namespaceId} = ${ownerId} and ${livePointers.subjectId} = ${nameTarget})`;
  const first = sql<number>`(select min(${pluginVersions.createdAt}) from ${pluginVersions} where ${pluginVersions.pluginId} = ${pluginId} and ${pluginVersions.deletedAt} is null)`;
  const since = sql<
    number | null
  >`(select ${deployments.promotedAt} from ${deployments} where ${deployments.id} = ${serving})`;
  const newest = <Value>(column: SQLWrapper) =>
    qualified(sql<Value>`(select ${column} from ${deployments}
      where ${deployments.namespaceId} = ${ownerId} and ${deployments.versionId} = ${plugins.activeVersionId} order by ${deployments.ticket} desc limit 1)`);
  return db
    .select({
      versionId: plugins.activeVersionId,
      updatedAt: plugins.updatedAt,
      installedAt: qualified(first).as('installed_at'),
      advisories: advisoryCounts(sql`${plugins.activeVersionId}`).as('known_advisories'),
      deploymentId: qualified(serving).as('serving_id'),
      isServed: qualified(isServed).mapWith(Boolean).as('is_served'),
      since: qualified(since).as('serving_since'),
      status: newest<DeploymentState | null>(deployments.status).as('newest_status'),
      isInProgress: newest<boolean>(isUnfinished()).mapWith(Boolean).as('newest_unfinished'),
      error: newest<string | null>(deployments.error).as('newest_error'),
    })
    .from(plugins)
    .where(and(matchesInstalled(ownerId, filter), isNotNull(plugins.activeVersionId)))
    .orderBy(asc(plugins.name))
    .limit(listMax);
}

/** Selects each name's newest install, if it is in progress or was rejected. */
function selectInstalls(db: Deps['db'], ownerId: SQL<NamespaceId>, { kind, name }: InstalledFilter) {
  const newer = alias(uploads, 'newer');
  const isNewest = sql`not exists (select 1 from ${uploads} ${newer} where ${newer.ownerId} = ${uploads.ownerId} and ${newer.kind} = ${uploads.kind} and ${newer.name} = ${uploads.name} and ${newer.id} > ${uploads.id})`;
  const isOpen = and(
    sql`${uploads.ownerId} = ${ownerId}`,
    eq(uploads.kind, kind),
    name === undefined ? undefined : eq(uploads.name, name),
    inArray(uploads.status, ['confirming', 'rejected']),
    isNewest,
  );
  return db.select().from(uploads).where(isOpen).orderBy(desc(uploads.createdAt)).limit(listMax);
}

/** Returns an installed plugin. Throws plugin-building, not-deployed or not-found if no installed plugin has that name. */
export async function installedByName(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  named: InstalledFilter & { name: string },
): Promise<InstalledPlugin> {
  const [plugin] = (await listInstalled(deps, actor, named)).installed;
  if (!plugin) throw await absentPlugin(deps, { ...named, ownerId: homeNamespaceId(actor) });
  return plugin;
}

/**
 * Returns the source that an update of the name starts from: the installed version's source, or else that of its pending or failed
 * install. Throws not-found for an unknown name, and plugin-building while the name may still change.
 */
export async function latestRequested(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  named: InstalledFilter & { name: string },
): Promise<{ source: GitSource; description: string | null }> {
  const { installed, installs } = await listInstalled(deps, actor, named);
  const [latest] = [...installed.map(({ version }) => version), ...installs];
  if (!latest?.source) throw await absentPlugin(deps, { ...named, ownerId: homeNamespaceId(actor) });
  const { description, source } = latest;
  if (installed.length === 0 && !source.named && source.commit === null)
    throw buildingProblem(named.name, 'is still being fetched, which decides its name');
  return { source, description };
}

/** Reads the active version of an install's plugin. */
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
