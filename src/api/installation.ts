// Serves routes that need no key: the health and readiness checks, the metrics, the OpenAPI document and the API reference.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { limitedByAddress } from './authentication/address-limits.ts';
import { knownHostsOnly } from './authentication/browser-requests.ts';
import type { AppEnv } from './context/context.ts';
import { type Document, errors, json } from './openapi/route-definitions.ts';
import { addReference } from './reference/reference.ts';
import { buildReference, type Reference } from './reference/reference-documents.ts';
import { addMetrics } from './watching/metrics.ts';
import { addReadiness } from './watching/readiness.ts';

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

/** Returns a function for the reference. Routes may be added to the app until the document or the reference is first requested. */
export function addInstallation(
  app: OpenAPIHono<AppEnv>,
  documentOf: (app: OpenAPIHono<AppEnv>) => Document,
): () => Reference {
  let made: { text: string; reference: Reference } | undefined;
  const once = () => {
    if (made) return made;
    const document = documentOf(app);
    made = { text: JSON.stringify(document), reference: buildReference(document) };
    return made;
  };
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  addReadiness(app);
  addMetrics(app);
  app.openAPIRegistry.registerPath(document);
  for (const path of [document.path, '/docs/*']) app.use(path, knownHostsOnly, limitedByAddress);
  app.get(document.path, (c) => c.body(once().text, 200, { 'content-type': 'application/json' }));
  const reference = () => once().reference;
  addReference(app, reference);
  return reference;
}
