// From a plugin's id to the deployment that serves it: the live pointer, remembered by the isolate for at most a second (D10).
import { and, eq, isNull } from 'drizzle-orm';
import { type Actor, notFound, seesNamespace } from '../access/actor.ts';
import { selectNamespace } from '../access/namespaces.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { deployments, livePointers, pluginVersions } from '../db/schema.ts';
import type { Hosted } from '../deploy/instances.ts';
import type { Deps } from '../deps.ts';
import { versionKeyOf, versionNumbered } from '../registry/versions.ts';

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
  const [[namespace], [row]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db
      .select({ version: pluginVersions, deployment: deployments })
      .from(pluginVersions)
      .leftJoin(
        livePointers,
        and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, pluginVersions.id)),
      )
      .leftJoin(deployments, eq(deployments.id, livePointers.targetId))
      .where(and(versionNumbered(key), isNull(pluginVersions.deletedAt))),
  ]);
  if (!namespace) throw notFound('namespace', namespaceId);
  if (!row) throw notFound('plugin', pluginId);
  const { version, deployment } = row;
  if (!deployment) throw notDeployed(pluginId, `Plugin ${pluginId} is not deployed`);
  if (deployment.type === 'batch_only')
    throw notDeployed(pluginId, `Plugin ${pluginId} is deployed for batch only: it has no realtime endpoint`);
  return { deploymentId: deployment.id, generation: deployment.generation, type: deployment.type, version };
}

function notDeployed(pluginId: string, message: string): Problem {
  return new Problem('not-deployed', message, { details: { resource: 'plugin', id: pluginId } });
}
