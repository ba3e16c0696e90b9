// A deployment followed until it is over, or until the time for it is: its rows are looked at often while they change and seldom
// while they don't, by one query each time, so that following costs D1 little.
import { following } from '../../contract/limits.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type ChangeSet, changesSince, type Position } from './changes.ts';

/** Yields at every look, also when nothing is new. After the `last` one there will never be more. */
export async function* followDeployment(
  deps: Pick<Deps, 'db' | 'clock'>,
  id: DeploymentId,
  seen: Position | undefined,
): AsyncGenerator<ChangeSet & { last: boolean }, void> {
  const until = deps.clock.now() + following.streamMs;
  let position = seen;
  let pauseMs: number = following.pollMinMs;
  for (let wasOver = false; ; ) {
    const news = await changesSince(deps, id, position);
    if (!news) return;
    // The status changes a moment before the step that changed it ends.
    const last = news.settled || (news.over && wasOver);
    yield { ...news, last };
    if (last || deps.clock.now() >= until) return;
    wasOver = news.over;
    position = news.position;
    pauseMs = news.changes.length > 0 ? following.pollMinMs : Math.min(following.pollMaxMs, pauseMs * 1.5);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
