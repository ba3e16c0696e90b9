// Holds a streamed call for its page: the newest values, when each arrived, and how the stream ended.
import { z } from 'zod/mini';
import type { ServerSentEvent } from '../../../client/streams.ts';
import type { RealtimeAnswer } from './realtime-call.ts';

export interface StreamedValue {
  /** JSON as sent. */
  text: string;
  /** Milliseconds since the call was sent. */
  atMs: number;
}

export type StreamEnd =
  | { how: 'done'; inPluginMs: number }
  | { how: 'failed'; why: string }
  | { how: 'stopped' }
  /** Without a last event: the connection broke. */
  | { how: 'cut' }
  /** The request was refused. */
  | { how: 'refused'; error: unknown }
  /** The handler yielded nothing, and returned its answer at the end. */
  | { how: 'answered'; answer: RealtimeAnswer };

export interface StreamedCall {
  values: readonly StreamedValue[];
  /** Total number of values, including those no longer shown. */
  count: number;
  requestId: string | undefined;
  /** Undefined until the stream's end. */
  deploymentId: string | undefined;
  tookMs: number;
  /** Null while the stream is open. */
  end: StreamEnd | null;
}

export const valuesShown = 500;

export const sent: StreamedCall = {
  values: [],
  count: 0,
  requestId: undefined,
  deploymentId: undefined,
  tookMs: 0,
  end: null,
};

const doneData = z.object({ duration_ms: z.number(), deployment_id: z.string() });
const errorData = z.object({
  error: z.nullable(z.string()),
  message: z.optional(z.nullable(z.string())),
  deployment_id: z.optional(z.string()),
});

export function withEvent(call: StreamedCall, { data, event }: ServerSentEvent, atMs: number): StreamedCall {
  if (event === 'chunk') {
    const values = [...call.values, { text: data, atMs }].slice(-valuesShown);
    return { ...call, values, count: call.count + 1, tookMs: atMs };
  }
  const json: unknown = JSON.parse(data);
  if (event === 'done') {
    const { deployment_id, duration_ms } = doneData.parse(json);
    return ended({ ...call, deploymentId: deployment_id }, { how: 'done', inPluginMs: duration_ms }, atMs);
  }
  const { deployment_id, error, message } = errorData.parse(json);
  const why = [error, message].filter(Boolean).join(': ');
  return ended({ ...call, deploymentId: deployment_id }, { how: 'failed', why }, atMs);
}

/** Sets the stream's end, unless it is already known. */
export function ended(call: StreamedCall, end: StreamEnd, tookMs: number): StreamedCall {
  return call.end === null ? { ...call, end, tookMs } : call;
}
