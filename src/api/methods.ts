// Methods: a known path refuses those it doesn't know by 405, and names those it does, as an answer to OPTIONS too (RFC 9110
// §9.3.7, §15.5.6). A path with fixed words comes before one with parameters, as in the OpenAPI document.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../core/problem.ts';
import type { AppEnv } from './context.ts';

interface KnownPath {
  path: string;
  pattern: RegExp;
  methods: Set<string>;
}

/** Undefined: the path knows the method, or nobody knows the path. Routes may be added to the app until the first request. */
export type MethodRefusal = (c: Context<AppEnv>) => Response | undefined;

export function methodRefusal(app: OpenAPIHono<AppEnv>): MethodRefusal {
  let known: KnownPath[] | undefined;
  return (c) => {
    known ??= knownPaths(app);
    const found = known.find(({ pattern }) => pattern.test(c.req.path));
    if (!found || found.methods.has(c.req.method)) return undefined;
    const response =
      c.req.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : c.var.refused(new Problem('method-not-allowed', `${c.req.method} is not allowed here`), c.var.requestId);
    response.headers.set('allow', [...found.methods, 'OPTIONS'].sort().join(', '));
    return response;
  };
}

/** Before the routes: `/plugins/uploads` has no GET, though `/plugins/{plugin_id}` has one. */
export function knownMethods(refusal: MethodRefusal): MiddlewareHandler<AppEnv> {
  return async (c, next) => refusal(c) ?? next();
}

/** Most specific first. Middleware is registered for all methods, and says nothing of them. */
function knownPaths(app: OpenAPIHono<AppEnv>): KnownPath[] {
  const byPath = new Map<string, KnownPath>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue;
    const known = byPath.get(path) ?? { path, pattern: patternOf(path), methods: new Set() };
    known.methods.add(method);
    // Answered as GET is, without the body.
    if (method === 'GET') known.methods.add('HEAD');
    byPath.set(path, known);
  }
  return [...byPath.values()].sort((a, b) => (rankOf(a.path) < rankOf(b.path) ? -1 : 1));
}

function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll('.', '\\.')
    .replaceAll(/:[^/]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${pattern.replace(/(?<=.)\/$/, '')}/?$`);
}

/** Segment by segment: a word, then a parameter, then anything. */
function rankOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '1' : segment.includes('*') ? '2' : '0'))
    .join('');
}
