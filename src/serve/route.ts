// Finds the live deployment for a version's slug or a plugin's name, in the isolate's cache or the database (D10).
import { type Actor, canSeeNamespace } from '../access/actor.ts';
import { serving } from '../contract/limits/serving.ts';
import type { OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { databaseProblem } from '../db/database-problem.ts';
import { lookUpNearest, lookUpPrimary, type Seen } from '../db/nearest.ts';
import { type CacheEntry, lookUpCached, StaleCache } from '../db/stale-cache.ts';
import type { Deps } from '../deps.ts';
import { type Callee, type Found, lookUpRoute, type Route } from './route-lookup.ts';

/** Cached routes by organization and callee. Traffic within an organization moves all at once. */
export type RouteCache = StaleCache<Route>;

export function newRouteCache(): RouteCache {
  return new StaleCache({ sizeMax: serving.routeCacheSize, scopeOf: (key) => key.slice(0, key.indexOf('/')) });
}

type RouteDeps = Pick<Deps, 'db' | 'nearest' | 'clock' | 'defer' | 'placed'> & { routes: RouteCache };

/**
 * Finds the route. Throws not-found, or not-deployed if nothing answers realtime calls. Makes no D1 round trip while the cached route
 * is usable.
 */
export function findRoute(deps: RouteDeps, actor: Actor, callee: Callee): Promise<Route> {
  return lookUpCached(deps, {
    cached: () => cachedRoute(deps.routes, actor, callee),
    read: () =>
      settle(
        deps,
        actor,
        callee,
        lookUpNearest(deps, (read) => lookUpRoute({ deps, reader: actor, read }, callee), {
          after: deps.routes.changedAt(routeKey(actor.organizationId, callee)),
          isFound: (found) => 'route' in found,
        }),
      ),
    readPrimary: () => findFreshRoute(deps, actor, callee),
  });
}

/** Finds the route in the primary, ignoring the cache. Used before starting anything, because a cached route may be outdated. */
export function findFreshRoute(deps: RouteDeps, actor: Actor, callee: Callee): Promise<Route> {
  const seen = lookUpPrimary(deps, (read) => lookUpRoute({ deps, reader: actor, read }, callee));
  return settle(deps, actor, callee, seen);
}

/** Caches the route that was found, or throws why there is none. */
async function settle(deps: RouteDeps, actor: Actor, callee: Callee, seen: Promise<Seen<Found>>): Promise<Route> {
  try {
    const { found, asOf } = await seen;
    if ('route' in found) return cacheRoute(deps, actor.organizationId, callee, { found: found.route, asOf });
    forgetRoute(deps.routes, actor.organizationId, callee);
    throw await found.explain();
  } catch (error) {
    const problem = databaseProblem(error);
    if (problem) throw problem;
    if (error instanceof Problem && cachedRoute(deps.routes, actor, callee))
      forgetRoute(deps.routes, actor.organizationId, callee);
    throw error;
  }
}

export function cacheRoute(
  { placed, routes }: Pick<RouteDeps, 'placed' | 'routes'>,
  organizationId: OrganizationId,
  callee: Callee,
  { found: route, asOf }: Seen<Route>,
): Route {
  placed(route.deploymentId, route);
  return routes.set(routeKey(organizationId, callee), route, asOf).value;
}

/** Returns the cached route if the actor may see its namespace. */
export function cachedRoute(routes: RouteCache, actor: Actor, callee: Callee): CacheEntry<Route> | undefined {
  const entry = routes.get(routeKey(actor.organizationId, callee));
  return entry && canSeeNamespace(actor, entry.value.namespaceId) ? entry : undefined;
}

export function forgetRoute(routes: RouteCache, organizationId: OrganizationId, callee: Callee): void {
  routes.delete(routeKey(organizationId, callee));
}

function routeKey(organizationId: OrganizationId, callee: Callee): string {
  switch (callee.by) {
    case 'version':
      return `${organizationId}/${callee.namespaceId}/version/${callee.pluginId}`;
    case 'name':
      return `${organizationId}/${callee.namespaceId}/name/${callee.name}`;
    case 'kind':
      return `${organizationId}/${callee.kind}/${callee.name}`;
  }
}
