// Tests idempotency keys: repeating a request has no further effect.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { acceptsIdempotencyKey } from '../../../src/api/requests/idempotency.ts';
import { leases } from '../../../src/contract/limits/leases.ts';
import { apiLimits } from '../../../src/contract/limits/requests.ts';
import { database } from '../../../src/db/client.ts';
import { idempotencyKeys } from '../../../src/db/schema/access.ts';
import { sweep } from '../../../src/sweep.ts';
import { clientOf } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { featureRows } from '../../support/feature-rows.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { adminAuthorization, clientWithKey, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const hour = 3_600_000;
const given = { name: 'ci', scopes: ['plugins:read'] };

const counted = countedD1(env.DB);

async function scene() {
  const clock = clockAt(Date.now());
  const app = testApp({ clock, db: database(counted.db), queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const post = (key: string, path: string, body?: unknown) =>
    org.send('POST', path, { ...(body === undefined ? {} : { body }), headers: { 'idempotency-key': key } });
  /** Returns the created keys. */
  const made = async () => {
    const { results } = (await org.get('/v1/keys')).body as { results: { key_id: string; name: string }[] };
    return results.filter(({ name }) => name === given.name);
  };
  return { ...app, clock, org, post, made };
}

test('a repeated request gets the first response and has no effect', async () => {
  const { post, made } = await scene();
  const first = await post('k1', '/v1/keys', given);
  const again = await post('"k1"', '/v1/keys', given);
  expect(first.status).toBe(200);
  expect([again.status, again.text]).toEqual([first.status, first.text]);
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect(again.headers.get('slipway-request-id')).not.toBe(first.headers.get('slipway-request-id'));
  expect(await made()).toHaveLength(1);
});

test('a key sent again with another body is rejected', async () => {
  const { post } = await scene();
  await post('k1', '/v1/keys', given);
  const { status, body } = await post('k1', '/v1/keys', { ...given, name: 'other' });
  expect({ status, body }).toMatchObject({
    status: 422,
    body: { error: { type: 'IdempotencyError' }, detail: [{ loc: ['header', 'idempotency-key'] }] },
  });
});

test('an idempotency key belongs to one API key and path', async () => {
  const { org, post, made } = await scene();
  const { body } = await post('k1', '/v1/keys', given);
  const { key_id } = body as { key_id: string };
  const other = await clientWithKey(org, {});
  const headers = { 'idempotency-key': 'k1' };
  const answers = [
    await other.send('POST', '/v1/keys', { body: given, headers }),
    await post('k1', `/v1/keys/${key_id}/rotate`),
    await post('k1', '/v1/keys?again', given),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('idempotency-replayed')])).toEqual(
    Array(3).fill([200, null]),
  );
  expect(await made()).toHaveLength(3);
});

test('a failed request can be retried with the same key', async () => {
  const { org, post } = await scene();
  const path = `${org.plugins}/hello_ext_1_0_0/deploy`;
  expect((await post('k1', path)).status).toBe(404);
  expect((await post('k1', '/v1/keys', {})).status).toBe(422);
  expect((await post('k1', '/v1/keys', given)).status).toBe(200);
});

test("a repeated request must wait while the first is in progress, and runs again once the first one's lease expires", async () => {
  const { deps, clock, post, made } = await scene();
  await post('k1', '/v1/keys', given);
  // The state after the first attempt died before responding.
  await deps.db.update(idempotencyKeys).set({ status: null, answer: null });
  const meanwhile = await post('k1', '/v1/keys', given);
  expect(meanwhile).toMatchObject({ status: 409, body: { error: { type: 'ConflictError' } } });
  expect(meanwhile.headers.get('retry-after')).toBe('1');
  clock.advance(leases.idempotencyKey.leaseMs);
  expect((await post('k1', '/v1/keys', { ...given, name: 'other' })).status).toBe(422);
  expect((await post('k1', '/v1/keys', given)).status).toBe(200);
  expect(await made()).toHaveLength(2);
});

