// Tests sending the results of later calls to a callback: they are signed, retried, and sent only to public addresses.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { Webhook as Receiver } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { leases } from '../../../src/contract/limits/leases.ts';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { database } from '../../../src/db/client.ts';
import { callbackSecrets } from '../../../src/db/schema/calls.ts';
import { emptyDeletedNamespaces } from '../../../src/retirement/removal.ts';
import { claimCallback } from '../../../src/serve/later/callbacks/claim.ts';
import { deliverCallbacks } from '../../../src/serve/later/callbacks/deliver.ts';
import { rotateCallbackSecret } from '../../../src/serve/later/callbacks/secret.ts';
import { cancelLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../../src/serve/later/sweep.ts';
import { eventsOf } from '../../support/events.ts';
import { fakeReceiver } from '../../support/fake-receiver.ts';
import { accept, live } from '../../support/scenes/later-calls.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { callbackOf, ended, last, rotatedModel, scene, send, url } from './callback-scene.ts';

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
