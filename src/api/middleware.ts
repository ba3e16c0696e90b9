// What happens to every request: id, deps, headers, log line; and to its body: cut off at its limit, read as JSON.
import type { MiddlewareHandler } from 'hono';
import { apiLimits } from '../contract/limits.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { announceEvents } from '../events/announce.ts';
import type { AppEnv } from './context.ts';
import { nestsDeeper } from './json-depth.ts';
import { malformedJson, problemResponse } from './problem-response.ts';

export type MakeDeps = (env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }) => Deps;

export function prepare(makeDeps: MakeDeps, caches: AppEnv['Variables']['caches']): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const deps = makeDeps(c.env, c.executionCtx);
    const requestId = deps.ids('request');
    const startedAt = deps.clock.now();
    c.set('deps', deps);
    c.set('requestId', requestId);
    c.set('caches', caches);
    c.set('actor', undefined);
    c.set('refused', problemResponse);
    await next();
    deps.defer(announceEvents(deps));
    c.header('slipway-request-id', requestId);
    c.header('x-content-type-options', 'nosniff');
    const { pathname } = new URL(c.req.url);
    if (pathname === '/healthz') return;
    deps.log.info('request', {
      request_id: requestId,
      method: c.req.method,
      path: pathname,
      status: c.res.status,
      duration_ms: deps.clock.now() - startedAt,
      organization: c.var.actor?.organizationId,
      key: c.var.actor?.ref.id,
    });
  };
}

/** From here on refusals are told in this surface's words. */
export function refusing(refused: AppEnv['Variables']['refused']): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set('refused', refused);
    await next();
  };
}

/**
 * Refuses a body that is announced or turns out larger, or nests too deep, before a handler reads it. What is sent is JSON, whatever its content
 * type says: these routes know nothing else.
 */
export function jsonAtMost(bytes: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const body = await bodyAtMost(c.req.raw, bytes);
    if (body && nestsDeeper(body, apiLimits.jsonLevels))
      throw malformedJson(`The body is nested deeper than ${apiLimits.jsonLevels} levels`);
    if (body !== undefined) c.req.raw = jsonRequest(c.req.raw, body);
    await next();
  };
}

/** The whole body; null when it is empty, undefined when there is none. */
export async function bodyAtMost(request: Request, bytes: number): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  const tooLarge = new Problem('body-too-large', `The body of this request may have ${bytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > bytes) throw tooLarge;
  return request.body && mayHaveBody(request) ? readAtMost(request.body, bytes, tooLarge) : undefined;
}

async function readAtMost(
  body: ReadableStream<Uint8Array>,
  bytes: number,
  tooLarge: Problem,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytes) throw tooLarge;
    chunks.push(chunk);
  }
  if (size === 0) return null;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** For routes whose body is optional: clients that send none say so with no body at all, but with a JSON content type. */
export const emptyBodyIsNull: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (mayHaveBody(c.req.raw) && !c.req.raw.body) c.req.raw = jsonRequest(c.req.raw, 'null');
  await next();
};

/** Some send one with a GET all the same, which no Request can be made of; no route reads it. */
function mayHaveBody({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function jsonRequest(request: Request, body: string | Uint8Array<ArrayBuffer> | null): Request {
  const headers = new Headers(request.headers);
  headers.set('content-type', 'application/json');
  return new Request(request, { body, headers });
}
