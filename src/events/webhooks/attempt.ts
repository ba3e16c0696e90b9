// One attempt to tell a receiver: one POST, and what came of it. Never decides what that means for the delivery.
import { parseExternalUrl } from '../../core/external-url.ts';
import type { Deps } from '../../deps.ts';
import { retryAfterMs } from './retry-schedule.ts';

export interface Outcome {
  startedAt: number;
  durationMs: number;
  /** Null: no answer came. */
  statusCode: number | null;
  /** Null: it succeeded. */
  error: string | null;
  responseExcerpt: string | null;
  /** How long the receiver asked to be left alone. */
  retryAfterMs: number | undefined;
}

const timeoutMs = 15_000;
const readBytesMax = 64 * 1024;
const excerptBytes = 1024;

type AttemptDeps = Pick<Deps, 'fetch' | 'clock' | 'allowLoopback'>;

export async function attempt(
  deps: AttemptDeps,
  to: string,
  body: string,
  headers: Record<string, string>,
): Promise<Outcome> {
  const { clock } = deps;
  const startedAt = clock.now();
  const answer = await post(deps, to, body, headers);
  return { startedAt, durationMs: clock.now() - startedAt, ...answer };
}

async function post(
  deps: AttemptDeps,
  to: string,
  body: string,
  headers: Record<string, string>,
): Promise<Omit<Outcome, 'startedAt' | 'durationMs'>> {
  const none = { statusCode: null, responseExcerpt: null, retryAfterMs: undefined };
  const target = parseExternalUrl(to, deps);
  if ('refused' in target) return { ...none, error: `the URL is refused: ${target.refused}` };
  try {
    const response = await deps.fetch(target.url.href, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Slipway-Webhooks/1' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      statusCode: response.status,
      error: failureOf(response),
      responseExcerpt: await excerptOf(response),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), deps.clock.now()),
    };
  } catch (cause) {
    const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
    return { ...none, error: timedOut ? `no answer within ${timeoutMs / 1000} s` : 'no connection' };
  }
}

/** Only 2xx is success; a redirect is not followed. */
function failureOf({ status, ok }: Response): string | null {
  if (ok) return null;
  return status >= 300 && status < 400 ? `redirects are not followed (${status})` : `answered ${status}`;
}

/** The receiver has said with its status what it has to say: a body that breaks off changes nothing about that. */
async function excerptOf({ body }: Response): Promise<string | null> {
  if (!body) return null;
  const kept = new Uint8Array(excerptBytes);
  let size = 0;
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done && size < readBytesMax; read = await reader.read()) {
      kept.set(read.value.subarray(0, Math.max(0, excerptBytes - size)), Math.min(size, excerptBytes));
      size += read.value.length;
    }
    await reader.cancel();
  } catch {
    // What was read is enough.
  }
  return new TextDecoder().decode(kept.subarray(0, Math.min(size, excerptBytes)));
}
