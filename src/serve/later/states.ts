// Later call states and their transitions. Every state change is an UPDATE whose WHERE clause names the allowed previous states from
// this table.
import { inArray, type SQL, sql } from 'drizzle-orm';
import { type LaterCallState, laterCallStates } from '../../contract/states.ts';
import { released } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';

const next = {
  queued: ['running', 'cancelled', 'expired'],
  /** Its worker couldn't run it, or died. */
  running: ['queued', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<LaterCallState, readonly LaterCallState[]>;

/** States of ended calls. */
export type EndState = {
  [State in LaterCallState]: (typeof next)[State]['length'] extends 0 ? State : never;
}[LaterCallState];

/** Returns an ended call's columns. Its result goes to its callback next, if it has one. */
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

/** SQL: the call isn't accepted yet. Until then its due time is its expiry; once accepted, it is due earlier, until it starts. */
export const isUnaccepted = sql`(${laterCallRows.status} = 'queued' and ${laterCallRows.startedAt} is null and ${laterCallRows.dueAt} = ${laterCallRows.expiresAt})`;
