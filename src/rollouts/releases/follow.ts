// Shows a release as it is now, and follows it until it ends or the stream's time is up.
import type { Actor } from '../../access/actor.ts';
import type { ReleaseStatus } from '../../contract/releases.ts';
import type { NamespaceId, ReleaseId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { type Following, follow } from '../../following/follow.ts';
import type { Stream } from '../../following/streams.ts';
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
  const status = found.release.endedAt === null ? await deps.releases.status(found.release) : null;
  return { ...found, status };
}

/** Yields the release when it changes, first the given one, and undefined between changes. */
export function followRelease(
  deps: FollowDeps & { following: Following<ReleaseInFull> },
  stream: Stream,
  first: { value: ReleaseInFull; asOf: number },
): AsyncGenerator<ReleaseInFull | undefined, void> {
  const { id, namespaceId } = first.value.release;
  return follow(deps, deps.following, stream, {
    first,
    read: async (known) => {
      const now = await releaseInFull(deps, stream.actor, namespaceId, id);
      return known && JSON.stringify(now) === JSON.stringify(known) ? known : now;
    },
  });
}
