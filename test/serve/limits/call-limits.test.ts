// Tests limits of calls: exact across isolates, never stuck, and for the right plugin, version or key.
import { expect, test } from 'vitest';
import type { Client } from '../../support/client.ts';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';
import { call, holding, limited, minuteMs, ofPlugin, setLimit, statusesOf } from './limited-scene.ts';

test('two isolates admit as many calls in a minute as the limit says, and in the next minute again', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 40 });
  const clients = [l.isolate(), l.isolate()];
  for (let minute = 0; minute < 2; minute++) {
    let admitted = 0;
    for (let round = 0; round < 10; round++) {
      const statuses = await statusesOf(clients.flatMap((client) => [0, 1, 2].map(() => call(l, client))));
      admitted += statuses[200] ?? 0;
    }
    expect(admitted).toBe(40);
    l.clock.advance(minuteMs);
  }
});

test('a refused call names the limit and says when to retry', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1 });
  const client = l.isolate();
  l.clock.advance(20_000);
  expect((await call(l, client)).status).toBe(200);
  const { body, headers, status } = await call(l, client);
  expect([status, headers.get('retry-after'), headers.get('ratelimit')]).toEqual([429, '40', '"minute";r=0;t=40']);
  expect(body).toMatchObject({
    error: { type: 'RateLimitError', details: { limited: 'plugin', reached: 'calls_per_minute', calls_per_minute: 1 } },
  });
});

test('a version, a plugin and a key each have their own limit, and removing it admits calls again', async () => {
  const l = await limited();
  const { org } = l;
  const { body } = await org.get('/v1/keys/self');
  const targets = [ofPlugin(l), { ...ofPlugin(l), name: undefined, plugin_id: 'hello_ext_1_0_0' }];
  for (const target of [...targets, { key_id: Object(body).key_id }]) {
    await setLimit(l, { ...target, calls_per_minute: 1 });
    const client = l.isolate();
    expect([(await call(l, client)).status, (await call(l, client, '/hello_ext_1_0_0/realtime/test')).status]).toEqual([
      200, 429,
    ]);
    await setLimit(l, target);
    expect((await call(l, l.isolate())).status).toBe(200);
    l.clock.advance(minuteMs);
  }
});

test('limits are set only by those who administer the plugin or the keys', async () => {
  const l = await limited();
  const { org } = l;
  const elsewhere = await namespaceIn(org, 'elsewhere');
  const bound = await clientWithKey(org, { namespaceIds: [elsewhere] });
  const stranger = await organization({ fetch: org.fetch });
  const weak = await clientWithKey(org, { scopes: ['plugins:invoke', 'plugins:read'] });
  const limit = { ...ofPlugin(l), calls_per_minute: 5, calls_at_once: null };
  const statuses = [];
  for (const client of [bound, stranger, weak]) statuses.push((await client.put('/v1/call-limits', limit)).status);
  expect(statuses).toEqual([404, 404, 403]);
  await setLimit(l, limit);
  const listed = async (client: Client) => Object((await client.get('/v1/call-limits')).body).results;
  expect(await listed(org)).toMatchObject([{ limited: 'plugin', name: 'hello_ext', calls_per_minute: 5 }]);
  expect([await listed(bound), await listed(stranger)]).toEqual([[], []]);
});

test('two isolates together have as many calls in progress as the limit says, and give the places back', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_at_once: 3 });
  const isolates = [holding(l), holding(l)];
  const calls = isolates.flatMap(({ client }) => [0, 1, 2, 3].map(() => call(l, client)));
  const refused = calls.map(async (one) => (await one).status === 429);
  await expect.poll(() => isolates.reduce((sum, one) => sum + one.inProgress(), 0)).toBe(3);
  const { body, headers } = await call(l, l.isolate());
  expect(headers.get('ratelimit')).toBe('"at-once";r=0;t=1');
  expect(body).toMatchObject({ error: { details: { reached: 'calls_at_once', calls_at_once: 3 } } });
  for (const { release } of isolates) release();
  expect((await Promise.all(refused)).filter((one) => !one)).toHaveLength(3);
  for (let again = 0; again < 5; again++) expect((await call(l, l.isolate())).status).toBe(200);
});
