// Follows a deployment until it finishes or the stream's time is up. What is new to each follower is found in memory.
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type Following, follow } from '../../following/follow.ts';
import type { Stream } from '../../following/streams.ts';
import { type ChangeSet, changesSince, type DeploymentLook, lookAgain, type Position } from './changes.ts';

/** Yields the changes since the position, also when there are none. The update marked `last` is the final one. */
export async function* followDeployment(
  deps: Pick<Deps, 'db' | 'clock'> & { following: Following<DeploymentLook> },
  stream: Stream,
  { first, id, seen }: { id: DeploymentId; seen: Position | undefined; first: { value: DeploymentLook; asOf: number } },
): AsyncGenerator<ChangeSet & { last: boolean }, void> {
  let position = seen;
  let known = first.value;
  const read = (last: DeploymentLook | undefined) => lookAgain(deps, id, last);
  for await (const look of follow(deps, deps.following, stream, { first, read })) {
    known = look ?? known;
    const changed = changesSince(position, known);
    position = changed.position;
    yield { ...changed, last: known.isFinal };
    if (known.isFinal) return;
  }
}
