// Reads the request of a plugin call in one step. As the router's validators, this would be six layers, some of which create another
// request or read all headers again, and a call would spend more time in them than in everything else (decision 150).
import type { Context } from 'hono';
import type { z } from 'zod';
import { builderLimits } from '../../contract/limits/builder.ts';
import type { AppEnv } from '../context.ts';
import { invalidRequest } from '../problems/problem-response.ts';
import { readJson } from './json-body.ts';

interface CallSchemas<Params, Query, Headers, Body> {
  params: z.ZodType<Params>;
  query: z.ZodType<Query>;
  headers: z.ZodType<Headers>;
  body: z.ZodType<Body>;
  /** What the body's schema gets if there is no body. */
  noBody: unknown;
  /** Paths of the values that stay text. The handler reads them with `textAt`. */
  texts: readonly string[];
}

interface CallRequest<Params, Query, Headers, Body> {
  params: Params;
  query: Query;
  headers: Headers;
  body: Body;
}

/** Reads and validates the parts in the router's order. */
export async function readCallRequest<Params, Query, Headers, Body>(
  c: Context<AppEnv>,
  schemas: CallSchemas<Params, Query, Headers, Body>,
): Promise<CallRequest<Params, Query, Headers, Body>> {
  const json = await readJson(c, builderLimits.callBytes, schemas.texts);
  const query = valid('query', schemas.query, c.req.url.includes('?') ? queryOf(c) : {});
  const params = valid('param', schemas.params, c.req.param());
  const headers = valid('header', schemas.headers, c.req.header());
  const body = valid('json', schemas.body, json ? JSON.parse(json.skeleton) : schemas.noBody);
  return { params, query, headers, body };
}

function valid<Value>(target: 'query' | 'param' | 'header' | 'json', schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(parsed.error, target);
  return parsed.data;
}

/** Returns a parameter that was sent once as text, and a repeated one as a list. */
function queryOf({ req }: Context<AppEnv>): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
