// Defines how the calls of an instance are served, and what the Worker says of each call.
import { z } from 'zod';
import type { TraceContext } from '../../core/trace-context.ts';
import { builderLimits } from '../limits/builder.ts';

/**
 * How a Python plugin's calls are served. Its processes share the memory of the instance equally. `concurrency` is the number of calls
 * that one process runs at a time; further calls wait. Without it, a process gets every call immediately.
 */
export const servingSchema = z.strictObject({
  replicas: z.int().min(1).max(builderLimits.replicasMax),
  concurrency: z.int().min(1).max(builderLimits.callsInFlight).optional(),
});
export type Serving = z.infer<typeof servingSchema>;

const oneProcess: Serving = { replicas: 1 };

/** Executables have one process. */
export function readServing(spec: { serving?: Serving | undefined } | object): Serving {
  return ('serving' in spec ? spec.serving : undefined) ?? oneProcess;
}

/**
 * Sent with POST /instances/{id}/invoke and …/batch: the milliseconds that the caller still waits. The call ends then, with `call-timeout`,
 * if it has not ended by the plugin's own time limit.
 */
export const timeoutHeader = 'slipway-timeout-ms';

/** Sent with POST /instances/{id}/invoke of a call that is answered later, which may take `later_timeout_s`. */
export const laterHeader = 'slipway-later';

/**
 * Whether another version serves the plugin's name, so that the instance sleeps sooner (D39), and since which ticket: the one that
 * moved the name last. A statement is as old as its ticket, however late it arrives.
 */
export interface StandbyMark {
  standby: boolean;
  ticket: number;
}

/** The mark of an instance of which nothing is known. */
export const unmarked: StandbyMark = { standby: false, ticket: 0 };

/** Returns the newer of two marks. A name that nothing served is taken without a new ticket: of two marks with one ticket, active is newer. */
export function newerMark(known: StandbyMark, said: StandbyMark): StandbyMark {
  const isNewer = said.ticket > known.ticket || (said.ticket === known.ticket && !said.standby);
  return isNewer ? said : known;
}

/** Sent with POST /instances/{id}/invoke and …/standby: the mark, as `1 17` (on standby since ticket 17) or `0 18`. */
export const standbyHeader = 'slipway-standby';

export function standbyText({ standby, ticket }: StandbyMark): string {
  return `${standby ? 1 : 0} ${ticket}`;
}

/** Returns null for no header, or one of another form. */
export function parseStandby(text: string | null | undefined): StandbyMark | null {
  const [, standby, ticket] = /^([01]) (\d{1,15})$/.exec(text ?? '') ?? [];
  return ticket === undefined ? null : { standby: standby === '1', ticket: Number(ticket) };
}

export interface CallOptions {
  /** Left out by callers that know nothing of the plugin's name. */
  mark?: StandbyMark | undefined;
  /** The ID of the API's request, for the log. */
  requestId?: string | undefined;
  /** The trace that the call belongs to. */
  trace?: TraceContext | null | undefined;
  /** The time limit that the instance has, if it is not the default. */
  callMs?: number | undefined;
  /** It is answered later. */
  isLater?: boolean | undefined;
  /** Time left of the caller's, if it said how long it waits. */
  timeLeftMs?: number | undefined;
  /** Ends the call. */
  signal?: AbortSignal | undefined;
}
