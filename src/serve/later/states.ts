// States of a later call, and the transitions between them. Every change of state is an UPDATE whose WHERE names the
// states it may come from, taken from this table.
import { inArray, type SQL, sql } from 'drizzle-orm';
import { type LaterCallState, laterCallStates } from '../../contract/states.ts';
import { released } from '../../db/lease.ts';
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

/** The states in which a call has ended. */
export type EndState = {
  [State in LaterCallState]: (typeof next)[State]['length'] extends 0 ? State : never;
}[LaterCallState];

/** Returns the columns of an ended call. Its result goes to its callback next, if it has one. */
export function endedAs(status: EndState, now: number) {
  const callbackAt = sql`iif(${laterCallRows.callbackUrl} is null, null, ${now})`;
  return { status, endedAt: now, callbackAt, ...released };
}

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

/** SQL: the call was not accepted yet. Until then it is due when it expires; one that was accepted is due before, until it has begun. */
export const isUnaccepted = sql`(${laterCallRows.status} = 'queued' and ${laterCallRows.startedAt} is null and ${laterCallRows.dueAt} = ${laterCallRows.expiresAt})`;
