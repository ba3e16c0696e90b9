// The Idempotency-Key header on requests that change something (draft-ietf-httpapi-idempotency-key-header): read, kept to its
// limits, and put before the handler. What a key holds is in access/idempotency.ts.
import type { Context, MiddlewareHandler } from 'hono';
import {
  claimKey,
  type KeyedRequest,
  keyedRequest,
  releaseKey,
  type StoredResponse,
  storeResponse,
} from '../access/idempotency.ts';
import { apiLimits } from '../contract/limits.ts';
import { Problem } from '../core/problem.ts';
import { bodyDigest } from './body-digest.ts';
import type { AppEnv } from './context.ts';
import { bodyAtMost } from './middleware.ts';

export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
export const replayedHeader = 'idempotency-replayed';

/** POSTs that change nothing: what is asked with a body, and calls of plugins. */
const unkeyed = /\/(?:list|search|realtime|realtime\/test|call|validate-config)$/;

export function takesIdempotencyKey(method: string, path: string): boolean {
  return method.toUpperCase() === 'POST' && !unkeyed.test(path);
}

/** Comes after authentication: a key belongs to whoever sent it. */
export const idempotent: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('idempotency-key');
  if (header === undefined || !takesIdempotencyKey(c.req.method, c.req.path)) return next();
  const { deps } = c.var;
  const request = await requestOf(c, keyOf(header));
  const standing = await claimKey(deps, request);
  switch (standing.status) {
    case 'claimed':
      await next();
      return settle(c, request);
    case 'answered':
      return replayed(standing.answer);
    case 'under-way':
      throw new Problem('idempotency-key-in-use', 'The first request with this Idempotency-Key is still under way', {
        retryAfterSeconds: apiLimits.idempotencyRetryAfterSeconds,
      });
    case 'unreadable':
      throw new Problem('conflict', 'This request was answered before, and its answer cannot be read any more');
    case 'another-request':
      throw refusedKey('idempotency-key-reused', 'was used for another request');
  }
};

/** In quotes, as the draft has it, or as it is, as most send it. */
function keyOf(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!idempotencyKeyPattern.test(key))
    throw refusedKey('invalid-request', 'must be 1 to 255 visible ASCII characters');
  return key;
}

function refusedKey(code: 'idempotency-key-reused' | 'invalid-request', words: string): Problem {
  const fields = [{ path: ['header', 'idempotency-key'], message: words, type: code.replaceAll('-', '_') }];
  return new Problem(code, `The Idempotency-Key ${words}`, { fields });
}

async function requestOf(c: Context<AppEnv>, key: string): Promise<KeyedRequest> {
  const { actor, requestId } = c.var;
  const { pathname, search } = new URL(c.req.url);
  const type = c.req.header('content-type') ?? '';
  const body = await bodyAtMost(
    c.req.raw,
    type.startsWith('multipart/') ? apiLimits.idempotentFormBytes : apiLimits.idempotentJsonBytes,
  );
  if (body) c.req.raw = new Request(c.req.raw, { body });
  return keyedRequest({
    who: actor ? `${actor.organizationId}/${actor.ref.id}` : 'admin',
    what: `${c.req.method} ${pathname}${search}`,
    key,
    bodyDigest: await bodyDigest(body ?? new Uint8Array(), type),
    claim: requestId,
  });
}

/** What took effect is kept; a refusal or a failure leaves the key free. The answer is given whether or not that worked. */
async function settle(c: Context<AppEnv>, request: KeyedRequest): Promise<void> {
  const { deps, requestId } = c.var;
  try {
    const answer = await answerOf(c.res);
    if (answer) await storeResponse(deps, request, answer);
    else await releaseKey(deps, request);
  } catch (cause) {
    deps.log.error('idempotency.failed', { request_id: requestId, cause });
  }
}

async function answerOf(response: Response): Promise<StoredResponse | undefined> {
  if (!response.ok) return undefined;
  const body = await response.clone().text();
  if (body.length > apiLimits.idempotentResponseBytes) return undefined;
  const contentType = response.headers.get('content-type');
  return { status: response.status, headers: contentType === null ? {} : { 'content-type': contentType }, body };
}

function replayed({ status, headers, body }: StoredResponse): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers, [replayedHeader]: 'true' } });
}