test('one of two concurrent requests with the same key runs, and the other is told to wait', async () => {
  const { post, made } = await scene();
  const answers = await Promise.all([post('k1', '/v1/keys', given), post('k1', '/v1/keys', given)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await made()).toHaveLength(1);
});

test('a key is retained for a day, then deleted', async () => {
  const { deps, clock, post, made } = await scene();
  await post('k1', '/v1/keys', given);
  clock.advance(24 * hour - 1);
  expect((await post('k1', '/v1/keys', given)).headers.get('idempotency-replayed')).toBe('true');
  clock.advance(1);
  expect((await post('k1', '/v1/keys', given)).headers.get('idempotency-replayed')).toBe(null);
  expect(await made()).toHaveLength(2);
  clock.advance(24 * hour + 1);
  await sweep(deps);
  expect(await deps.db.select().from(idempotencyKeys)).toEqual([]);
});

test('the database stores neither the key nor secrets in the response in plain text', async () => {
  const { deps, fetch } = await scene();
  const admin = clientOf(adminAuthorization, fetch);
  const sent = { body: { name: 'Acme' }, headers: { 'idempotency-key': 'a-readable-key' } };
  const made = await admin.send('POST', '/v1/admin/organizations', sent);
  const again = await admin.send('POST', '/v1/admin/organizations', sent);
  expect(again.text).toBe(made.text);
  expect(made.text).toContain('sk_');
  const rows = JSON.stringify(await deps.db.select().from(idempotencyKeys));
  expect(rows).not.toMatch(/a-readable-key|sk_|Acme/);
});

test('a request stored under another secret does not run again', async () => {
  const { org, post, made } = await scene();
  await post('k1', '/v1/keys', given);
  const { fetch } = testApp({ queues: losingQueues().queues, dataKey: 'another-secret-of-thirty-two-bytes' });
  const sent = { body: given, headers: { 'idempotency-key': 'k1' } };
  const again = await clientOf(`Bearer ${org.key}`, fetch).send('POST', '/v1/keys', sent);
  expect(again).toMatchObject({ status: 409, body: { error: { type: 'ConflictError' } } });
  expect(again.headers.get('retry-after')).toBe(null);
  expect(await made()).toHaveLength(1);
});

test('a form with a different boundary is the same request', async () => {
  const { org } = await scene();
  const { zip, name, version } = plugin();
  const publish = async (description: string) => {
    const form = new FormData();
    for (const [field, value] of Object.entries({ name, version, description })) form.set(field, value);
    form.set('file', new File([zip], 'plugin.zip'));
    const encoded = new Response(form);
    const body = await encoded.arrayBuffer();
    const headers = {
      authorization: `Bearer ${org.key}`,
      'idempotency-key': 'k1',
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': String(body.byteLength),
    };
    const response = await org.fetch(
      new Request(`http://slipway.test${org.plugins}`, { method: 'POST', body, headers }),
    );
    return [response.status, response.headers.get('idempotency-replayed'), (await response.text()).length > 0];
  };
  expect([await publish('a'), await publish('a'), await publish('b')]).toEqual([
    [200, null, true],
    [200, 'true', true],
    [422, null, true],
  ]);
});

test('a plugin call is not stored, and an invalid key is rejected', async () => {
  const { deps, org, post } = await scene();
  const before = await deps.db.$count(idempotencyKeys);
  expect((await post('', '/v1/keys', given)).status).toBe(422);
  expect((await post('x'.repeat(256), '/v1/keys', given)).status).toBe(422);
  expect((await post('k1', `${org.plugins}/none_1_0_0/realtime/test`, { inputs: {} })).status).toBe(404);
  await post('k1', '/v1/namespaces/list', {});
  expect(await deps.db.$count(idempotencyKeys)).toBe(before);
});

test('requests without side effects, sign-ins and pushes are the only ones that accept no key', () => {
  const { routes } = testApp().app;
  const posts = routes.filter(({ method, path }) => method === 'POST' && !acceptsIdempotencyKey(method, path));
  const unkeyed = [
    ...featureRows.flatMap((rows) => rows.unkeyed ?? []),
    '/api/plugins/:name/call',
    '/api/storage-plugins/:name/call',
    '/v1/namespaces/:namespace_id/plugins/:plugin_id/batch/test',
    '/v1/namespaces/:namespace_id/plugins/:plugin_id/realtime/test',
    '/v1/namespaces/:namespace_id/plugins/:plugin_id/relock',
    '/v1/namespaces/:namespace_id/plugins/:plugin_id/trial',
    '/v1/namespaces/:namespace_id/plugins/by-name/:slug/realtime',
    '/v1/namespaces/:namespace_id/plugins/by-name/:slug/realtime/test',
    '/v1/namespaces/:namespace_id/plugins/requirements',
    '/v1/namespaces/list',
    '/v1/plugins/:plugin_id/trial',
    '/v1/session',
    '/v1/session/links/read',
    '/v1/session/links/use',
  ];
  expect([...new Set(posts.map(({ path }) => path))].sort()).toEqual(unkeyed.sort());
});

test('a key costs two extra round trips, and a repeated request costs one', async () => {
  const { org, post, made } = await scene();
  await made();
  const trips = [
    await counted.during(() => org.post('/v1/keys', given)),
    await counted.during(() => post('k1', '/v1/keys', given)),
    await counted.during(() => post('k1', '/v1/keys', given)),
  ];
  expect(trips).toEqual([1, 3, 1]);
});

test('a response over 256 KiB is not stored, so a repeated request runs again', async () => {
  const { post } = await scene();
  const create = (key: string, padding: string) =>
    post(key, '/v1/namespaces', {
      namespace_name: `namespace ${key}`,
      feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
      payload_indexes: [{ padding }],
    });
  const limit = apiLimits.idempotentResponseBytes;
  const room = limit - (await create('k0', '')).text.length;
  const paddings = { k1: 'x'.repeat(room), k2: 'x'.repeat(room + 1), k3: `${'x'.repeat(room - 1)}é` };
  const answers: unknown[] = [];
  for (const [key, padding] of Object.entries(paddings)) {
    const first = await create(key, padding);
    const again = await create(key, padding);
    const bytes = new TextEncoder().encode(first.text).length;
    answers.push([bytes - limit, again.status, again.headers.get('idempotency-replayed')]);
  }
  expect(limit).toBe(256 * 1024);
  expect(answers).toEqual([
    [0, 200, 'true'],
    [1, 409, null],
    [1, 409, null],
  ]);
});
