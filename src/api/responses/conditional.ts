// Adds ETags, 304 responses (RFC 9110 §8.8.3, §13.1.2) and Cache-Control. Only the client may cache responses to authenticated reads,
// and it must revalidate them each time. Responses that may contain a secret or a signed URL aren't cached.
import type { Context, MiddlewareHandler } from 'hono';
import { sha256Hex } from '../../core/digest.ts';
import { LoopTurns } from '../../core/turns.ts';
import type { AppEnv } from '../context/context.ts';

const revalidated = 'private, no-cache';
/** Used for responses that contain a secret or a signed URL. */
export const noStore = 'no-store';

/** Uses a JSON response's digest as its ETag, unless the handler set a cheaper one. */
export const conditional: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { headers, status } = c.res;
  if (headers.has('cache-control')) return;
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  const isJson = headers.get('content-type')?.startsWith('application/json') === true;
  if (!isRead || status !== 200 || !(isJson || headers.has('etag'))) {
    headers.set('cache-control', noStore);
    return;
  }
  const etag = headers.get('etag') ?? (await digestOf(c.res.clone()));
  headers.set('cache-control', revalidated);
  headers.set('etag', etag);
  if (!matchesEtag(c, etag)) return;
  await c.res.body?.cancel();
  c.res = notModified(new Headers(c.res.headers), etag);
};

/** Takes a turn for a large response, which took time to make. */
async function digestOf(response: Response): Promise<string> {
  const text = await response.text();
  await new LoopTurns().spend(text.length);
  return `"${(await sha256Hex(text)).slice(0, 32)}"`;
}

/** Returns whether If-None-Match has the ETag, by weak comparison. */
export function matchesEtag(c: Context<AppEnv>, etag: string): boolean {
  const sent = c.req.header('if-none-match');
  if (sent === undefined) return false;
  return sent.trim() === '*' || sent.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

export function notModified(headers: Headers, etag: string): Response {
  headers.delete('content-type');
  headers.delete('content-length');
  headers.set('etag', etag);
  return new Response(null, { status: 304, headers });
}
