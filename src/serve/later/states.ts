// The states of a call that is answered later, and the transitions between them. Every change of state is an UPDATE whose WHERE names the
// states it may come from, taken from this table.
import { inArray, type SQL } from 'drizzle-orm';
import { type LaterCallState, laterCallStates } from '../../contract/states.ts';
import { laterCallRows } from '../../db/schema/calls.ts';

const next = {
  queued: ['running', 'cancelled', 'expired'],
  /** Its worker could not run it, or died. */
  running: ['queued', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<LaterCallState, readonly LaterCallState[]>;

function followers(state: LaterCallState): readonly LaterCallState[] {
  return next[state];
}

export function hasEnded(state: LaterCallState): boolean {
  return followers(state).length === 0;
}

/** SQL: the transition from the row's state to `to` is allowed. */
export function mayBecome(to: LaterCallState): SQL {
  return inArray(
    laterCallRows.status,
    laterCallStates.filter((from) => followers(from).includes(to)),
  );
}
