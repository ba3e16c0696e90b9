// Reads JSON bodies up to a limit, before the handler runs. A user's own JSON inside them stays as sent; everything around it is
// parsed.
import type { Context, MiddlewareHandler } from 'hono';
import { apiLimits } from '../../contract/limits/requests.ts';
import { type CutJson, cutJson, JsonFault } from '../../core/json/scan.ts';
import type { JsonText } from '../../core/json/text.ts';
import type { AppEnv } from '../context.ts';
import { malformedJson } from '../problems/problem-response.ts';
import { bodyAtMost, mayHaveBody } from './whole-body.ts';

/**
 * Rejects a body that is larger than `bytes` or nested too deeply. These routes accept only JSON, so a body is parsed as JSON whatever
 * its content type, and an empty body counts as none. Cuts out the values at the paths in `texts`, such as `inputs` or `input.rows.*`.
 * The route's schema sees an empty object in place of each one, and the handler reads the text with `textAt` or `textsAt`.
 */
export function jsonAtMost(bytes: number, texts: readonly string[] = []): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const body = await bodyAtMost(c, bytes);
    if (!mayHaveBody(c.req.raw)) return next();
    if (body) {
      const cut = await cutBody(body, texts);
      c.set('bodyTexts', cut);
      c.req.raw = jsonRequest(c.req.raw, cut.skeleton);
    } else c.req.raw = emptyRequest(c.req.raw);
    await next();
  };
}

/** For routes with an optional body: clients may send a JSON content type without a body. */
export const emptyBodyIsNull: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (mayHaveBody(c.req.raw) && !c.req.raw.body) c.req.raw = jsonRequest(c.req.raw, 'null');
  await next();
};

/** Rejects an empty body, which otherwise counts as an object without members, if the API that the surface imitates rejects it. */
export const bodyRequired: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!c.req.raw.body) throw malformedJson('The body is empty');
  await next();
};

/** Returns the object at a path in the body, if any. */
export function textAt({ var: { bodyTexts } }: Context<AppEnv>, path: string): JsonText | undefined {
  const text = bodyTexts?.one(path);
  return text?.text === 'null' ? undefined : text;
}

/** Returns the values at a path that ends with `*`. */
export function textsAt({ var: { bodyTexts } }: Context<AppEnv>, path: string): JsonText[] {
  return (bodyTexts?.at(path) ?? []).map(({ text }) => text);
}

async function cutBody(body: Uint8Array, texts: readonly string[]): Promise<CutJson> {
  try {
    return await cutJson(decodeUtf8(body), texts, { levels: apiLimits.jsonLevels });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw malformedJson(
      error.kind === 'too-deep' ? `The body is nested deeper than ${apiLimits.jsonLevels} levels` : undefined,
    );
  }
}

/** Rejects invalid UTF-8, which would otherwise be replaced by other characters. */
function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    throw malformedJson('The body is not UTF-8');
  }
}

function jsonRequest(request: Request, body: string): Request {
  const headers = new Headers(request.headers);
  headers.set('content-type', 'application/json');
  return new Request(request, { body, headers });
}

/** Returns the request without a body and content type. With a content type, the router would parse the missing body. */
function emptyRequest(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-type');
  return new Request(request, { body: null, headers });
}
