// Tests that a client sees its own change to the live version on its next call, and which routes are flagged for that (decision 90).
import { expect, test } from 'vitest';
import { acceptsIdempotencyKey } from '../../../src/api/requests/idempotency.ts';
import { mayMoveTraffic } from '../../../src/api/requests/read-your-writes.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { mergedRows } from '../../support/feature-rows.ts';
import { keyOf, pluginsOf } from '../../support/scenes/organization.ts';
import { deploy, publishVersion, scene } from '../../support/scenes/scene.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

/** Routes that change something other than the deployment that a call reaches. Flag each new route, or add it here. */
const unflagged = [
  'DELETE /v1/admin/builders/:builder_name',
  'DELETE /v1/admin/organizations/:organization_id/deletion',
  'DELETE /v1/admin/quarantines/:sha256',
  'DELETE /v1/attention/:need_id/dismiss',
  'DELETE /v1/calls/:call_id',
  'DELETE /v1/keys/:key_id',
  'DELETE /v1/organization/deletion',
  'DELETE /v1/session',
  'PATCH /v1/admin/builders/:builder_name',
  'PATCH /v1/admin/organizations/:organization_id',
  'PATCH /v1/admin/organizations/:organization_id/quotas',
  'PATCH /v1/namespaces/:namespace_identifier',
  'PATCH /v1/organization/settings',
  'POST /v1/admin/builders',
  'POST /v1/admin/organizations',
  'POST /v1/admin/organizations/:organization_id/deletion',
  'POST /v1/admin/organizations/:organization_id/keys',
  'POST /v1/keys',
  'POST /v1/keys/:key_id/rotate',
  'POST /v1/attention/:need_id/dismiss',
  'POST /v1/namespaces',
  'POST /v1/namespaces/:namespace_id/callback-secret',
  'POST /v1/namespaces/:namespace_id/deployments/:deployment_id/cancel',
  'POST /v1/namespaces/:namespace_id/plugins/uploads',
  'POST /v1/organization/deletion',
  'POST /v1/plugins/uploads',
  'POST /v1/scan-policy/preview',
  'POST /v1/session/links',
  'PUT /_s3/*',
  'PUT /v1/admin/organizations/:organization_id/budget',
  'PUT /v1/admin/quarantines/:sha256',
  'PUT /v1/budget',
  'PUT /v1/call-limits',
  'PUT /v1/namespaces/:namespace_id/budget',
  'PUT /v1/namespaces/:namespace_identifier',
  'PUT /v1/scan-policy',
];

/** Hono wraps a router's handlers in its own error handler, and keeps the original in this property. */
function handlerOf(handler: unknown): unknown {
  return Object(handler).__COMPOSED_HANDLER ?? handler;
}

test('every route that changes something is flagged or listed here', () => {
  const { routes } = testApp().app;
  const changing = routes.filter(
    ({ method, path }) => ['PUT', 'PATCH', 'DELETE'].includes(method) || acceptsIdempotencyKey(method, path),
  );
  const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  const flagged = new Set(changing.filter(({ handler }) => handlerOf(handler) === mayMoveTraffic).map(nameOf));
  const ofFeatures = Object.keys(mergedRows(({ authorization }) => authorization))
    .filter((operation) => !operation.startsWith('GET '))
    .map((operation) => operation.replaceAll(/\{(\w+)\}/g, ':$1'))
    .filter(
      (operation) => !operation.startsWith('POST ') || acceptsIdempotencyKey('POST', operation.slice('POST '.length)),
    )
    .filter((operation) => !flagged.has(operation));
  expect([...new Set(changing.map(nameOf))].filter((name) => !flagged.has(name)).sort()).toEqual(
    [...unflagged, ...ofFeatures].sort(),
  );
});

/** Creates a plugin with two deployed versions (1.0.1 is live), and clients of two isolates with separate caches. */
async function twoIsolates() {
  const s = await scene({ version: '1.0.0' });
  const next = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  for (const version of [s.version, next]) {
    const { id } = await deploy({ ...s, version });
    await advanceDeployment(s.deps, id);
  }
  const key = await keyOf({ id: s.actor.organizationId });
  const path = `${pluginsOf(s.namespaceId)}/by-name/hello_ext`;
  return [1, 2].map(() => {
    const { fetch } = testApp({ clock: s.clock, queues: losingQueues().queues });
    const client = clientOf(`Bearer ${key}`, fetch);
    return {
      /** Returns the version that answers a call. */
      call: async () => Object((await client.post(`${path}/realtime`, { inputs: {} })).body).version,
      rollBack: () =>
        client.send('POST', `${path}/rollback`, { body: { version: '1.0.0' }, headers: { 'idempotency-key': 'k1' } }),
    };
  });
}

test('a change, even a replayed one, is visible to the next call in its isolate', async () => {
  const [first, second] = await twoIsolates();
  expect([await first?.call(), await second?.call()]).toEqual(['1.0.1', '1.0.1']);
  expect((await first?.rollBack())?.status).toBe(200);
  expect([await first?.call(), await second?.call()]).toEqual(['1.0.0', '1.0.1']);
  expect((await second?.rollBack())?.headers.get('idempotency-replayed')).toBe('true');
  expect(await second?.call()).toBe('1.0.0');
});
