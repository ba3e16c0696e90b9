// Tests limits of calls: exact across isolates, never stuck, and for the right plugin, version or key.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { limitSharing } from '../../../src/contract/limits/serving.ts';
import { database } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, type TestClock, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const minuteMs = 60_000;
const quick = `class QuickInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

interface Limited {
  org: Organization;
  clock: TestClock;
  /** Returns a client of another isolate. */
  isolate(replacements?: Partial<Deps>): Client;
}

/** Returns an organization with a live plugin, at the beginning of a minute. */
async function limited(): Promise<Limited> {
  const clock = clockAt(Math.ceil(Date.now() / minuteMs) * minuteMs);
  const { queues } = losingQueues();
  const app = testApp({ queues, clock });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': quick } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  const isolate = (replacements = {}) =>
    clientOf(`Bearer ${org.key}`, testApp({ queues, clock, ...replacements }).fetch);
  return { org, clock, isolate };
}

async function setLimit({ org }: Limited, body: object): Promise<void> {
  const none = { calls_per_minute: null, calls_at_once: null };
  const answer = await org.put('/v1/call-limits', { ...none, ...body });
  expect(answer).toMatchObject({ status: 200 });
}

const ofPlugin = ({ org }: Limited) => ({ namespace_id: org.namespaceId, name: 'hello_ext' });
const call = ({ org }: Limited, client: Client, path = '/by-name/hello_ext/realtime') =>
  client.post(`${org.plugins}${path}`, { inputs: {} });

async function statusesOf(calls: Promise<{ status: number }>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(calls)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

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

/** Returns an isolate whose calls stay in progress until they are released. */
function holding({ isolate }: Limited) {
  const gate = Promise.withResolvers<void>();
  let inProgress = 0;
  const { builder } = testApp().deps;
  const client = isolate({
    builder: {
      ...builder,
      call: async (...args) => {
        inProgress += 1;
        await gate.promise;
        return builder.call(...args);
      },
    },
  });
  return { client, release: gate.resolve, inProgress: () => inProgress };
}

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

test('an isolate that dies with calls in progress blocks their places for half a minute only', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_at_once: 1 });
  const dying = holding(l);
  const last = call(l, dying.client);
  await expect.poll(dying.inProgress).toBe(1);
  expect((await call(l, l.isolate())).status).toBe(429);
  l.clock.advance(limitSharing.heldMs);
  expect((await call(l, l.isolate())).status).toBe(200);
  dying.release();
  await last;
});

test('a call whose share arrives after the end of its minute goes ahead', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 5 });
  const { callLimits } = testApp().deps;
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  const share: Deps['callLimits']['share'] = async (...request) => {
    const given = await callLimits.share(...request);
    asked += 1;
    await gate.promise;
    return given;
  };
  const client = l.isolate({ callLimits: { ...callLimits, share } });
  const calls: Promise<{ status: number }>[] = [];
  for (const number of [1, 2]) {
    calls.push(call(l, client));
    await expect.poll(() => asked).toBe(number);
    l.clock.advance(minuteMs);
  }
  gate.resolve();
  expect(await statusesOf(calls)).toEqual({ 200: 2 });
});

test('an isolate that counts its requests from the start again gets places once its old ones have run out', async () => {
  const limit = { perMinute: null, atOnce: 5 };
  const object = env.CALL_LIMITS.getByName('counts-again');
  const request = { isolate: 'one', at: 0, limit, toBegin: 0 };
  expect(await object.share({ ...request, number: 9, toHold: 1 })).toMatchObject({ hold: 1 });
  expect(await object.share({ ...request, number: 1, at: limitSharing.heldMs, toHold: 4 })).toMatchObject({ hold: 4 });
});

test('a limit whose object does not answer stops no call', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1, calls_at_once: 1 });
  const share = () => Promise.reject(new Error('the object is away'));
  const client = l.isolate({ callLimits: { isolate: '', held: new Map(), share } });
  expect(await statusesOf([0, 1, 2].map(() => call(l, client)))).toEqual({ 200: 3 });
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

test('a limit changed in this isolate holds for the next call, even though key and route are cached', async () => {
  const l = await limited();
  expect((await call(l, l.org)).status).toBe(200);
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1 });
  expect([(await call(l, l.org)).status, (await call(l, l.org)).status]).toEqual([200, 429]);
});

test('a later call counts in the minute in which it is accepted', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1, calls_at_once: 1 });
  const client = l.isolate();
  const later = { body: { inputs: {} }, headers: { prefer: 'respond-async' } };
  const path = `${l.org.plugins}/by-name/hello_ext/realtime`;
  expect((await client.send('POST', path, later)).status).toBe(202);
  expect((await client.send('POST', path, later)).status).toBe(429);
  expect((await call(l, client)).status).toBe(429);
});

test('a limited call makes no round trip to the database', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1000, calls_at_once: 10 });
  const counted = countedD1(env.DB);
  const client = l.isolate({ db: database(counted.db) });
  await call(l, client);
  expect(await counted.during(async () => void (await call(l, client)))).toBe(0);
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
