// Handles the Idempotency-Key header on requests that change something (draft-ietf-httpapi-idempotency-key-header): validates it
// and replays the stored response to a repeated request. access/idempotency.ts stores keys and responses.
import type { Context, MiddlewareHandler } from 'hono';
import {
  claimKey,
  type KeyedRequest,
  keyedRequest,
  releaseKey,
  type StoredResponse,
  storeResponse,
} from '../../access/idempotency.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { bodyDigest } from './body-digest.ts';
import { readsForm } from './forms-in-turn.ts';
import { bodyAtMost } from './whole-body.ts';

export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
export const replayedHeader = 'idempotency-replayed';

/**
 * Excludes POSTs that change nothing (queries with a body, plugin calls), sign-ins, whose cookie isn't stored, and those without a key,
 * such as pushes, which have their own IDs.
 */
const unkeyedPosts =
  /^\/(?!v1\/|api\/)|\/(?:list|search|realtime|realtime\/test|batch\/test|trial|call|mcp|requirements|relock|validate-config|session|sign-in|sign-in\/(?:code|invitation)|switch|links\/(?:read|use)|oidc\/exchange)$/;

export function acceptsIdempotencyKey(method: string, path: string): boolean {
  return method.toUpperCase() === 'POST' && !unkeyedPosts.test(path);
}

/** Runs after authentication, because the same key from two API keys counts as two keys. */
export const idempotent: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('idempotency-key');
  if (header === undefined || !acceptsIdempotencyKey(c.req.method, c.req.path)) return next();
  const { deps } = c.var;
  const request = await keyedRequestOf(c, keyOf(header));
  const claim = await claimKey(deps, request);
  switch (claim.status) {
    case 'claimed':
      await next();
      return settle(c, request);
    case 'answered':
      return replayed(claim.response);
    case 'in-progress':
      throw new Problem('idempotency-key-in-use', 'The first request with this Idempotency-Key is still in progress', {
        retryAfterSeconds: apiLimits.idempotencyRetryAfterSeconds,
      });
    case 'unreadable':
      throw new Problem(
        'conflict',
        'This request was already processed, but its stored response can no longer be read',
      );
    case 'another-request':
      throw invalidKey('idempotency-key-reused', 'was already used for another request');
  }
};

/** Accepts the key in quotes, as the draft requires, or without them, as most clients send it. */
function keyOf(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!idempotencyKeyPattern.test(key))
    throw invalidKey('invalid-request', 'must be 1 to 255 visible ASCII characters');
  return key;
}

function invalidKey(code: 'idempotency-key-reused' | 'invalid-request', reason: string): Problem {
  const fields = [{ path: ['header', 'idempotency-key'], message: reason, type: code.replaceAll('-', '_') }];
  return new Problem(code, `The Idempotency-Key ${reason}`, { fields });
}

async function keyedRequestOf(c: Context<AppEnv>, key: string): Promise<KeyedRequest> {
  const { actor, requestId } = c.var;
  const { pathname, search } = new URL(c.req.url);
  const type = c.req.header('content-type') ?? '';
  const bytesMax = readsForm(c.req) ? apiLimits.idempotentFormBytes : apiLimits.idempotentJsonBytes;
  const body = await bodyAtMost(c, bytesMax);
  if (body !== undefined) c.req.raw = new Request(c.req.raw, { body });
  return keyedRequest({
    caller: actor ? `${actor.organizationId}/${actor.keyId ?? actor.ref.id}` : 'admin',
    target: `${c.req.method} ${pathname}${search}`,
    key,
    bodyDigest: await bodyDigest(body ?? new Uint8Array(), type),
    claim: requestId,
  });
}

/** Stores a successful response. After an error, the key can be used again. A storage failure never fails the request. */
async function settle(c: Context<AppEnv>, request: KeyedRequest): Promise<void> {
  const { deps, requestId } = c.var;
  try {
    const stored = await storableOf(c.res);
    if (stored) await storeResponse(deps, request, stored);
    else await releaseKey(deps, request);
  } catch (cause) {
    deps.log.error('idempotency.failed', { request_id: requestId, cause });
  }
}

async function storableOf(response: Response): Promise<StoredResponse | undefined> {
  if (!response.ok) return undefined;
  const bytes = await response.clone().arrayBuffer();
  if (bytes.byteLength > apiLimits.idempotentResponseBytes) return undefined;
  const body = new TextDecoder().decode(bytes);
  const contentType = response.headers.get('content-type');
  return { status: response.status, headers: contentType === null ? {} : { 'content-type': contentType }, body };
}

function replayed({ status, headers, body }: StoredResponse): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers, [replayedHeader]: 'true' } });
}
