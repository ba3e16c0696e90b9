// Tests callbacks to slow, silent and unwilling receivers, and how many are sent at a time.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { signedRequests } from '../../../src/contract/limits/signed-requests.ts';
import { database } from '../../../src/db/client.ts';
import { claimCallback } from '../../../src/serve/later/callbacks/claim.ts';
import { deliverCallbacks } from '../../../src/serve/later/callbacks/deliver.ts';
import { countedRows, countRows, noRows } from '../../support/database/d1-rows.ts';
import { type Answer, neverAnswers, received, unreachable } from '../../support/fake-receiver.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { callbackOf, ended, ids, last, scene, send } from './callback-scene.ts';

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

test('a receiver that answers 410 gets no further results', async () => {
  const s = await scene(() => new Response(null, { status: 410 }));
  const id = await ended(s);
  await send(s);
  expect(await callbackOf(s, id)).toMatchObject({ status: 'failed', attempts: 1, next_attempt_at: null });
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
