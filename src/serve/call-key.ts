// Finds the key of a call together with its route, in one round trip to the nearest copy of the database (decision 90). Where the isolate
// remembers both, there is none: both are read again behind the call.
import {
  type CachedKey,
  foundKey,
  type KeyCache,
  keyChangedAt,
  knownKey,
  organizationOf,
  rememberKey,
  selectKeyOf,
  unlessEnded,
} from '../access/key-cache.ts';
import {
  databaseFailed,
  isUsableWithoutDatabase,
  soonOrLater,
  takesRefresh,
  useOf,
  withinWait,
} from '../access/remembered.ts';
import { nearestLimits } from '../contract/limits/serving.ts';
import { sha256Hex } from '../core/digest.ts';
import { Problem } from '../core/problem.ts';
import type { Db, Results } from '../db/client.ts';
import { databaseProblem, databaseUnavailable } from '../db/database-problem.ts';
import { lookUpNearest, lookUpPrimary, type ReadRows, type Seen } from '../db/nearest.ts';
import type { Deps } from '../deps.ts';
import { forgetRoute, knownRoute, type RouteCache, rememberRoute } from './route.ts';
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

/** Like `lookUpKey`. The key of a call may be used for a while if the database does not answer. */
export async function keyOfCall(deps: CallKeyDeps, { secret, callee, beforeLookup }: Caller) {
  const hash = await sha256Hex(secret);
  const now = deps.clock.now();
  const known = knownKey(deps.keys, hash);
  const use = known ? useOf(known, now) : 'read';
  if (use === 'refuse') throw databaseUnavailable();
  if (known && use === 'refresh') deps.defer(refresh(deps, hash, callee, known));
  if (known && use !== 'read') return unlessEnded(known, now);
  await beforeLookup();
  const reading = readBoth(deps, hash, callee);
  try {
    const key = known ? soonOrLater(deps, reading) : withinWait(reading, nearestLimits.databaseWaitColdMs);
    return unlessEnded(await key, now);
  } catch (error) {
    if (known) bothFailed(deps, callee, known);
    const left = knownKey(deps.keys, hash);
    if (!left || !isUsableWithoutDatabase(left, deps.clock.now())) throw databaseProblem(error) ?? error;
    return unlessEnded(left, now);
  }
}

/** Reads key and route of a call from the primary. Until that is done, the calls of this isolate use what they have. */
async function refresh(deps: CallKeyDeps, hash: string, callee: Callee, known: CachedKey): Promise<void> {
  const route = knownRoute(deps.routes, known.actor, callee);
  if (route) takesRefresh(route, deps.clock.now());
  const reading = lookUpPrimary(deps, lookUpBoth(deps, hash, callee)).then((seen) => take(deps, hash, callee, seen));
  try {
    await soonOrLater(deps, reading);
  } catch {
    bothFailed(deps, callee, known);
  }
}

/** They were read together, so that the route is not asked for once more. */
function bothFailed({ clock, routes }: CallKeyDeps, callee: Callee, known: CachedKey): void {
  const now = clock.now();
  const route = knownRoute(routes, known.actor, callee);
  for (const remembered of route ? [known, route] : [known]) databaseFailed(remembered, now);
}

interface Both {
  rows: KeyRows;
  route: Route | undefined;
}

type KeyRows = Results<{ keys: ReturnType<typeof selectKeyOf> }>['keys'];

async function readBoth(deps: CallKeyDeps, hash: string, callee: Callee): Promise<CachedKey | undefined> {
  const seen = await lookUpNearest(deps, lookUpBoth(deps, hash, callee), {
    after: keyChangedAt(deps.keys, hash),
    isFound: ({ rows: [row], route }) => row !== undefined && row.revokedAt === null && route !== undefined,
  });
  return take(deps, hash, callee, seen);
}

/** Looks for the route without the limits of the key, which `findRoute` applies. */
function lookUpBoth(deps: CallKeyDeps, hash: string, callee: Callee): (read: ReadRows) => Promise<Both> {
  const now = deps.clock.now();
  const reader = { organizationId: organizationOf(hash, now), namespaceIds: null };
  return async (read) => {
    const keys = (db: Db) => ({ keys: selectKeyOf(db, hash, now) });
    let rows: KeyRows | undefined;
    const withKey: ReadRows = async (reads, more) => {
      const found = await read(reads, (db) => ({ ...more(db), ...keys(db) }));
      rows = found.keys;
      return found;
    };
    const found = await lookUpRoute({ deps, reader, read: withKey }, callee).catch(unlessProblem);
    // A name that no plugin can have is not looked up.
    rows ??= (await read(() => ({}), keys)).keys;
    return { rows, route: found && 'route' in found ? found.route : undefined };
  };
}

/** Leaves it to `findRoute` to explain why there is no route. */
function unlessProblem(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}

function take(deps: CallKeyDeps, hash: string, callee: Callee, { found, asOf }: Seen<Both>): CachedKey | undefined {
  const [row] = found.rows;
  const key = rememberKey(deps.keys, hash, row && foundKey(row, hash), asOf);
  if (!key) return undefined;
  const { organizationId } = key.actor;
  if (found.route) rememberRoute(deps, organizationId, callee, { found: found.route, asOf });
  else forgetRoute(deps.routes, organizationId, callee);
  return key;
}
