// Moves an instance to another builder behind its calls: it starts there first, then gets the calls.
import { fleetInstanceId } from '../contract/builder/fleets.ts';
import { startInstance } from '../deploy/builder/instances.ts';
import type { Deps } from '../deps.ts';
import type { Route } from './route-lookup.ts';

/**
 * Does nothing for an instance that stays, such as a storage plugin's, which is where its files are. The old one sleeps, or is stopped by
 * the sweep, once it gets no more calls.
 */
export function moveBehind(deps: Deps, { deploymentId, version }: Route, number = 1): void {
  const move = version.kind === 'storage' ? undefined : deps.builder.moving(fleetInstanceId(deploymentId, number));
  if (!move) return;
  const started = startInstance({ ...deps, builder: move.builder }, deploymentId, version, { number });
  deps.defer(
    started.then(move.moved, (cause: unknown) => {
      move.failed();
      deps.log.warn('instance.not_moved', { deployment: deploymentId, number, cause });
    }),
  );
}
