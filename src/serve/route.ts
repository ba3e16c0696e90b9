// From a version's id or a plugin's name to the deployment that serves it: by the live pointers, remembered by the isolate for at
// most a second (D10).
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, seesNamespace } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { serving } from '../contract/limits.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { StartableVersion } from '../deploy/builder/instances.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { parseVersionKey } from '../registry/versions/versions.ts';
import { visibleVersionId } from '../registry/versions/visible-versions.ts';

export interface Route {
  deploymentId: DeploymentId;
  generation: number;
  type: DeploymentType;
  /** What calls are given beside their own parameters, which win. */
  parameters: Deployment['parameters'];
  version: StartableVersion;
}

/** What is called: one version, or whichever version serves the name. */
export type Callee = { pluginId: string } | { name: string };

export type RouteCache = Map<string, { route: Route; until: number }>;

/** The route of a realtime call; refuses what isn't there and what isn't deployed for realtime. No D1 round trip when remembered. */
export async function findRoute(
  deps: Pick<Deps, 'db' | 'clock'>,
  cache: RouteCache,
  actor: Actor,
  namespaceId: NamespaceId,
  callee: Callee,
  options: { fresh?: boolean } = {},
): Promise<Route> {
  if (!seesNamespace(actor, namespaceId)) throw notFound('namespace', namespaceId);
  const called = 'name' in callee ? `name/${callee.name}` : `version/${callee.pluginId}`;
  const cacheKey = `${actor.organizationId}/${namespaceId}/${called}`;
  const known = cache.get(cacheKey);
  if (known && known.until > deps.clock.now() && !options.fresh) return known.route;
  cache.delete(cacheKey);
  const route = await lookUp(deps, actor, namespaceId, callee);
  if (cache.size >= serving.routeCacheSize) cache.clear();
  cache.set(cacheKey, { route, until: deps.clock.now() + serving.routeCacheMs });
  return route;
}

/** What serves an organization has changed. */
export function forgetRoutes(cache: RouteCache, organizationId: OrganizationId): void {
  for (const key of cache.keys()) if (key.startsWith(`${organizationId}/`)) cache.delete(key);
}

async function lookUp(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  callee: Callee,
): Promise<Route> {
  if ('pluginId' in callee) {
    const { pluginId } = callee;
    const versionId = visibleVersionId(parseVersionKey(namespaceId, pluginId));
    const [namespaces, [version], [deployment]] = await db.batch([
      selectNamespace(db, actor, namespaceId),
      ...selectServing(db, namespaceId, versionId),
    ]);
    requireNamespace(namespaces, namespaceId);
    if (!version) throw notFound('plugin', pluginId);
    return routeTo(version, deployment, pluginId);
  }
  const { name } = callee;
  const versionId = targetOf(namespaceId, pluginIdByName(namespaceId, name));
  const [namespaces, [plugin], [version], [deployment]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectPluginByName(db, namespaceId, name),
    ...selectServing(db, namespaceId, versionId),
  ]);
  requireNamespace(namespaces, namespaceId);
  if (!plugin) throw notFound('plugin', name);
  return routeTo(version, deployment, name);
}

/** Statements for a batch: the version, and the deployment that serves it. */
function selectServing(db: Deps['db'], namespaceId: NamespaceId, versionId: SQL) {
  return [
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    db
      .select()
      .from(deployments)
      .where(eq(deployments.id, targetOf(namespaceId, versionId))),
  ] as const;
}

/** `called` is what the caller named. */
function routeTo(version: StartableVersion | undefined, deployment: Deployment | undefined, called: string): Route {
  if (!version || !deployment) throw notDeployed(called, `Plugin ${called} is not deployed`);
  if (deployment.type === 'batch_only')
    throw notDeployed(called, `Plugin ${called} is deployed for batch only: it has no realtime endpoint`);
  const { id, generation, type, parameters } = deployment;
  return { deploymentId: id, generation, type, parameters, version };
}

/** SQL: what the live pointer of a version or a plugin names. */
function targetOf(namespaceId: NamespaceId, subjectId: SQL): SQL {
  return sql`(select ${livePointers.targetId} from ${livePointers} where ${and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, subjectId))})`;
}

function notDeployed(id: string, message: string): Problem {
  return new Problem('not-deployed', message, { details: { resource: 'plugin', id } });
}
