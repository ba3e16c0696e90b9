// Defines how an instance serves calls, and the metadata that the Worker sends with each call.
import { z } from 'zod';
import type { TraceContext } from '../../core/trace-context.ts';
import { builderLimits, streamValueCost } from '../limits/builder.ts';
import { batchingSchema } from '../plugin/batching.ts';
import type { BatchFacts } from '../traffic.ts';

/**
 * How a Python plugin's calls are served. Its processes share the instance's memory equally. `concurrency` is the number of calls that
 * one process runs at a time; further calls wait. If omitted, a process gets every call immediately. With `batching`, a process runs one
 * batch of calls at a time, whatever the concurrency.
 */
export const servingSchema = z.strictObject({
  replicas: z.int().min(1).max(builderLimits.replicasMax),
  concurrency: z.int().min(1).max(builderLimits.callsInFlight).optional(),
  batching: batchingSchema.optional(),
});
export type Serving = z.infer<typeof servingSchema>;

const oneProcess: Serving = { replicas: 1 };

/** Executables always have one process. */
export function readServing(spec: { serving?: Serving | undefined } | object): Serving {
  return ('serving' in spec ? spec.serving : undefined) ?? oneProcess;
}

/** The limits that a Python process applies to the values that a handler yields (slipway_host/streams.py). */
export function streamSettings(
  limits: Record<'streamValueBytes' | 'streamBytes' | 'streamWindowBytes' | 'streamMs', number>,
) {
  return {
    value_bytes: limits.streamValueBytes,
    bytes: limits.streamBytes,
    window_bytes: limits.streamWindowBytes,
    value_cost: streamValueCost,
    seconds: limits.streamMs / 1000,
  };
}

/**
 * Sent with POST /instances/{id}/invoke and …/batch: how many more milliseconds the caller waits. A call still running then ends with
 * `call-timeout`, unless the plugin's own time limit comes first.
 */
export const timeoutHeader = 'slipway-timeout-ms';

/** Sent with POST /instances/{id}/invoke for a later call, which may take `later_timeout_s`. */
export const laterHeader = 'slipway-later';

/**
 * Says whether another version is live, in which case the instance sleeps sooner (D39). The ticket of the last move of the plugin's
 * name determines the mark's age, however late it arrives.
 */
export interface StandbyMark {
  standby: boolean;
  ticket: number;
}

/** The mark of an unknown instance. */
export const unmarked: StandbyMark = { standby: false, ticket: 0 };

/**
 * Returns the newer of two marks. If the tickets are equal, the active mark is newer, because a name without a live version is taken
 * without a new ticket.
 */
export function newerMark(known: StandbyMark, said: StandbyMark): StandbyMark {
  const isNewer = said.ticket > known.ticket || (said.ticket === known.ticket && !said.standby);
  return isNewer ? said : known;
}

/** Sent with POST /instances/{id}/invoke and …/standby: the mark, as `1 17` (on standby since ticket 17) or `0 18`. */
export const standbyHeader = 'slipway-standby';

export function standbyText({ standby, ticket }: StandbyMark): string {
  return `${standby ? 1 : 0} ${ticket}`;
}

/** Returns null if the header is missing or malformed. */
export function parseStandby(text: string | null | undefined): StandbyMark | null {
  const [, standby, ticket] = /^([01]) (\d{1,15})$/.exec(text ?? '') ?? [];
  return ticket === undefined ? null : { standby: standby === '1', ticket: Number(ticket) };
}

export interface CallOptions {
  /** Omitted by callers that don't know which version is live. */
  mark?: StandbyMark | undefined;
  /** The API request's ID, for the log. */
  requestId?: string | undefined;
  /** The call's trace. */
  trace?: TraceContext | null | undefined;
  /** The instance's time limit, unless it's the default. */
  callMs?: number | undefined;
  /** True for a later call. */
  isLater?: boolean | undefined;
  /** The caller's remaining time, if it set a limit. */
  timeLeftMs?: number | undefined;
  /** Names the call to its caller, who may cancel it. */
  tag?: string | undefined;
  /** Cancels the call. */
  signal?: AbortSignal | undefined;
  /** Called when the answer says in which batch the call ran. */
  onBatch?: ((batch: BatchFacts) => void) | undefined;
}

/** Sent with the answer to a call that ran in a batch, as `32 4`: the batch's calls, and the milliseconds that this one waited. */
export const batchHeader = 'slipway-batch';

export function batchText({ size, waitedMs }: BatchFacts): string {
  return `${size} ${Math.round(waitedMs)}`;
}

/** Returns undefined if the header is missing or malformed. */
export function parseBatch(text: string | null): BatchFacts | undefined {
  const [, size, waitedMs] = /^([1-9]\d{0,3}) (\d{1,9})$/.exec(text ?? '') ?? [];
  return waitedMs === undefined ? undefined : { size: Number(size), waitedMs: Number(waitedMs) };
}
