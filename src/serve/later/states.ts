// Later call states and their transitions. Every state change is an UPDATE whose WHERE clause names the allowed previous states from
// this table.
import { inArray, type SQL, sql } from 'drizzle-orm';
import { type LaterCallState, laterCallStates } from '../../contract/states.ts';
import { released } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';

const next = {
  queued: ['running', 'cancelled', 'expired'],
  /** A running call is queued again if its worker couldn't run it, or died. */
  running: ['queued', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<LaterCallState, readonly LaterCallState[]>;

/** States in which a call has ended. */
export type EndState = {
  [State in LaterCallState]: (typeof next)[State]['length'] extends 0 ? State : never;
}[LaterCallState];

/** Returns the columns of an ended call. If the call has a callback, its result is due there now. */
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

/** SQL: the call isn't accepted yet. Until it is accepted, its due time is its expiry; from then until it starts, it is due earlier. */
export const isUnaccepted = sql`(${laterCallRows.status} = 'queued' and ${laterCallRows.startedAt} is null and ${laterCallRows.dueAt} = ${laterCallRows.expiresAt})`;
