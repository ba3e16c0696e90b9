// Follows one thing for one request: the only way to wait for something to change while a request is open.
import { following, streamShares as shares } from '../contract/limits/event-streams.ts';
import type { Deps } from '../deps.ts';
import type { SharedRead, SharedReads } from './shared-reads.ts';
import type { Stream, Streams } from './streams.ts';

export interface Followed<Value> {
  /** Reads the present state. Returns `known` itself if it hasn't changed, and undefined if there is nothing to follow any more. */
  read(known: Value | undefined): Promise<Value | undefined>;
  /** A state that the request has read already, and when it began to. */
  first?: { value: Value; asOf: number };
  /** How long to follow. Defaults to a stream's time. */
  forMs?: number;
}

export interface Following<Value> {
  streams: Streams;
  reads: SharedReads<Value>;
}

type FollowDeps = Pick<Deps, 'db' | 'clock'>;

/**
 * Yields the present state at once, and later ones as they come; undefined where nothing is new. A slow reader gets the latest one.
 * Ends with the stream's time, with the caller's right, and with the thing.
 */
export async function* follow<Value>(
  deps: FollowDeps,
  { reads, streams }: Following<Value>,
  stream: Stream,
  followed: Followed<Value>,
): AsyncGenerator<Value | undefined, void> {
  const { first, forMs = following.streamMs, read } = followed;
  const { organizationId } = stream.actor;
  const key = `${organizationId} ${stream.thing}`;
  const alive = setInterval(() => streams.keep(stream), shares.aliveMs);
  const shared = reads.join(key, stream, () => Date.now() < stream.aliveUntil);
  if (first) shared.start(first.value, first.asOf);
  const until = deps.clock.now() + forMs;
  let seen = first?.value;
  let turns = 0;
  try {
    if (first) yield first.value;
    for (;;) {
      await streams.check(deps);
      if (!streams.mayContinue(stream)) return;
      if (shared.isDue()) {
        if (turns === following.readsMax) return;
        turns += 1;
        await shared.take(read, streams.thingsOf(organizationId) * shares.readEveryMs);
      }
      const news = newer(shared, seen, first?.asOf);
      seen = news ?? seen;
      yield news;
      if (shared.isGone || deps.clock.now() >= until) return;
      await new Promise((resolve) => setTimeout(resolve, shared.waitMs()));
    }
  } finally {
    clearInterval(alive);
    streams.close(stream);
    reads.leave(key, stream);
  }
}

/** Returns the shared state unless the follower has it. A read that began before the follower's own may be older. */
function newer<Value>({ asOf, value }: SharedRead<Value>, seen: Value | undefined, since = asOf): Value | undefined {
  return value === seen || asOf < since ? undefined : value;
}
