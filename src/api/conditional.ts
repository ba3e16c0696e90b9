// ETags and 304 (RFC 9110 §8.8.3, §13.1.2), and how long answers may be kept: what a key was needed for is kept by the client
// alone and asked after each time; what may hold a secret or a signed URL is not kept.
import type { Context, MiddlewareHandler } from 'hono';
import { sha256Hex } from '../core/digest.ts';
import type { AppEnv } from './context.ts';

const revalidated = 'private, no-cache';
/** For answers that hold a secret or a signed URL. */
export const notKept = 'no-store';

/** An answer in JSON has the digest of its text as its ETag, unless its handler knows a cheaper one. */
export const conditional: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { headers, status } = c.res;
  if (headers.has('cache-control')) return;
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  const isJson = headers.get('content-type')?.startsWith('application/json') === true;
  if (!isRead || status !== 200 || !(isJson || headers.has('etag'))) {
    c.header('cache-control', notKept);
    return;
  }
  const etag = headers.get('etag') ?? `"${(await sha256Hex(await c.res.clone().text())).slice(0, 32)}"`;
  c.header('cache-control', revalidated);
  c.header('etag', etag);
  if (!isKnown(c, etag)) return;
  await c.res.body?.cancel();
  c.res = notModified(new Headers(c.res.headers), etag);
};

/** Whether the client has it already: weak comparison, as If-None-Match wants. */
export function isKnown(c: Context<AppEnv>, etag: string): boolean {
  const known = c.req.header('if-none-match');
  if (known === undefined) return false;
  return known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

export function notModified(headers: Headers, etag: string): Response {
  headers.delete('content-type');
  headers.delete('content-length');
  headers.set('etag', etag);
  return new Response(null, { status: 304, headers });
}
