// Resolves a version's slug or a plugin's name to the deployment that serves it, by the live pointers. An isolate caches a route for at
// most a second (D10).
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, seesNamespace } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import type { StandbyMark } from '../contract/builder/serving.ts';
import { serving } from '../contract/limits/serving.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { StartableVersion } from '../deploy/builder/instances.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import { requirePublished, selectPendingUpload } from '../registry/uploads/pending-uploads.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { parseVersionKey } from '../registry/versions/versions.ts';
import { visibleVersionId } from '../registry/versions/visible-versions.ts';
import { notServing } from './not-serving.ts';

export interface Route {
  namespaceId: NamespaceId;
  deploymentId: DeploymentId;
  generation: number;
  type: DeploymentType;
  /** Parameters of the deployment; a call's own override them. */
  parameters: Deployment['parameters'];
  version: StartableVersion;
  /** Whether another version serves the plugin's name. Null for a kind whose name is served by one version only. */
  mark: StandbyMark | null;
}

interface VersionCallee {
  by: 'version';
  namespaceId: NamespaceId;
  /** The version's slug. */
  pluginId: string;
}

/** The version that serves the name. */
interface NameCallee {
  by: 'name';
  namespaceId: NamespaceId;
  name: string;
}

/** A plugin in the organization's default namespace (D20). */
export interface GoCallee {
  by: 'kind';
  kind: GoKind;
  name: string;
}

export type ExtractorCallee = VersionCallee | NameCallee;
export type Callee = ExtractorCallee | GoCallee;

export type RouteCache = Map<string, { route: Route; until: number }>;

type RouteDeps = Pick<Deps, 'db' | 'clock'> & { routes: RouteCache };

/** Throws not-found, or not-deployed where nothing answers realtime calls. No D1 round trip while the route is cached. */
export async function findRoute(
  deps: RouteDeps,
  actor: Actor,
  callee: Callee,
  options: { fresh?: boolean } = {},
): Promise<Route> {
  const { routes, clock } = deps;
  const key = `${actor.organizationId}/${keyOf(callee)}`;
  const cached = routes.get(key);
  if (cached && cached.until > clock.now() && !options.fresh && seesNamespace(actor, cached.route.namespaceId))
    return cached.route;
  const route = await lookUp(deps, actor, callee);
  if (routes.size >= serving.routeCacheSize) routes.clear();
  routes.set(key, { route, until: clock.now() + serving.routeCacheMs });
  return route;
}

function keyOf(callee: Callee): string {
  switch (callee.by) {
    case 'version':
      return `${callee.namespaceId}/version/${callee.pluginId}`;
    case 'name':
      return `${callee.namespaceId}/name/${callee.name}`;
    case 'kind':
      return `${callee.kind}/${callee.name}`;
  }
}

/** Drops an organization's cached routes, because its traffic has moved. */
export function forgetRoutes(cache: RouteCache, organizationId: OrganizationId): void {
  for (const key of cache.keys()) if (key.startsWith(`${organizationId}/`)) cache.delete(key);
}

function lookUp(deps: Pick<Deps, 'db'>, actor: Actor, callee: Callee): Promise<Route> {
  switch (callee.by) {
    case 'version':
      return lookUpVersion(deps, actor, callee);
    case 'name':
      return lookUpName(deps, actor, callee);
    case 'kind':
      return lookUpGoPlugin(deps, actor, callee);
  }
}

/** Finds the deployment of a version, also if it is for batches only. Throws not-found or not-deployed. */
export async function findDeployed(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  callee: Omit<VersionCallee, 'by'>,
): Promise<Omit<Route, 'mark'>> {
  const { namespaceId, pluginId } = callee;
  const { deployment, version } = await selectVersion(deps, actor, callee);
  if (!deployment)
    throw await notServing(deps, { namespaceId, subject: { versionId: version.id }, ...notDeployed(pluginId) });
  return routeBy(namespaceId, version, deployment);
}

async function lookUpVersion(deps: Pick<Deps, 'db'>, actor: Actor, callee: VersionCallee): Promise<Route> {
  const { mark, ...found } = await selectVersion(deps, actor, callee);
  const subject = { versionId: found.version.id };
  return { ...(await routeTo(deps, { namespaceId: callee.namespaceId, subject, name: callee.pluginId }, found)), mark };
}

