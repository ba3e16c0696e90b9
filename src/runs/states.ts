// The states of a run, and which follows which.
import { inArray, type SQL } from 'drizzle-orm';
import { type RunState, runStates } from '../contract/states.ts';
import { runs } from '../db/schema/runs.ts';

const next = {
  /** Its input may be sent until it is started. */
  open: ['queued', 'cancelled', 'expired'],
  queued: ['splitting', 'failed', 'cancelled'],
  /** Chunks that were found are worked on already. Without rows it succeeds at once. */
  splitting: ['running', 'succeeded', 'failed', 'cancelled'],
  running: ['succeeded', 'partial', 'failed', 'cancelled'],
  succeeded: [],
  partial: [],
  failed: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<RunState, readonly RunState[]>;

function followers(state: RunState): readonly RunState[] {
  return next[state];
}

export function isOver(state: RunState): boolean {
  return followers(state).length === 0;
}

/** SQL: the transition from the row's state to `to` is allowed. */
export function mayBecome(to: RunState): SQL {
  return inArray(
    runs.status,
    runStates.filter((from) => followers(from).includes(to)),
  );
}
