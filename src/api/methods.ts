// Responds with 405 and an `Allow` header to methods that a path doesn't support, and handles OPTIONS (RFC 9110 §9.3.7, §15.5.6). A
// path with literal segments takes precedence over one with parameters, as in the OpenAPI document.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../core/problem.ts';
import type { AppEnv } from './context/context.ts';
import { answerProblem } from './problems/problem-json.ts';

interface KnownPath {
  path: string;
  pattern: RegExp;
  methods: Set<string>;
}

/**
 * Runs before the routes and doesn't need a key: `/plugins/uploads` has no GET, though `/plugins/{plugin_id}` has one. Routes may be
 * added to the app until the first request.
 */
export function knownMethods(app: OpenAPIHono<AppEnv>): MiddlewareHandler<AppEnv> {
  let known: ReadonlyMap<number, KnownPath[]> | undefined;
  return async (c, next) => {
    known ??= bySegments(knownPaths(app));
    const path = known.get(segmentsOf(c.req.path))?.find(({ pattern }) => pattern.test(c.req.path));
    if (!path || path.methods.has(c.req.method)) return next();
    const response =
      c.req.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : answerProblem(c, new Problem('method-not-allowed', `${c.req.method} is not allowed for this path`));
    response.headers.set('allow', [...path.methods, 'OPTIONS'].sort().join(', '));
    return response;
  };
}

/** Maximum number of a path's segments. The first one is empty. */
const segmentsMax = 16;

/** Groups the paths by number of segments, each group in the same order. A wildcard stands for any number of them. */
function bySegments(paths: readonly KnownPath[]): ReadonlyMap<number, KnownPath[]> {
  const counts = Array.from({ length: segmentsMax + 1 }, (_, count) => count);
  const isIn = (count: number, path: string) =>
    path.includes('*') ? segmentsOf(path) - 1 <= count : segmentsOf(path) === count;
  return new Map(counts.map((count) => [count, paths.filter(({ path }) => isIn(count, path))]));
}

function segmentsOf(path: string): number {
  let count = path.endsWith('/') && path.length > 1 ? 0 : 1;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count += 1;
  return Math.min(count, segmentsMax);
}

/** Lists the paths of all routes, most specific first. Entries for `ALL` are middleware. */
function knownPaths(app: OpenAPIHono<AppEnv>): KnownPath[] {
  const byPath = new Map<string, KnownPath>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue;
    const known = byPath.get(path) ?? { path, pattern: patternOf(path), methods: new Set() };
    known.methods.add(method);
    // Hono serves HEAD with the GET handler.
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

/** Orders paths segment by segment: literals, then parameters, then wildcards. */
function rankOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '1' : segment.includes('*') ? '2' : '0'))
    .join('');
}