async function selectVersion(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { namespaceId, pluginId }: Omit<VersionCallee, 'by'>,
) {
  const key = parseVersionKey(namespaceId, pluginId);
  const versionId = visibleVersionId(key);
  const {
    namespaces,
    versions,
    serving: [deployment],
    names: [name],
    uploads,
  } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    uploads: selectPendingUpload(db, actor, key),
    ...selectServing(db, sql`${namespaceId}`, versionId),
    names: selectName(
      db,
      namespaceId,
      sql`(select ${pluginVersions.pluginId} from ${pluginVersions} where ${pluginVersions.id} = ${versionId})`,
    ),
  });
  requireNamespace(namespaces, namespaceId);
  const version = requirePublished(versions, uploads, pluginId);
  const mark = name ? { standby: name.targetId !== version.id, ticket: name.ticket } : null;
  return { version, deployment, mark };
}

/** Reads for a batch: what serves a plugin's name, and the ticket that moved it there. */
function selectName(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL) {
  return db
    .select({ targetId: livePointers.targetId, ticket: livePointers.ticket })
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, pluginId)));
}

async function lookUpName(deps: Pick<Deps, 'db'>, actor: Actor, { namespaceId, name }: NameCallee): Promise<Route> {
  const { db } = deps;
  const inNamespace = sql<NamespaceId>`${namespaceId}`;
  const pluginId = pluginIdByName(namespaceId, name);
  const versionId = targetOf(inNamespace, pluginId);
  const {
    namespaces,
    named: [plugin],
    names: [pointer],
    versions: [version],
    serving: [deployment],
  } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    named: selectPluginByName(db, namespaceId, name),
    names: selectName(db, namespaceId, pluginId),
    ...selectServing(db, inNamespace, versionId),
  });
  requireNamespace(namespaces, namespaceId);
  if (!plugin) throw notFound('plugin', name);
  const mark = pointer ? { standby: false, ticket: pointer.ticket } : null;
  const subject = { pluginId: plugin.id };
  return { ...(await routeTo(deps, { namespaceId, subject, name }, { version, deployment })), mark };
}

async function lookUpGoPlugin(deps: Pick<Deps, 'db'>, actor: Actor, { kind, name }: GoCallee): Promise<Route> {
  const { db } = deps;
  const namespaceId = homeNamespaceId(actor);
  const installed = and(
    eq(sql`${plugins.ownerId}`, namespaceId),
    eq(plugins.kind, kind),
    eq(plugins.name, name),
    isNotNull(plugins.activeVersionId),
  );
  const pluginId = sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${installed})`;
  const {
    home,
    named: [plugin],
    versions: [version],
    serving: [deployment],
  } = await readTogether(db, {
    home: selectHomeNamespace(db, actor),
    named: db.select({ id: plugins.id }).from(plugins).where(installed),
    ...selectServing(db, namespaceId, targetOf(namespaceId, pluginId)),
  });
  const homeId = requireHomeNamespace(home, actor);
  if (!plugin) throw await absentPlugin(deps, { ownerId: homeId, kind, name });
  const target = { namespaceId: homeId, subject: { pluginId: plugin.id }, name, deploysItself: true };
  return routeTo(deps, target, { version, deployment });
}

/** Reads for a batch: the version, and the deployment that serves it. */
function selectServing(db: Deps['db'], namespaceId: SQL<NamespaceId>, versionId: SQL) {
  return {
    versions: db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    serving: db
      .select()
      .from(deployments)
      .where(eq(deployments.id, targetOf(namespaceId, versionId))),
  };
}

type Target = Omit<Parameters<typeof notServing>[1], 'message'>;

async function routeTo(
  deps: Pick<Deps, 'db'>,
  target: Target,
  { version, deployment }: { version: StartableVersion | undefined; deployment: Deployment | undefined },
): Promise<Route> {
  const { namespaceId, name } = target;
  if (!version || !deployment) throw await notServing(deps, { ...target, ...notDeployed(name) });
  if (deployment.type === 'batch_only')
    throw await notServing(deps, {
      ...target,
      message: `Plugin ${name} is deployed for batch only and has no realtime endpoint`,
    });
  return { ...routeBy(namespaceId, version, deployment), mark: null };
}

function routeBy(
  namespaceId: NamespaceId,
  version: StartableVersion,
  { generation, id, parameters, type }: Deployment,
): Omit<Route, 'mark'> {
  return { namespaceId, deploymentId: id, generation, type, parameters, version };
}

/** SQL: what the live pointer of a version or a plugin names. */
function targetOf(namespaceId: SQL<NamespaceId>, subjectId: SQL): SQL {
  const pointer = and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, subjectId));
  return sql`(select ${livePointers.targetId} from ${livePointers} where ${pointer})`;
}

function notDeployed(name: string): { name: string; message: string } {
  return { name, message: `Plugin ${name} is not deployed` };
}
