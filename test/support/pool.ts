// Makes the pool of a Worker that calls several builders.
import { placementLookup } from '../../src/deploy/builder/placement.ts';
import { type Pool, PoolView } from '../../src/deploy/builders/members.ts';
import type { Deps } from '../../src/deps.ts';

/** Returns the pool of an isolate that knows nothing yet. */
export function newPool(
  { clock, db, defer }: Pick<Deps, 'clock' | 'db' | 'defer'>,
  urls: readonly string[],
  token: string,
): Pool {
  const placements = new Map();
  return {
    view: new PoolView(),
    urls,
    token,
    db,
    clock,
    defer,
    trace: null,
    placementOf: placementLookup({ clock, db }, placements),
    sendOut: (url, init) => fetch(url, init),
    forgetPlacement: (id) => placements.delete(id),
  };
}
