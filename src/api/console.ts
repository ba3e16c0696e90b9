// Serves the console: one page for all its URLs, and the files that the page refers to.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { limitedByAddress } from './authentication/address-limits.ts';
import { knownHostsOnly } from './authentication/browser-requests.ts';
import type { AppEnv } from './context/context.ts';
import { pathNotFound } from './problems/problem-response.ts';
import { consolePolicy } from './responses/security-headers.ts';

/** Paths of the kernel's pages in the console (src/console/router.tsx). */
const kernelPages = [
  ...['/', '/sign-in', '/events', '/quotas', '/quotas/months', '/keys', '/policy'],
  ...['/advisories', '/usage', '/calls', '/calls/:page'],
  '/n/:page{.+}',
];
const fileFolder = '/console/assets';
const pageType = 'text/html';

export function addConsole(app: OpenAPIHono<AppEnv>, featurePages: readonly string[]): void {
  const pagePaths = [...kernelPages, ...featurePages];
  for (const path of [...pagePaths, `${fileFolder}/*`]) app.use(path, knownHostsOnly, limitedByAddress);
  for (const path of pagePaths) app.get(path, page);
  app.get(`${fileFolder}/:file`, file);
}

/** A program that prefers JSON gets the response for unknown paths, which says where the API is. */
async function page(c: Context<AppEnv>): Promise<Response> {
  const supports = [pageType, 'application/json', 'application/problem+json'];
  if (accepts(c, { header: 'Accept', supports, default: pageType }) !== pageType) throw pathNotFound(c.req.path);
  const response = await asset(c, '/console/');
  response.headers.set('content-security-policy', consolePolicy(c.var.deps.storage.endpoint));
  response.headers.set('referrer-policy', 'no-referrer');
  response.headers.set('cache-control', 'no-cache');
  return response;
}

/** Serves a file whose name contains a digest of its content, so it can be cached forever. */
async function file(c: Context<AppEnv>): Promise<Response> {
  const response = await asset(c, c.req.path);
  response.headers.set('cache-control', 'public, max-age=31536000, immutable');
  return response;
}

async function asset(c: Context<AppEnv>, path: string): Promise<Response> {
  const url = new URL(path, c.req.url);
  const { body, status, headers } = await c.var.deps.assets(new Request(url, { headers: c.req.raw.headers }));
  if (status === 404) throw pathNotFound(c.req.path);
  return new Response(body, { status, headers });
}
