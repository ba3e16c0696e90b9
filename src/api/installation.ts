// Serves what needs no key: the health check, the OpenAPI document and the API reference.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { limitAddress } from './authentication/address-limits.ts';
import { knownHostsOnly } from './authentication/known-hosts.ts';
import type { AppEnv } from './context.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { errors, json } from './openapi/route-definitions.ts';
import { addProblemPages } from './problems/problem-pages.ts';
import { pathNotFound } from './problems/problem-response.ts';
import { pageHeaders } from './responses/security-headers.ts';

const health = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Installation'],
  security: [],
  summary: 'Check health',
  responses: { 200: json('Slipway is running', z.object({ status: z.literal('ok') })) },
});

const document = createRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApiDocument',
  tags: ['Installation'],
  security: [],
  summary: 'Get the OpenAPI document',
  responses: {
    200: json('The OpenAPI 3.1 document', z.looseObject({ openapi: z.literal('3.1.0') })),
    ...errors(403, 429),
  },
});

async function page(c: Context<AppEnv>): Promise<Response> {
  const { body, status, headers } = await c.var.deps.assets(c.req.raw);
  if (status === 404) throw pathNotFound(c.req.path);
  const response = new Response(body, { status, headers });
  for (const [name, value] of Object.entries(pageHeaders)) response.headers.set(name, value);
  return response;
}

/** Routes may be added to the app until the document is first requested. */
export function addInstallation(app: OpenAPIHono<AppEnv>): void {
  let text: string | undefined;
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  app.openAPIRegistry.registerPath(document);
  for (const path of [document.path, '/docs/*']) {
    app.use(path, knownHostsOnly, async (c, next) => {
      await limitAddress(c);
      await next();
    });
  }
  app.get(document.path, (c) => {
    text ??= JSON.stringify(openApiDocument(app));
    return c.body(text, 200, { 'content-type': 'application/json' });
  });
  addProblemPages(app, pageHeaders);
  for (const path of ['/docs', '/docs/', '/docs/:file']) app.get(path, page);
}
