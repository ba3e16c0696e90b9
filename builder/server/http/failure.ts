// Converts an error to a response's status, headers and body.
import type { Log } from '../../../src/core/log.ts';
import { diskFull, Refusal } from '../core/refusal.ts';

export const jsonHeaders = { 'content-type': 'application/json' };
const retryAfterSeconds = '1';

export interface Failure {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Logs any error that isn't a Refusal. */
export function toFailure(error: unknown, log: Log): Failure {
  const refusal = error instanceof Refusal ? error : unexpected(error, log);
  const headers = refusal.status === 503 ? { ...jsonHeaders, 'retry-after': retryAfterSeconds } : jsonHeaders;
  return { status: refusal.status, headers, body: JSON.stringify(refusal.body()) };
}

function unexpected(cause: unknown, log: Log): Refusal {
  log.error('builder.failed', { cause });
  return new Refusal('internal', diskFull(cause) ?? 'The builder failed. See its log for the cause.');
}
