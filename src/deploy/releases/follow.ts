// Shows a release as it is now, and follows it until it ends or the stream's time is up.
import type { Actor } from '../../access/actor.ts';
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { following } from '../../contract/limits/event-streams.ts';
import type { ReleaseStatus } from '../../contract/releases.ts';
import type { NamespaceId, ReleaseId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type Decision, findRelease, type Release } from './releases.ts';

export interface ReleaseInFull extends Release {
  decisions: Decision[];
  /** Current measurements; null if the release has ended, or its object doesn't respond. */
  status: ReleaseStatus | null;
}

type FollowDeps = Pick<Deps, 'db' | 'clock' | 'releases'>;

export async function releaseInFull(
  deps: Pick<FollowDeps, 'db' | 'releases'>,
  actor: Actor,
  namespaceId: NamespaceId,
  id: ReleaseId,
): Promise<ReleaseInFull> {
  const found = await findRelease(deps, actor, namespaceId, id);
  const status = found.release.endedAt === null ? await deps.releases.status(id) : null;
  return { ...found, status };
}

/** Yields the release at every look, first the given one. */
export async function* followRelease(
  deps: FollowDeps,
  actor: Actor,
  first: ReleaseInFull,
): AsyncGenerator<ReleaseInFull, void> {
  const { id, namespaceId } = first.release;
  const until = deps.clock.now() + following.streamMs;
  let seen = first;
  yield seen;
  while (seen.release.endedAt === null && deps.clock.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, releaseLimits.followMs));
    seen = await releaseInFull(deps, actor, namespaceId, id);
    yield seen;
  }
}
