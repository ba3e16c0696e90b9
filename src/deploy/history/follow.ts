// Follows a deployment until it finishes or the stream's time is up. One query per poll, frequent while there are changes and rare
// otherwise, to keep D1 costs low.
import { following } from '../../contract/limits/event-streams.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type ChangeSet, changesSince, type Position } from './changes.ts';

/** Yields at every poll, even without changes. The update marked `last` is the final one. */
export async function* followDeployment(
  deps: Pick<Deps, 'db' | 'clock'>,
  id: DeploymentId,
  seen: Position | undefined,
): AsyncGenerator<ChangeSet & { last: boolean }, void> {
  const until = deps.clock.now() + following.streamMs;
  let position = seen;
  let pauseMs: number = following.pollMinMs;
  let wasOver = false;
  for (let polls = 1; ; polls++) {
    const update = await changesSince(deps, id, position);
    if (!update) return;
    // The status changes shortly before its step ends.
    const last = update.settled || (update.over && wasOver);
    yield { ...update, last };
    if (last || polls === following.pollsMax || deps.clock.now() >= until) return;
    wasOver = update.over;
    position = update.position;
    pauseMs = update.changes.length > 0 ? following.pollMinMs : Math.min(following.pollMaxMs, pauseMs * 1.5);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
