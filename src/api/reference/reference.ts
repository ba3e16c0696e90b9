// Serves the API reference: one page for all its URLs, its files, and the data that the page reads from the OpenAPI document.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppEnv } from '../context/context.ts';
import { addProblemPages } from '../problems/problem-pages.ts';
import { pathNotFound } from '../problems/problem-response.ts';
import { pageHeaders } from '../responses/security-headers.ts';
import type { Reference } from './reference-documents.ts';

const page = '/docs/';

/** Caches the result of `reference`, which runs on the first request that needs it. */
export function addReference(app: OpenAPIHono<AppEnv>, reference: () => Reference): void {
  addProblemPages(app, pageHeaders);
  for (const path of ['/docs', page]) app.get(path, (c) => file(c, page));
  app.get('/docs/index.json', (c) => c.json(reference().index));
  app.get('/docs/groups/:group', (c) => {
    const id = c.req.param('group');
    if (!reference().index.groups.some((group) => group.id === id)) throw pathNotFound(c.req.path);
    return file(c, page);
  });
  app.get('/docs/operations/:operation', (c) => {
    if (!reference().operation(c.req.param('operation'))) throw pathNotFound(c.req.path);
    return file(c, page);
  });
  app.get('/docs/operations/:operation/document.json', (c) => {
    const found = reference().operation(c.req.param('operation'));
    if (!found) throw pathNotFound(c.req.path);
    return c.json(found);
  });
  app.get('/docs/:file{[a-z][a-z-]*\\.[a-z0-9]+}', (c) => file(c, c.req.path));
}

async function file(c: Context<AppEnv>, path: string): Promise<Response> {
  const url = new URL(path, c.req.url);
  const { body, status, headers } = await c.var.deps.assets(new Request(url, { headers: c.req.raw.headers }));
  if (status === 404) throw pathNotFound(c.req.path);
  const response = new Response(body, { status, headers });
  for (const [name, value] of Object.entries(pageHeaders)) response.headers.set(name, value);
  return response;
}
