// Reads the request of a plugin call in one step. The router's validators would take six layers for this. They create another
// request and read all headers twice (decision 150).
import type { Context } from 'hono';
import type { z } from 'zod';
import { builderLimits } from '../../contract/limits/builder.ts';
import type { AppEnv } from '../context/context.ts';
import { invalidRequest } from '../problems/problem-response.ts';
import { readJson } from './json-body.ts';

interface CallSchemas<Params, Query, Headers extends z.ZodObject, Body> {
  params: z.ZodType<Params>;
  query: z.ZodType<Query>;
  /** All headers are optional. */
  headers: Headers;
  body: z.ZodType<Body>;
  /** Value for the body schema if there is no body. */
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

/** Returns a function that reads and validates a request's parts, in the router's order. Most calls have no query and no headers. */
export function callReader<Params, Query, Headers extends z.ZodObject, Body>(
  schemas: CallSchemas<Params, Query, Headers, Body>,
): (c: Context<AppEnv>) => Promise<CallRequest<Params, Query, z.infer<Headers>, Body>> {
  const noQuery = schemas.query.parse({});
  const noHeaders = schemas.headers.parse({});
  const names = Object.keys(schemas.headers.shape);
  return async (c) => {
    const json = await readJson(c, builderLimits.callBytes, schemas.texts);
    const query = c.req.url.includes('?') ? valid('query', schemas.query, queryOf(c)) : noQuery;
    const params = valid('param', schemas.params, c.req.param());
    const sent = headersOf(c, names);
    const headers = sent ? valid('header', schemas.headers, sent) : noHeaders;
    const body = valid('json', schemas.body, json ? JSON.parse(json.skeleton) : schemas.noBody);
    return { params, query, headers, body };
  };
}

function valid<Schema extends z.ZodType>(
  target: 'query' | 'param' | 'header' | 'json',
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
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

/** Returns undefined if none of the headers was sent. */
function headersOf({ req }: Context<AppEnv>, names: readonly string[]): Record<string, string> | undefined {
  let sent: Record<string, string> | undefined;
  for (const name of names) {
    const value = req.header(name);
    if (value === undefined) continue;
    sent ??= {};
    sent[name] = value;
  }
  return sent;
}
