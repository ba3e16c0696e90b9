// Finds the deployment that serves a version's slug or a plugin's name. An isolate uses a route for up to 10 s after the state that it
// shows, and reads it again behind a call; if the database does not answer, for up to 60 s (D10).
import { type Actor, seesNamespace } from '../access/actor.ts';
import {
  databaseFailed,
  isUsableWithoutDatabase,
  type Remembered,
  remember,
  soonOrLater,
  useOf,
  withinWait,
} from '../access/remembered.ts';
import { nearestLimits, serving } from '../contract/limits/serving.ts';
import type { OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { databaseProblem, databaseUnavailable } from '../db/database-problem.ts';
import { lookUpNearest, lookUpPrimary, type Seen } from '../db/nearest.ts';
import type { Deps } from '../deps.ts';
import { type Callee, type Found, lookUpRoute, type Route } from './route-lookup.ts';

interface RememberedRoute extends Remembered {
  route: Route;
}

/** Routes by their organization and callee, and by organization the time before which no copy of the database is believed. */
export type RouteCache = Map<string, RememberedRoute | { changedAt: number }>;

type RouteDeps = Pick<Deps, 'db' | 'nearest' | 'clock' | 'defer' | 'placed'> & { routes: RouteCache };

/** Throws not-found, or not-deployed where nothing answers realtime calls. No D1 round trip while the route can be used. */
export async function findRoute(deps: RouteDeps, actor: Actor, callee: Callee): Promise<Route> {
  const { routes, clock } = deps;
  const known = knownRoute(routes, actor, callee);
  if (!known) {
    const seen = await withinWait(lookUp(deps, actor, callee), nearestLimits.databaseWaitColdMs).catch(refuse);
    return (await routeOf(deps, actor, callee, seen)).route;
  }
  switch (useOf(known, clock.now())) {
    case 'refresh':
      deps.defer(refresh(deps, actor, callee, known));
      return known.route;
    case 'use':
      return known.route;
    case 'read':
      return findAgain(deps, actor, callee, known);
    case 'refuse':
      throw databaseUnavailable();
  }
}

/** Finds it in the primary, whatever is remembered: before anything is started, because a remembered route may have been taken back. */
export async function findFreshRoute(deps: RouteDeps, actor: Actor, callee: Callee): Promise<Route> {
  const seen = await lookUpPrimary(deps, (read) => lookUpRoute({ deps, reader: actor, read }, callee)).catch(refuse);
  return (await routeOf(deps, actor, callee, seen)).route;
}

/** Without an answer of the database, what is remembered serves for a while longer. */
async function findAgain(deps: RouteDeps, actor: Actor, callee: Callee, known: RememberedRoute): Promise<Route> {
  const found = lookUp(deps, actor, callee).then((seen) => routeOf(deps, actor, callee, seen));
  try {
    return (await soonOrLater(deps, found)).route;
  } catch (error) {
    const now = deps.clock.now();
    if (error instanceof Problem && error.code !== 'database-unavailable') {
      forgetRoute(deps.routes, actor.organizationId, callee);
      throw error;
    }
    databaseFailed(known, now);
    // It may have been forgotten meanwhile, because the database says that it is gone.
    const left = knownRoute(deps.routes, actor, callee);
    if (!left || !isUsableWithoutDatabase(left, now)) throw databaseProblem(error) ?? error;
    return left.route;
  }
}

/** Fails silently: the next call tries again, and the route can still be used until its time is over. */
async function refresh(deps: RouteDeps, actor: Actor, callee: Callee, known: RememberedRoute): Promise<void> {
  try {
    await soonOrLater(deps, findFreshRoute(deps, actor, callee));
  } catch (error) {
    if (error instanceof Problem && error.code !== 'database-unavailable')
      forgetRoute(deps.routes, actor.organizationId, callee);
    else databaseFailed(known, deps.clock.now());
  }
}

function lookUp(deps: RouteDeps, actor: Actor, callee: Callee): Promise<Seen<Found>> {
  return lookUpNearest(deps, (read) => lookUpRoute({ deps, reader: actor, read }, callee), {
    after: changedAt(deps.routes, actor.organizationId),
    isFound: (found) => 'route' in found,
  }).catch(refuse);
}

function refuse(error: unknown): never {
  throw databaseProblem(error) ?? error;
}

async function routeOf(
  deps: RouteDeps,
  { organizationId }: Pick<Actor, 'organizationId'>,
  callee: Callee,
  { found, asOf }: Seen<Found>,
): Promise<RememberedRoute> {
  if ('route' in found) return rememberRoute(deps, organizationId, callee, { found: found.route, asOf });
  forgetRoute(deps.routes, organizationId, callee);
  throw await found.explain();
}

/** A route never replaces one that shows a later state. */
export function rememberRoute(
  { placed, routes }: Pick<RouteDeps, 'placed' | 'routes'>,
  organizationId: OrganizationId,
  callee: Callee,
  { found: route, asOf }: Seen<Route>,
): RememberedRoute {
  placed(route.deploymentId, route);
  const key = keyOf(organizationId, callee);
  const remembered = { ...remember(asOf), route };
  const known = routes.get(key);
  const isOlder = (known && 'route' in known && known.asOf > asOf) || asOf < changedAt(routes, organizationId);
  if (isOlder) return remembered;
  if (routes.size >= serving.routeCacheSize) routes.clear();
  routes.set(key, remembered);
  return remembered;
}

export function knownRoute(routes: RouteCache, actor: Actor, callee: Callee): RememberedRoute | undefined {
  const known = routes.get(keyOf(actor.organizationId, callee));
  return known && 'route' in known && seesNamespace(actor, known.route.namespaceId) ? known : undefined;
}

export function forgetRoute(routes: RouteCache, organizationId: OrganizationId, callee: Callee): void {
  routes.delete(keyOf(organizationId, callee));
}

function keyOf(organizationId: OrganizationId, callee: Callee): string {
  switch (callee.by) {
    case 'version':
      return `${organizationId}/${callee.namespaceId}/version/${callee.pluginId}`;
    case 'name':
      return `${organizationId}/${callee.namespaceId}/name/${callee.name}`;
    case 'kind':
      return `${organizationId}/${callee.kind}/${callee.name}`;
  }
}

/** Drops an organization's routes, because its traffic has moved: those that are remembered, and what older copies of the database say. */
export function forgetRoutes(cache: RouteCache, organizationId: OrganizationId, now: number): void {
  for (const key of cache.keys()) if (key.startsWith(`${organizationId}/`)) cache.delete(key);
  cache.set(`${organizationId}/`, { changedAt: now });
}

/** When this isolate last moved traffic of the organization. */
export function changedAt(cache: RouteCache, organizationId: OrganizationId): number {
  const change = cache.get(`${organizationId}/`);
  return change && 'changedAt' in change ? change.changedAt : 0;
}
