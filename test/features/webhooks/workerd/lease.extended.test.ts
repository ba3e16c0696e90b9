// Tests that one worker at a time sends a lane of an endpoint's deliveries, and that another worker continues if that worker dies
// (D44).
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { webhookLanes } from '../../../../src/features/webhooks/tables.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { received } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { waitFor } from '../../../support/waiting.ts';
import {
  deliverEvents,
  deliveriesOf,
  endpointOf,
  messagesFor,
  type Webhook,
  type WebhookScene,
  webhook,
  webhookScene,
} from '../scenes/webhooks.ts';

const second = 1000;

/** Waits until the receiver has this many requests that it hasn't answered. */
function requested(scene: WebhookScene, count: number): Promise<void> {
  return waitFor(() => expect(scene.receiver.calls).toHaveLength(count));
}

function lanesOf({ id }: Webhook) {
  return database(env.DB).select().from(webhookLanes).where(eq(webhookLanes.endpointId, id)).orderBy(webhookLanes.lane);
}

/** Creates one event, and a receiver that never answers the worker that sends it. */
async function hangingScene() {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  scene.receiver.respondWith(() => new Promise<Response>(() => {}));
  await sweepWebhooks(scene.deps);
  void deliverDue(scene.deps, hook.id);
  await requested(scene, 1);
  return { scene, hook };
}

describe('the lane lease', () => {
  test('the lane lease lets workers send concurrently to an endpoint, each event once', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 30);
    await sweepWebhooks(scene.deps);
    await Promise.all([1, 2, 3, 4, 5].map(() => deliverDue(scene.deps, hook.id)));
    expect(scene.receiver.calls).toHaveLength(30);
    expect(new Set(scene.receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(30);
    expect((await lanesOf(hook)).map(({ lane, leaseToken }) => [lane, leaseToken])).toEqual([
      [0, null],
      [1, null],
      [2, null],
    ]);
  });

  test('the lane lease is held by one worker, and three workers have at most 12 concurrent requests', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 30);
    const answer = Promise.withResolvers<Response>();
    scene.receiver.respondWith(async () => (await answer.promise).clone());
    await sweepWebhooks(scene.deps);
    const workers = [1, 2, 3].map(() => deliverDue(scene.deps, hook.id));
    await requested(scene, 12);
    await deliverDue(scene.deps, hook.id);
    expect(scene.receiver.calls).toHaveLength(12);
    answer.resolve(new Response('thanks'));
    await Promise.all(workers);
    expect(scene.receiver.calls).toHaveLength(30);
  });

  test('a hanging receiver delays only the deliveries that it holds, and the same worker delivers all others', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 9);
    const stuck = Promise.withResolvers<Response>();
    const first = new Set<string>();
    scene.receiver.respondWith(({ headers }, nth) => {
      if (nth === 1) first.add(headers['webhook-id'] ?? '');
      return nth === 1 ? stuck.promise : new Response('thanks');
    });
    await sweepWebhooks(scene.deps);
    const hanging = deliverDue(scene.deps, hook.id);
    await deliverDue(scene.deps, hook.id);
    await emitEvents(scene, 9);
    await sweepWebhooks(scene.deps);
    await deliverDue(scene.deps, hook.id);
    await requested(scene, 18);
    stuck.resolve(new Response('late'));
    await hanging;
    const listed = await deliveriesOf(scene, hook);
    expect(listed.map(({ status, attempts }) => [status, attempts])).toEqual(Array(18).fill(['succeeded', 1]));
    expect(first.size).toBe(1);
  });

  test('a request that ends while its worker looks for more deliveries is not resent', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 9);
    const last = Promise.withResolvers<Response>();
    scene.receiver.respondWith((_, nth) => (nth === 3 ? last.promise : new Response('thanks')));
    await sweepWebhooks(scene.deps);
    const answering = pausedD1(env.DB, async () => {
      if (scene.receiver.calls.length < 3) return;
      last.resolve(new Response('thanks'));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    });
    await deliverDue({ ...scene.deps, db: database(answering) }, hook.id);
    expect(scene.receiver.calls).toHaveLength(9);
    expect(await deliveriesOf(scene, hook)).toHaveLength(9);
  });

  test('the lane lease delays no other endpoint', async () => {
    const scene = await webhookScene();
    const [hook, other] = [await webhook(scene), await webhook(scene)];
    const theirs = { endpointId: other.id, leaseToken: 'theirs', leaseUntil: scene.clock.now() + 15 * second };
    await database(env.DB)
      .insert(webhookLanes)
      .values([0, 1, 2].map((lane) => ({ ...theirs, lane })));
    await emitEvents(scene, 3);
    await deliverEvents(scene, hook);
    expect((await deliveriesOf(scene, hook)).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
  });

  test('the lane lease lasts 15 s', async () => {
    const { scene, hook } = await hangingScene();
    scene.clock.advance(15 * second - 1);
    await deliverDue(scene.deps, hook.id);
    expect(scene.receiver.calls).toHaveLength(1);
  });

  test('the lane lease of a dead worker expires, and its delivery is resent with the same ID', async () => {
    const { scene, hook } = await hangingScene();
    scene.clock.advance(15 * second);
    scene.receiver.respondWith(received);
    scene.sent.length = 0;
    await sweepWebhooks(scene.deps);
    expect(messagesFor(scene, hook)).toBe(1);
    await deliverDue(scene.deps, hook.id);
    const ids = scene.receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(ids[1]).toBe(ids[0]);
    expect((await deliveriesOf(scene, hook)).map(({ status, attempts }) => [status, attempts])).toEqual([
      ['succeeded', 1],
    ]);
  });

  test('a lost lane lease prevents late responses from changing anything', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene);
    let answerLate = (_: Response) => {};
    scene.receiver.respondWith(() => new Promise<Response>((resolve) => (answerLate = resolve)));
    await sweepWebhooks(scene.deps);
    const late = deliverDue(scene.deps, hook.id);
    await requested(scene, 1);
    scene.clock.advance(31 * second);
    scene.receiver.respondWith(received);
    await deliverDue(scene.deps, hook.id);
    answerLate(new Response('too late', { status: 410 }));
    await late;
    expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded', attempts: 1 }]);
    expect((await endpointOf(hook)).status).toBe('enabled');
  });

  test.each<[string, Response]>([
    ['that the receiver is gone', new Response('', { status: 410 })],
    ['with Retry-After', new Response('', { status: 429, headers: { 'retry-after': '600' } })],
    ['of success', new Response('')],
  ])(
    'a lease lost to a worker that is still sending prevents a late response %s from changing anything',
    async (_, answer) => {
      const scene = await webhookScene();
      const hook = await webhook(scene);
      await emitEvents(scene);
      const answers = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()];
      scene.receiver.respondWith((_call, nth) => answers[nth - 1]?.promise ?? new Response(''));
      await sweepWebhooks(scene.deps);
      const late = deliverDue(scene.deps, hook.id);
      await requested(scene, 1);
      scene.clock.advance(31 * second);
      const current = deliverDue(scene.deps, hook.id);
      await requested(scene, 2);
      answers[0]?.resolve(answer);
      await late;
      expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'pending', attempts: 0 }]);
      expect(await endpointOf(hook)).toMatchObject({ status: 'enabled', pausedUntil: null, failingSince: null });
      answers[1]?.resolve(new Response(''));
      await current;
      expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded', attempts: 1 }]);
    },
  );
});
