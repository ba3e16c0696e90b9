// Decides which requests are retried, when and how often. Never sends a request twice that could take effect twice.
import { formatSeconds } from '../core/quantities.ts';
import { ConnectionError, readRetryAfter } from './errors.ts';

export interface RetrySettings {
  /** The maximum number of retries. */
  retriesMax: number;
  /** The pause before the first retry. Doubles with each further retry. */
  pauseMs: number;
  /** The longest pause. If Retry-After asks for more, the error response is returned instead. */
  pauseMaxMs: number;
}

export const defaultRetries: RetrySettings = { retriesMax: 4, pauseMs: 250, pauseMaxMs: 30_000 };

export interface RetryableRequest {
  url: string;
  /** Called once per attempt, since a body that was read can't be sent again. */
  attempt(): Promise<Response>;
  /** True for idempotent methods and for requests with an Idempotency-Key. */
  repeatable: boolean;
  signal: AbortSignal | undefined;
}

export async function sendWithRetries(request: RetryableRequest, settings: RetrySettings): Promise<Response> {
  for (let retry = 0; ; retry += 1) {
    const outcome = await tryOnce(request);
    const pauseMs = retry < settings.retriesMax ? retryPause(outcome, retry, request, settings) : undefined;
    if (pauseMs === undefined) {
      if (outcome instanceof ConnectionError) throw outcome;
      return outcome;
    }
    if (!(outcome instanceof ConnectionError)) await outcome.body?.cancel();
    await pause(pauseMs, request.signal);
  }
}

async function tryOnce({ url, attempt, signal }: RetryableRequest): Promise<Response | ConnectionError> {
  try {
    return await attempt();
  } catch (cause) {
    signal?.throwIfAborted();
    return new ConnectionError(url, cause);
  }
}

/** Sends a request whose response has to begin within `limitMs`. Its body may take longer. */
export async function respondWithin(
  limitMs: number | undefined,
  signal: AbortSignal | undefined,
  send: (init: { signal?: AbortSignal }) => Promise<Response>,
): Promise<Response> {
  if (limitMs === undefined) return send(signal ? { signal } : {});
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new LateResponse(`no response within ${formatSeconds(limitMs)}`)), limitMs);
  try {
    return await send({ signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal });
  } finally {
    clearTimeout(timer);
  }
}

class LateResponse extends Error {
  override readonly name = 'LateResponse';
}

/** Returns the pause in milliseconds before the next attempt, or undefined to stop retrying. */
function retryPause(
  outcome: Response | ConnectionError,
  retry: number,
  { repeatable }: RetryableRequest,
  { pauseMs, pauseMaxMs }: RetrySettings,
): number | undefined {
  const backoffMs = Math.min(pauseMs * 2 ** retry, pauseMaxMs) * (0.75 + Math.random() / 4);
  if (outcome instanceof ConnectionError) {
    const mayRepeat = repeatable || isConnectionRefused(outcome.cause);
    return mayRepeat && !(outcome.cause instanceof LateResponse) ? backoffMs : undefined;
  }
  const retryAfterMs = (readRetryAfter(outcome) ?? 0) * 1000;
  if (!isTemporary(outcome, repeatable) || retryAfterMs > pauseMaxMs) return undefined;
  return Math.max(backoffMs, retryAfterMs);
}

/** A 429 means that nothing has happened yet. A 409 has Retry-After only while an earlier request still runs. */
function isTemporary({ status, headers }: Response, repeatable: boolean): boolean {
  return status === 429 || (repeatable && (status === 503 || (status === 409 && headers.has('retry-after'))));
}

/** Returns whether nothing was listening, so nothing was sent. Node reports this; browsers don't. */
function isConnectionRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isConnectionRefused);
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ECONNREFUSED') || isConnectionRefused(error.cause);
}

export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
