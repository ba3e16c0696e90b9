// Sending again: what may be, when, and how often. A request that could take effect twice is never sent twice.
import { ConnectionError, retryAfterOf } from './errors.ts';

export interface RetrySettings {
  /** How often a request is sent again. */
  retriesMax: number;
  /** The first pause; each further one is twice as long. */
  pauseMs: number;
  /** No pause is longer, whatever Retry-After says: then the refusal is what the caller gets. */
  pauseMaxMs: number;
}

export const defaultRetries: RetrySettings = { retriesMax: 4, pauseMs: 250, pauseMaxMs: 30_000 };

export interface Sending {
  url: string;
  /** Once per attempt: a body that was read cannot be sent again. */
  attempt(): Promise<Response>;
  /** Taking effect twice is as once: the method says so, or an Idempotency-Key does. */
  repeatable: boolean;
  signal: AbortSignal | undefined;
}

export async function sendWithRetries(sending: Sending, settings: RetrySettings): Promise<Response> {
  for (let retry = 0; ; retry += 1) {
    const outcome = await attempted(sending);
    const pauseMs = retry < settings.retriesMax ? pauseBefore(outcome, retry, sending, settings) : undefined;
    if (pauseMs === undefined) {
      if (outcome instanceof ConnectionError) throw outcome;
      return outcome;
    }
    if (!(outcome instanceof ConnectionError)) await outcome.body?.cancel();
    await pause(pauseMs, sending.signal);
  }
}

async function attempted({ url, attempt, signal }: Sending): Promise<Response | ConnectionError> {
  try {
    return await attempt();
  } catch (cause) {
    signal?.throwIfAborted();
    return new ConnectionError(url, cause);
  }
}

/** Undefined: not to be sent again. */
function pauseBefore(
  outcome: Response | ConnectionError,
  retry: number,
  { repeatable }: Sending,
  { pauseMs, pauseMaxMs }: RetrySettings,
): number | undefined {
  const backoffMs = Math.min(pauseMs * 2 ** retry, pauseMaxMs) * (0.75 + Math.random() / 4);
  if (outcome instanceof ConnectionError) return repeatable || wasRefused(outcome.cause) ? backoffMs : undefined;
  const askedMs = (retryAfterOf(outcome) ?? 0) * 1000;
  if (!isTemporary(outcome, repeatable) || askedMs > pauseMaxMs) return undefined;
  return Math.max(backoffMs, askedMs);
}

/** 429 is said before anything happened. With 409 the server asks to wait only for a first attempt of the same request. */
function isTemporary({ status, headers }: Response, repeatable: boolean): boolean {
  return status === 429 || (repeatable && (status === 503 || (status === 409 && headers.has('retry-after'))));
}

/** Nobody listened, so nothing was sent. Node says so; browsers don't tell. */
function wasRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(wasRefused);
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ECONNREFUSED') || wasRefused(error.cause);
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
