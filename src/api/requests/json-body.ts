// Reads JSON bodies up to a limit, before the handler runs. A user's own JSON inside them stays as sent; everything around it is
// parsed.
import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import { apiLimits } from '../../contract/limits/requests.ts';
import { type CutJson, cutJson, JsonFault } from '../../core/json/scan.ts';
import { hasMore, values } from '../../core/json/size.ts';
import type { JsonText } from '../../core/json/text.ts';
import type { AppEnv } from '../context/context.ts';
import { malformedJson } from '../problems/problem-response.ts';
import { bodyAtMost, mayHaveBody } from './whole-body.ts';

/**
 * Rejects a body that is larger than `bytes` or nested too deeply. These routes accept only JSON, so a body is parsed as JSON whatever
 * its content type, and an empty body counts as none. Cuts out the values at the paths in `texts`, such as `inputs` or `input.rows.*`.
 * The route's schema sees an empty object in place of each one, and the handler reads the text with `textAt` or `textsAt`.
 */
export function jsonAtMost(bytes: number, texts: readonly string[] = []): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const cut = await readJson(c, bytes, texts);
    if (cut) setJson(c.req, cut.skeleton);
    else if (mayHaveBody(c.req.raw)) c.req.raw = emptyRequest(c.req.raw);
    await next();
  };
}

/** Reads the body as `jsonAtMost` does. Returns undefined if it is empty or there is none. */
export async function readJson(
  c: Context<AppEnv>,
  bytes: number,
  texts: readonly string[],
): Promise<CutJson | undefined> {
  const body = await bodyAtMost(c, bytes);
  if (!body) return undefined;
  const cut = await cutBody(body, texts);
  c.set('bodyTexts', cut);
  return cut;
}

/** For routes with an optional body: clients may send a JSON content type without a body. */
export const emptyBodyIsNull: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (mayHaveBody(c.req.raw) && !hasBody(c)) c.req.raw = jsonRequest(c.req.raw, 'null');
  await next();
};

/** Rejects an empty body, which otherwise counts as an object without members, if the API that the surface imitates rejects it. */
export const bodyRequired: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!hasBody(c)) throw malformedJson('The body is empty');
  await next();
};

/** Returns the object at a path in the body, if any. */
export function textAt(c: Context<AppEnv>, path: string): JsonText | undefined {
  const text = c.get('bodyTexts')?.one(path);
  return text?.text === 'null' ? undefined : text;
}

/** Returns the values at a path that ends with `*`. */
export function textsAt(c: Context<AppEnv>, path: string): JsonText[] {
  return (c.get('bodyTexts')?.at(path) ?? []).map(({ text }) => text);
}

async function cutBody(body: Uint8Array, texts: readonly string[]): Promise<CutJson> {
  const { jsonLevels: levels, jsonValues: cutsMax } = apiLimits;
  try {
    const cut = await cutJson(decodeUtf8(body), texts, { levels, cutsMax });
    if (hasMore(values, cut.skeleton, cutsMax)) throw malformedJson(tooManyValues);
    if (hasUnpairedSurrogate(cut.skeleton)) throw malformedJson('The body has an unpaired surrogate');
    return cut;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw malformedJson(faults[error.kind]);
  }
}

const tooManyValues = `The body has more than ${apiLimits.jsonValues} values. To run many rows, send a file.`;
const faults: Record<JsonFault['kind'], string | undefined> = {
  malformed: undefined,
  'too-deep': `The body is nested deeper than ${apiLimits.jsonLevels} levels`,
  'too-many': tooManyValues,
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Rejects invalid UTF-8, which would otherwise be replaced by other characters. */
function decodeUtf8(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw malformedJson('The body is not UTF-8');
  }
}

/** Returns whether a text in the JSON isn't Unicode. The database would replace its characters. */
function hasUnpairedSurrogate(json: string): boolean {
  // Written again, JSON has escapes of unpaired surrogates only.
  return surrogate.test(json) && surrogate.test(JSON.stringify(JSON.parse(json)));
}

const surrogate = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

/** Only after `jsonAtMost`. */
function hasBody(c: Context<AppEnv>): boolean {
  return c.get('bodyTexts') !== undefined;
}

/** Content types that Hono parses as JSON (RFC 6839 §3.1). */
const jsonType = /^application\/(?:[\w.-]+\+)?json(?:;|$)/i;

/** Makes the text the request's JSON body. If its type says so already, no request with another type is needed. */
function setJson(request: HonoRequest, body: string): void {
  const type = request.header('content-type')?.trim() ?? '';
  if (jsonType.test(type)) Object.assign(request.bodyCache, { text: Promise.resolve(body) });
  else request.raw = jsonRequest(request.raw, body);
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
