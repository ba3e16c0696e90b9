// Finds a call's key and route in one round trip to the nearest copy of the database (decision 90). If both are in the isolate's
// caches, the call needs no round trip; both are then refreshed after it.
import {
  type CachedKey,
  cacheKey,
  foundKey,
  type KeyCache,
  organizationBySecret,
  selectKeyBySecret,
  withoutEnded,
} from '../access/key-cache.ts';
import { sha256Hex } from '../core/digest.ts';
import { Problem } from '../core/problem.ts';
import type { Db, Results } from '../db/client.ts';
import { lookUpNearest, lookUpPrimary, type ReadRows, type Seen } from '../db/nearest.ts';
import { lookUpCached } from '../db/stale-cache.ts';
import type { Deps } from '../deps.ts';
import { cachedRoute, cacheRoute, forgetRoute, type RouteCache } from './route.ts';
import { type Callee, lookUpRoute, type Route } from './route-lookup.ts';

export interface CallKeyDeps extends Pick<Deps, 'db' | 'nearest' | 'clock' | 'defer' | 'placed'> {
  keys: KeyCache;
  routes: RouteCache;
}

interface Caller {
  secret: string;
  callee: Callee;
  beforeLookup: () => Promise<void>;
}

/** Like `lookUpKey`, except that a call may use a cached key for a while if the database does not respond. */
export async function lookUpCallKey(
  deps: CallKeyDeps,
  { secret, callee, beforeLookup }: Caller,
): Promise<CachedKey | undefined> {
  const hash = await sha256Hex(secret);
  const key = await lookUpCached(deps, {
    cached: () => deps.keys.get(hash),
    readWithIt: () => {
      const entry = deps.keys.get(hash);
      return entry && cachedRoute(deps.routes, entry.value.actor, callee);
    },
    read: async () => {
      await beforeLookup();
      return readBoth(deps, hash, callee);
    },
    readPrimary: async () => {
      const seen = await lookUpPrimary(deps, lookUpBoth(deps, hash, callee));
      return cacheBoth(deps, hash, callee, seen);
    },
  });
  return withoutEnded(key, deps.clock.now());
}

interface Both {
  rows: KeyRows;
  route: Route | undefined;
}

type KeyRows = Results<{ keys: ReturnType<typeof selectKeyBySecret> }>['keys'];

async function readBoth(deps: CallKeyDeps, hash: string, callee: Callee): Promise<CachedKey | undefined> {
  const seen = await lookUpNearest(deps, lookUpBoth(deps, hash, callee), {
    after: deps.keys.changedAt(hash),
    isFound: ({ rows: [row], route }) => row !== undefined && row.revokedAt === null && route !== undefined,
  });
  return cacheBoth(deps, hash, callee, seen);
}

/** Looks up the key and the route. The route ignores the key's restrictions, which `findRoute` applies. */
function lookUpBoth(deps: CallKeyDeps, hash: string, callee: Callee): (read: ReadRows) => Promise<Both> {
  const now = deps.clock.now();
  const reader = { organizationId: organizationBySecret(hash, now), namespaceIds: null };
  return async (read) => {
    const keys = (db: Db) => ({ keys: selectKeyBySecret(db, hash, now) });
    let rows: KeyRows | undefined;
    const withKey: ReadRows = async (reads, more) => {
      const found = await read(reads, (db) => ({ ...more(db), ...keys(db) }));
      rows = found.keys;
      return found;
    };
    const found = await lookUpRoute({ deps, reader, read: withKey }, callee).catch(unlessProblem);
    // Skips the route lookup if no plugin can have the name.
    rows ??= (await read(() => ({}), keys)).keys;
    return { rows, route: found && 'route' in found ? found.route : undefined };
  };
}

/** Returns undefined for a Problem, so that `findRoute` explains why there is no route. */
function unlessProblem(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}

function cacheBoth(
  deps: CallKeyDeps,
  hash: string,
  callee: Callee,
  { found, asOf }: Seen<Both>,
): CachedKey | undefined {
  const [row] = found.rows;
  const key = cacheKey(deps.keys, hash, row && foundKey(row, hash), asOf);
  if (!key) return undefined;
  const { organizationId } = key.actor;
  if (found.route) cacheRoute(deps, organizationId, callee, { found: found.route, asOf });
  else forgetRoute(deps.routes, organizationId, callee);
  return key;
}
