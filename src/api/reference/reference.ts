// Serves the guides and the API reference: one page for all URLs, its files, and the data that the page reads.
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
  for (const path of ['/docs', page, '/docs/api']) app.get(path, (c) => file(c, page));
  app.get('/docs/guides/*', async (c) => {
    const guide = c.req.path.slice('/docs/guides/'.length).replace(/\/$/, '');
    const found = await Promise.all([asset(c, `/docs/pages/${guide}.md`), asset(c, `/docs/pages/${guide}/index.md`)]);
    if (found.every(({ status }) => status === 404)) throw pathNotFound(c.req.path);
    return file(c, page);
  });
  app.get('/docs/pages/*', (c) => file(c, c.req.path));
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

function asset(c: Context<AppEnv>, path: string): Promise<Response> {
  const url = new URL(path, c.req.url);
  return c.var.deps.assets(new Request(url, { headers: c.req.raw.headers }));
}

async function file(c: Context<AppEnv>, path: string): Promise<Response> {
  const { body, status, headers } = await asset(c, path);
  if (status === 404) throw pathNotFound(c.req.path);
  const response = new Response(body, { status, headers });
  for (const [name, value] of Object.entries(pageHeaders)) response.headers.set(name, value);
  return response;
}
