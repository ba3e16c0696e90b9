// Run states and their transitions.
import { inArray, type SQL } from 'drizzle-orm';
import { type RunState, runStates } from '../../contract/states.ts';
import { runs } from '../../db/schema/runs.ts';

const next = {
  /** The input can be uploaded until the run starts. */
  open: ['queued', 'cancelled', 'expired'],
  queued: ['splitting', 'failed', 'cancelled'],
  /** Workers already process the chunks found so far. A run without rows succeeds immediately. */
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
