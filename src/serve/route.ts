// From a plugin's id to the deployment that serves it: the live pointer, remembered by the isolate for at most a second (D10).
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, notFound, seesNamespace } from '../access/actor.ts';
import { foundNamespace, selectNamespace } from '../access/namespaces.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import type { Hosted } from '../deploy/instances.ts';
import type { Deps } from '../deps.ts';
import { foundVersion, selectVersion, versionIdOf, versionKeyOf } from '../registry/versions.ts';

export interface Route {
  deploymentId: DeploymentId;
  generation: number;
  type: DeploymentType;
  version: Hosted;
}

export type RouteCache = Map<string, { route: Route; until: number }>;

const rememberedMs = 1_000;
const cacheSizeMax = 10_000;

/** The route of a realtime call; refuses what isn't there and what isn't deployed for realtime. No D1 round trip when remembered. */
export async function findRoute(
  deps: Pick<Deps, 'db' | 'clock'>,
  cache: RouteCache,
  actor: Actor,
  namespaceId: NamespaceId,
  pluginId: string,
  options: { fresh?: boolean } = {},
): Promise<Route> {
  if (!seesNamespace(actor, namespaceId)) throw notFound('namespace', namespaceId);
  const cacheKey = `${actor.organizationId}/${namespaceId}/${pluginId}`;
  const known = cache.get(cacheKey);
  if (known && known.until > deps.clock.now() && !options.fresh) return known.route;
  cache.delete(cacheKey);
  const route = await lookUp(deps, actor, namespaceId, pluginId);
  if (cache.size >= cacheSizeMax) cache.clear();
  cache.set(cacheKey, { route, until: deps.clock.now() + rememberedMs });
  return route;
}

async function lookUp(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  pluginId: string,
): Promise<Route> {
  const key = versionKeyOf(namespaceId, pluginId);
  const target = sql`(select ${livePointers.targetId} from ${livePointers} where ${and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, versionIdOf(key)))})`;
  const [namespaces, versions, [deployment]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectVersion(db, key),
    db.select().from(deployments).where(eq(deployments.id, target)),
  ]);
  foundNamespace(namespaces, namespaceId);
  const version = foundVersion(versions, pluginId);
  if (!deployment) throw notDeployed(pluginId, `Plugin ${pluginId} is not deployed`);
  if (deployment.type === 'batch_only')
    throw notDeployed(pluginId, `Plugin ${pluginId} is deployed for batch only: it has no realtime endpoint`);
  return { deploymentId: deployment.id, generation: deployment.generation, type: deployment.type, version };
}

function notDeployed(pluginId: string, message: string): Problem {
  return new Problem('not-deployed', message, { details: { resource: 'plugin', id: pluginId } });
}
