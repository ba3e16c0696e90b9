// Moves instances between builders. Each starts at the other builder before it gets calls there. Its first builder then ends its calls
// and stops it.
import type { Move } from '../../contract/builder/builder.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps, StartableVersion } from '../../deps.ts';

/** One of a deployment's instances, and how it moves. */
interface Moving {
  id: DeploymentId;
  number: number;
  move: Move;
}

/** Moves the instance in the background. If it doesn't start there, it stays, and another attempt follows. */
export function moveBehind(deps: Deps, { id, move, number }: Moving, version: StartableVersion): void {
  const started = deps.startInstance({ ...deps, builder: move.builder }, id, version, { number });
  const failed = (cause: unknown) => {
    move.failed();
    deps.log.warn('instance.not_moved', { deployment: id, number, cause });
  };
  deps.defer(started.then(move.moved, failed));
}
