// Makes the pool of a Worker that calls several builders.
import { type Pool, PoolView } from '../../src/builders/pool/members.ts';
import type { Deps } from '../../src/deps.ts';
import { placementLookup } from '../../src/instances/placement.ts';

/** Returns the pool of an isolate that knows nothing yet. */
export function newPool(
  { clock, db, defer, directory }: Pick<Deps, 'clock' | 'db' | 'defer' | 'directory'>,
  urls: readonly string[],
  token: string,
): Pool {
  const placements = new Map();
  return {
    view: new PoolView(),
    urls,
    token,
    db,
    directory,
    clock,
    defer,
    trace: null,
    placementOf: placementLookup({ clock, db }, placements),
    sendOut: (url, init) => fetch(url, init),
    forgetPlacement: (id) => placements.delete(id),
  };
}
