// Follows a run until it ends or the stream's time is up. Polls its row, frequently while it changes and rarely otherwise.
import { eq } from 'drizzle-orm';
import { following } from '../contract/limits/event-streams.ts';
import { runs } from '../db/schema/runs.ts';
import type { Deps } from '../deps.ts';
import type { Run } from './run.ts';
import { isOver } from './states.ts';

export interface RunChange {
  /** Null if nothing has changed. */
  run: Run | null;
  /** Rows per second since the previous change; null for the first one. */
  rowsPerSecond: number | null;
  last: boolean;
}

/** Yields at every poll. The update marked `last` is the final one. */
export async function* followRun(deps: Pick<Deps, 'db' | 'clock'>, first: Run): AsyncGenerator<RunChange, void> {
  const until = deps.clock.now() + following.streamMs;
  let seen: { run: Run; at: number } = { run: first, at: deps.clock.now() };
  yield { run: first, rowsPerSecond: null, last: isOver(first.status) };
  let pauseMs: number = following.pollMinMs;
  for (let polls = 2; polls <= following.pollsMax && deps.clock.now() < until; polls++) {
    if (isOver(seen.run.status)) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const [run] = await deps.db.select().from(runs).where(eq(runs.id, first.id));
    if (!run) return;
    const at = deps.clock.now();
    const hasChanged = run.updatedAt !== seen.run.updatedAt || run.status !== seen.run.status;
    pauseMs = hasChanged ? following.pollMinMs : Math.min(following.pollMaxMs, pauseMs * 1.5);
    if (!hasChanged) {
      yield { run: null, rowsPerSecond: null, last: false };
      continue;
    }
    const ended = (one: Run) => one.done + one.failed;
    const rowsPerSecond = Math.round(((ended(run) - ended(seen.run)) * 1000) / Math.max(1, at - seen.at));
    yield { run, rowsPerSecond, last: isOver(run.status) };
    seen = { run, at };
  }
}
