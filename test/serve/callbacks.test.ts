// Tests sending the results of later calls to a callback: they are signed, retried, and sent only to public addresses.
import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { Webhook as Receiver } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../src/contract/ids.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { laterCalls } from '../../src/contract/limits/serving.ts';
import { signedRequests } from '../../src/contract/limits/signed-requests.ts';
import { systemClock } from '../../src/core/clock.ts';
import { idSource } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { callbackSecrets, laterCallRows } from '../../src/db/schema/calls.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { claimCallback } from '../../src/serve/later/callbacks/claim.ts';
import { deliverCallbacks } from '../../src/serve/later/callbacks/deliver.ts';
import { rotateCallbackSecret } from '../../src/serve/later/callbacks/secret.ts';
import { cancelLater } from '../../src/serve/later/later-calls.ts';
import { runCalls } from '../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../src/serve/later/sweep.ts';
import { countedRows, countRows, noRows } from '../support/database/d1-rows.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { type Answer, fakeReceiver, neverAnswers, received, unreachable } from '../support/fake-receiver.ts';
import { newLaterCall } from '../support/scenes/authorization-world.ts';
import { accept, live } from '../support/scenes/later-calls.ts';
import { organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const url = 'https://hooks.example.com/results';
const ids = idSource(systemClock.now);
const rotatedModel = z.object({ secret: z.string(), previous_valid_until: z.string().nullable() });

/** Creates an organization with a callback secret and a receiver. Callbacks are sent only when the test triggers them. */
async function scene(answer: Answer = received) {
  const clock = clockAt(Math.floor(Date.now() / 1000) * 1000);
  const receiver = fakeReceiver(answer);
  const { queues } = losingQueues();
  const app = testApp({ clock, queues, fetch: receiver.fetch });
  const org = await organization({ fetch: app.fetch });
  const rotate = async (body?: object) =>
    rotatedModel.parse((await org.post(`/v1/namespaces/${org.namespaceId}/callback-secret`, body)).body);
  const { secret } = await rotate();
  const deps = app.deps;
  return { org, clock, receiver, deps, secret, rotate };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Creates an ended call with a result, whose callback is due. */
async function ended({ clock, deps, org }: Scene, result: unknown = { words: 3 }) {
  const id = await newLaterCall(org);
  const answer = { status: 'success', result, duration_ms: 1 };
  await env.ARCHIVES.put(`later-calls/${id}/answer-1`, JSON.stringify(answer));
  const now = clock.now();
  const end = { status: 'succeeded', runs: 1, endedAt: now, callbackUrl: url, callbackAt: now } as const;
  await deps.db.update(laterCallRows).set(end).where(sql`${laterCallRows.id} = ${id}`);
  return id;
}

const callbackOf = async ({ org }: Scene, id: string) => Object((await org.get(`/v1/calls/${id}`)).body).callback;
const last = ({ receiver }: Scene) =>
  z.object({ body: z.string(), headers: z.record(z.string(), z.string()) }).parse(receiver.calls.at(-1));
const send = ({ deps }: Scene) => deliverCallbacks(deps, ids('call'));

test("a result is sent in one POST that receivers' libraries verify, with the call and its answer", async () => {
  const s = await scene();
  const id = await ended(s);
  await send(s);
  await send(s);
  expect(s.receiver.calls).toMatchObject([{ url, method: 'POST', redirect: 'manual' }]);
  const { body, headers } = last(s);
  expect(headers['webhook-id']).toBe(id);
  expect(new Receiver(s.secret).verify(body, headers)).toMatchObject({
    type: 'call.succeeded',
    timestamp: new Date(s.clock.now()).toISOString(),
    data: { call_id: id, status: 'succeeded', answer: { result: { words: 3 } }, answer_omitted: false },
  });
  expect(await callbackOf(s, id)).toEqual({
    url,
    status: 'succeeded',
    attempts: 1,
    next_attempt_at: null,
    error: null,
  });
});

test('an answer is sent as the text that the plugin encoded', async () => {
  const s = await scene();
  const id = await ended(s);
  const answer = '{"status":"success","result":{"i":12345678901234567890,"f":2.0,"2":1,"1":2},"duration_ms":1.0}';
  await env.ARCHIVES.put(`later-calls/${id}/answer-1`, answer);
  await send(s);
  expect(last(s).body).toContain(`"answer":${answer}`);
});

test('a message sends a limited number of results, and another message continues', async () => {
  const s = await scene();
  const { queues, sent } = losingQueues();
  for (let i = 0; i < 3; i++) await ended(s);
  await deliverCallbacks({ ...s.deps, queues }, ids('call'), 2);
  expect([s.receiver.calls.length, sent.map(({ type }) => type)]).toEqual([2, ['call-back']]);
  await deliverCallbacks({ ...s.deps, queues }, ids('call'), 2);
  expect([s.receiver.calls.length, sent.length]).toEqual([3, 1]);
});

test('a result takes at most six statements', async () => {
  const s = await scene(() => new Response(null, { status: 410 }));
  await ended(s);
  countRows(env.DB);
  const rows = noRows();
  await countedRows(rows, () => deliverCallbacks({ ...s.deps, db: database(env.DB) }, ids('call'), 1));
  expect(rows.statements).toBeGreaterThan(0);
  expect(rows.statements).toBeLessThanOrEqual(6);
});

test("an oversized answer is omitted, and can be read at the call's address", async () => {
  const s = await scene();
  const id = await ended(s, 'x'.repeat(laterCalls.callbackBytes));
  await send(s);
  expect(JSON.parse(last(s).body)).toMatchObject({
    data: { call_id: id, answer: null, answer_omitted: true },
  });
});

test.each<[string, Answer, string]>([
  ['hangs', neverAnswers, 'no response within 15 s'],
  ['answers 500', () => new Response('no', { status: 500 }), 'responded with 500'],
  ['redirects', () => Response.redirect('https://elsewhere.example.com'), 'redirects are not followed (302)'],
  ['closes the connection', unreachable, 'connection failed'],
])('a receiver that %s gets the result again, under the same ID, until it accepts it', async (_, answer, error) => {
  const s = await scene(answer);
  const id = await ended(s);
  await send(s);
  await send(s);
  expect(s.receiver.calls).toHaveLength(1);
  const failed = await callbackOf(s, id);
  expect(failed).toMatchObject({ status: 'pending', attempts: 1, error });
  s.receiver.respondWith(received);
  s.clock.advance(Date.parse(failed.next_attempt_at) - s.clock.now());
  await send(s);
  expect(s.receiver.calls.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  expect(await callbackOf(s, id)).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
});

test("the receiver's response body has no effect, however long it is", async () => {
  let sent = 0;
  const endless = () => {
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    return new Response(body, { headers: { 'content-length': '3' } });
  };
  const s = await scene(endless);
  const id = await ended(s);
  await send(s);
  expect(await callbackOf(s, id)).toMatchObject({ status: 'succeeded' });
  expect(sent).toBeLessThan(4 * signedRequests.responseBytes);
});

test('a receiver that never accepts a result is abandoned before the call expires, and an event records this', async () => {
  const s = await scene(() => new Response('no', { status: 503 }));
  const id = await ended(s);
  for (let next = await callbackOf(s, id); next.status === 'pending'; next = await callbackOf(s, id)) {
    s.clock.advance(Date.parse(next.next_attempt_at) - s.clock.now());
    await send(s);
  }
  const { attempts, status } = await callbackOf(s, id);
  expect([status, attempts]).toEqual(['failed', s.receiver.calls.length]);
  expect(attempts).toBeGreaterThan(5);
  expect((await eventsOf(s.org)).filter(({ type }) => type === 'call.callback_failed')).toMatchObject([
    { data: { attempts, error: 'responded with 503' } },
  ]);
});

test('a receiver that answers 410 gets no further results', async () => {
  const s = await scene(() => new Response(null, { status: 410 }));
  const id = await ended(s);
  await send(s);
  expect(await callbackOf(s, id)).toMatchObject({ status: 'failed', attempts: 1, next_attempt_at: null });
});

test('a result whose worker died is resent by the sweep', async () => {
  const s = await scene();
  const id = await ended(s);
  expect((await claimCallback(s.deps, 'died'))?.id).toBe(id);
  await send(s);
  expect(s.receiver.calls).toEqual([]);
  s.clock.advance(leases.callback.leaseMs);
  const { queues, sent } = losingQueues();
  await sweepLaterCalls({ ...s.deps, queues });
  expect(sent.map(({ type }) => type)).toContain('call-back');
  await send(s);
  expect(await callbackOf(s, id)).toMatchObject({ status: 'succeeded', attempts: 1 });
});

test("both secrets sign during a rotation's overlap, and no signature is made for a secret that was never created", async () => {
  const s = await scene();
  const { previous_valid_until, secret } = await s.rotate({ overlap_seconds: 3600 });
  expect(previous_valid_until).toBe(new Date(s.clock.now() + 3_600_000).toISOString());
  await ended(s);
  await send(s);
  const { body, headers } = last(s);
  for (const one of [secret, s.secret]) new Receiver(one).verify(body, headers);
  await s.rotate({ overlap_seconds: 0 });
  await ended(s);
  await send(s);
  const next = last(s);
  expect(() => new Receiver(secret).verify(next.body, next.headers)).toThrow();
});

test("one organization's hanging results do not block another organization's", async () => {
  const s = await scene(neverAnswers);
  const many = laterCalls.callbacksAtOnce + 3;
  for (let i = 0; i < many; i += 1) await ended(s);
  for (let i = 0; i < laterCalls.callbacksAtOnce; i += 1) expect(await claimCallback(s.deps, 'one')).toBeDefined();
  expect(await claimCallback(s.deps, 'one')).toBeUndefined();
  const other = await scene();
  const id = await ended(other);
  expect((await claimCallback(other.deps, 'one'))?.id).toBe(id);
});

test("an organization's hanging results hold a few workers, which also send its next results", async () => {
  const silence = Promise.withResolvers<void>();
  const s = await scene(async () => {
    await silence.promise;
    return new Response('thanks');
  });
  const working = new Set<Promise<void>>();
  for (let i = 0; i < laterCalls.callbacksAtOnce; i += 1) {
    await ended(s);
    const worker: Promise<void> = send(s).finally(() => working.delete(worker));
    working.add(worker);
    await waitFor(() => expect(s.receiver.calls.length > i || working.size <= laterCalls.callbackWorkers).toBe(true));
  }
  await expect.poll(() => s.receiver.calls.length, { timeout: 10_000 }).toBe(laterCalls.callbacksAtOnce);
  expect(working.size).toBe(laterCalls.callbackWorkers);
  silence.resolve();
  await Promise.all(working);
});

test.each([
  ['http://hooks.example.com/', 'it does not use https'],
  ['https://hooks.example.com:8443/', 'it uses a port other than 443'],
  ['https://10.0.0.1/', '10.0.0.1 is not a public host name'],
  ['https://169.254.169.254/', '169.254.169.254 is not a public host name'],
  ['https://metadata.internal/', 'metadata.internal is not a public host name'],
  ['https://user:secret@hooks.example.com/', 'it contains credentials'],
])('a callback to %s is refused', async (callback, reason) => {
  const { org } = await scene();
  const path = `${org.plugins}/by-name/any/realtime`;
  const headers = { prefer: 'respond-async', 'slipway-callback': callback };
  const { body, status } = await org.send('POST', path, { body: { inputs: {} }, headers });
  expect(status).toBe(422);
  expect(Object(body).detail).toMatchObject([
    { loc: ['header', 'slipway-callback'], msg: `The callback URL is not allowed: ${reason}` },
  ]);
});

test('the secret is stored encrypted, and deleted with its namespace', async () => {
  const { deps, org } = await scene();
  const feature_extractors = [{ feature_extractor_name: 'text', version: '1.0.0' }];
  const made = await org.post('/v1/namespaces', { namespace_name: 'other', feature_extractors });
  const { namespace_id } = z.object({ namespace_id: idSchema('namespace') }).parse(made.body);
  const { secret } = rotatedModel.parse((await org.post(`/v1/namespaces/${namespace_id}/callback-secret`)).body);
  const rows = () =>
    database(env.DB).select().from(callbackSecrets).where(eq(callbackSecrets.namespaceId, namespace_id));
  expect(await rows()).toMatchObject([{ secret: expect.not.stringContaining(secret), previousSecret: null }]);
  await org.del(`/v1/namespaces/${namespace_id}`);
  await emptyDeletedNamespaces(deps);
  expect(await rows()).toEqual([]);
});

describe('a callback', () => {
  const callbackUrl = 'https://hooks.example.com/results';

  async function called() {
    const l = await live();
    const receiver = fakeReceiver();
    await rotateCallbackSecret(l.deps, { ...l.s.actor, scopes: new Set(['webhooks:admin']) }, l.s.namespaceId, 0);
    return { ...l, deps: { ...l.deps, fetch: receiver.fetch }, receiver };
  }

  test('a call is refused if there is no secret to sign its callback', async () => {
    const problem = 'The namespace has no secret to sign callbacks with';
    await expect(accept(await live(), {}, 'normal', callbackUrl)).rejects.toThrow(problem);
  });

  test.each<[string, (l: Awaited<ReturnType<typeof called>>, id: string) => Promise<unknown>]>([
    ['call.succeeded', (l) => runCalls(l.deps, 'normal')],
    ['call.cancelled', (l, id) => cancelLater(l.deps, l.s.actor, id)],
    [
      'call.expired',
      (l) => {
        l.s.clock.advance(laterCalls.expiresInMs);
        return sweepLaterCalls(l.deps);
      },
    ],
  ])("a callback gets a call's result once the call has ended: %s", async (type, end) => {
    const l = await called();
    const id = await accept(l, { a: 1 }, 'normal', callbackUrl);
    await deliverCallbacks(l.deps, id);
    expect(l.receiver.calls).toEqual([]);
    await end(l, id);
    await deliverCallbacks(l.deps, id);
    // Calls of earlier tests may also have expired.
    const sent = l.receiver.calls.filter(({ body }) => String(body).includes(id));
    expect(sent.map(({ body, url }) => [url, JSON.parse(body)])).toMatchObject([
      [callbackUrl, { type, data: { call_id: id } }],
    ]);
  });
});
