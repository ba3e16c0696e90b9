// Makes one attempt to deliver an event: a POST and its outcome. outcomes.ts decides how it affects the delivery.
import { connectionFailure } from '../contract/builder/egress.ts';
import { signedRequests } from '../contract/limits/signed-requests.ts';
import { type ExternalUrlRules, isLoopback, parseExternalUrl } from '../core/external-url.ts';
import type { OrganizationId } from '../core/ids.ts';
import { readPieces } from '../core/paced-bytes.ts';
import { formatSeconds } from '../core/quantities.ts';
import type { Deps } from '../deps.ts';
import { retryAfterMs } from './retry-schedule.ts';

export interface Outcome {
  startedAt: number;
  durationMs: number;
  /** Null if there was no response. */
  statusCode: number | null;
  /** Null on success. */
  error: string | null;
  /** True if the receiver did not respond in time. */
  timedOut: boolean;
  /** Null if the response had no body, or came from this machine, where it could belong to another service. */
  responseExcerpt: string | null;
  /** The response's Retry-After. */
  retryAfterMs: number | undefined;
}

interface Target {
  organizationId: OrganizationId;
  url: string;
  timeoutMs: number;
}

type AttemptDeps = Pick<Deps, 'fetch' | 'clock'> & ExternalUrlRules;

export async function attempt(
  deps: AttemptDeps,
  endpoint: Target,
  body: string,
  headers: Record<string, string>,
): Promise<Outcome> {
  const { clock } = deps;
  const startedAt = clock.now();
  const result = await post(deps, endpoint, body, headers);
  return { startedAt, durationMs: clock.now() - startedAt, ...result };
}

/** Returns the outcome for a delivery that wasn't sent because signing failed. */
export function unsigned(now: number, error = 'not sent: the secret cannot be decrypted. Rotate the secret.'): Outcome {
  const nothing = { statusCode: null, timedOut: false, responseExcerpt: null, retryAfterMs: undefined };
  return { ...nothing, startedAt: now, durationMs: 0, error };
}

async function post(
  deps: AttemptDeps,
  { organizationId, url, timeoutMs }: Target,
  body: string,
  headers: Record<string, string>,
): Promise<Omit<Outcome, 'startedAt' | 'durationMs'>> {
  const none = { statusCode: null, timedOut: false, responseExcerpt: null, retryAfterMs: undefined };
  const target = parseExternalUrl(url, deps);
  if ('refused' in target) return { ...none, error: `the URL is not allowed: ${target.refused}` };
  try {
    const response = await deps.fetch(target.url.href, {
      organization: organizationId,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Slipway-Webhooks/1' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const excerpt = await excerptOf(response);
    return {
      statusCode: response.status,
      error: failureOf(response),
      timedOut: false,
      responseExcerpt: isLoopback(target.url) ? null : excerpt,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), deps.clock.now()),
    };
  } catch (cause) {
    const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
    const failure = connectionFailure(cause, 'connection failed');
    return { ...none, timedOut, error: timedOut ? `no response within ${formatSeconds(timeoutMs)}` : failure };
  }
}

/** Returns null only for a 2xx status. Redirects aren't followed. */
function failureOf({ status, ok }: Response): string | null {
  if (ok) return null;
  return status >= 300 && status < 400 ? `redirects are not followed (${status})` : `responded with ${status}`;
}

/** Reads the beginning of the body. The status decides the outcome, so an incomplete body isn't an error. */
async function excerptOf({ body }: Response): Promise<string | null> {
  if (!body) return null;
  const excerpt = new Uint8Array(signedRequests.excerptBytes);
  let size = 0;
  try {
    for await (const piece of readPieces(body)) {
      excerpt.set(
        piece.subarray(0, Math.max(0, signedRequests.excerptBytes - size)),
        Math.min(size, signedRequests.excerptBytes),
      );
      size += piece.length;
      if (size >= signedRequests.responseBytes) break;
    }
  } catch {
    // A partial body is good enough.
  }
  return new TextDecoder().decode(excerpt.subarray(0, Math.min(size, signedRequests.excerptBytes)));
}
