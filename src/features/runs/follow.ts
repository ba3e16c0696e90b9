// Follows a run until it ends or the stream's time is up.
import { eq } from 'drizzle-orm';
import { following as pace } from '../../contract/limits/event-streams.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { type Following, follow } from '../../following/follow.ts';
import { SharedReads } from '../../following/shared-reads.ts';
import type { Stream, Streams } from '../../following/streams.ts';
import type { Run } from './run.ts';
import { isOver } from './states.ts';

/** Reads that an isolate's streams share. */
const sharedReads = new WeakMap<Streams, Following<SeenRun>>();

/** Returns the state that the isolate's streams of runs share. */
export function followingIn(streams: Streams): Following<SeenRun> {
  const known = sharedReads.get(streams);
  if (known) return known;
  const made = { streams, reads: new SharedReads<SeenRun>({ minMs: pace.pollMinMs, maxMs: pace.pollMaxMs }) };
  sharedReads.set(streams, made);
  return made;
}

/** A run, and when it was read. */
export interface SeenRun {
  run: Run;
  asOf: number;
}

export interface RunChange {
  /** Null if nothing has changed. */
  run: Run | null;
  /** Rows per second since the previous change; null for the first one. */
  rowsPerSecond: number | null;
  last: boolean;
}

/** Yields the run when it changes, first the given one. The update marked `last` is the final one. */
export async function* followRun(
  deps: Pick<Deps, 'db' | 'clock'> & { following: Following<SeenRun> },
  stream: Stream,
  first: SeenRun,
): AsyncGenerator<RunChange, void> {
  const read = async (known: SeenRun | undefined) => {
    const asOf = Date.now();
    const [run] = await deps.db.select().from(runs).where(eq(runs.id, first.run.id));
    return run && (known && isSame(run, known.run) ? known : { run, asOf });
  };
  let seen: SeenRun | undefined;
  const looks = follow(deps, deps.following, stream, { first: { value: first, asOf: first.asOf }, read });
  for await (const look of looks) {
    if (!look || (seen && isSame(look.run, seen.run))) {
      yield { run: null, rowsPerSecond: null, last: false };
      continue;
    }
    const last = isOver(look.run.status);
    yield { run: look.run, rowsPerSecond: seen ? rateBetween(seen, look) : null, last };
    if (last) return;
    seen = look;
  }
}

function isSame(one: Run, other: Run): boolean {
  return one.updatedAt === other.updatedAt && one.status === other.status;
}

function rateBetween(before: SeenRun, after: SeenRun): number {
  const ended = ({ run }: SeenRun) => run.done + run.failed;
  return Math.round(((ended(after) - ended(before)) * 1000) / Math.max(1, after.asOf - before.asOf));
}
