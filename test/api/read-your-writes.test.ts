// Tests which routes are flagged to clear the cached routes of the organization (decision 30).
import { expect, test } from 'vitest';
import { acceptsIdempotencyKey } from '../../src/api/idempotency.ts';
import { mayMoveTraffic } from '../../src/api/read-your-writes.ts';
import { testApp } from '../support/deps.ts';

/** Routes that change something, but not which deployment a call reaches. A new route belongs here or gets the flag. */
const unflagged = [
  'DELETE /api/v1/plugins/:id',
  'DELETE /v1/keys/:key_id',
  'DELETE /v1/waivers/:waiver_id',
  'DELETE /v1/webhooks/:endpoint_id',
  'PATCH /api/v1/plugins/:id',
  'PATCH /v1/admin/organizations/:organization_id/quotas',
  'PATCH /v1/namespaces/:namespace_identifier',
  'PATCH /v1/webhooks/:endpoint_id',
  'POST /api/v1/plugins',
  'POST /api/v1/plugins/:id/verify',
  'POST /v1/admin/organizations',
  'POST /v1/admin/organizations/:organization_id/keys',
  'POST /v1/keys',
  'POST /v1/keys/:key_id/rotate',
  'POST /v1/namespaces',
  'POST /v1/namespaces/:namespace_id/deployments/:deployment_id/cancel',
  'POST /v1/namespaces/:namespace_id/plugins/reconfigure',
  'POST /v1/namespaces/:namespace_id/plugins/uploads',
  'POST /v1/plugins/uploads',
  'POST /v1/waivers',
  'POST /v1/webhooks',
  'POST /v1/webhooks/:endpoint_id/deliveries/:delivery_id/redeliver',
  'POST /v1/webhooks/:endpoint_id/disable',
  'POST /v1/webhooks/:endpoint_id/enable',
  'POST /v1/webhooks/:endpoint_id/recover',
  'POST /v1/webhooks/:endpoint_id/rotate',
  'POST /v1/webhooks/:endpoint_id/test',
  'PUT /_s3/*',
  'PUT /v1/namespaces/:namespace_identifier',
  'PUT /v1/scan-policy',
];

/** Hono wraps the handlers of a router that has its own error handler, and keeps the original one in this property. */
function handlerOf(handler: unknown): unknown {
  return Object(handler).__COMPOSED_HANDLER ?? handler;
}

test('every route that changes something is flagged, or listed here', () => {
  const { routes } = testApp().app;
  const changing = routes.filter(
    ({ method, path }) => ['PUT', 'PATCH', 'DELETE'].includes(method) || acceptsIdempotencyKey(method, path),
  );
  const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  const flagged = new Set(changing.filter(({ handler }) => handlerOf(handler) === mayMoveTraffic).map(nameOf));
  expect([...new Set(changing.map(nameOf))].filter((name) => !flagged.has(name)).sort()).toEqual(unflagged);
});
