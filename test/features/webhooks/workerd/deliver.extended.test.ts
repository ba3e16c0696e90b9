// Tests deliveries to receivers that hang or answer at length, many deliveries at once, and their deletion.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { webhooks } from '../../../../src/contract/features/webhooks/limits.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { type Answer, neverAnswers, unreachable } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { countedBody, expectNineAttempts, timeoutEvents, untilSettled } from '../scenes/deliveries.ts';
import {
  attemptsOf,
  deliverEvents,
  deliveriesOf,
  messagesFor,
  sceneAnsweredWith,
  webhook,
  webhookScene,
} from '../scenes/webhooks.ts';

const second = 1000;

const hour = 3600 * second;

const day = 24 * hour;

describe('a delivery', () => {
  test.each<[string, Answer, number | null, string]>([
    ['gets 404', () => new Response('no', { status: 404 }), 404, 'responded with 404'],
    ['gets no connection', unreachable, null, 'connection failed'],
    ['gets 300', () => new Response('no', { status: 300 }), 300, 'redirects are not followed (300)'],
    ['gets 400', () => new Response('no', { status: 400 }), 400, 'responded with 400'],
  ])('a delivery that is %s fails after nine attempts within two days', (_what, ...given) =>
    expectNineAttempts(...given),
  );

  test('a delivery that always hangs has a shorter time limit from the sixth attempt on, and an event records this', async () => {
    const scene = await sceneAnsweredWith(neverAnswers);
    await untilSettled(scene);
    const [delivery] = await deliveriesOf(scene, scene.hook);
    const attempts = await attemptsOf(scene, scene.hook, delivery?.delivery_id);
    expect(attempts.map(({ error }) => error)).toEqual([
      ...Array(5).fill('no response within 15 s'),
      ...Array(4).fill('no response within 5 s'),
    ]);
    expect(await timeoutEvents(scene)).toEqual([{ type: 'webhook.timeout_shortened', data: { timeout_seconds: 5 } }]);
    expect((await scene.org.get(scene.hook.path)).body).toMatchObject({ timeout_seconds: 5 });
  });

  test('a message for many deliveries makes a limited number of requests, and another message continues', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 80);
    await fanOutAndDeliver(scene.deps);
    await scene.app.settled();
    const perMessage: number[] = [];
    for (let messages = 1; messages > 0; messages = messagesFor(scene, hook)) {
      scene.sent.length = 0;
      const before = scene.receiver.calls.length;
      await deliverDue(scene.deps, hook.id, 30);
      perMessage.push(scene.receiver.calls.length - before);
    }
    expect(scene.receiver.calls).toHaveLength(80);
    expect(Math.max(...perMessage)).toBeLessThanOrEqual(30 + webhooks.claimedMax);
  });

  test.each<[string, Answer]>([
    ['is longer than what is read', () => new Response(countedBody(1000).body)],
    ['fails midway', () => new Response(new ReadableStream({ pull: (c) => c.error(new Error('reset')) }))],
    ['is not text', () => new Response(new Uint8Array(3000).fill(255))],
  ])(
    'a delivery whose response body %s succeeds because of its status, and at most 1 KiB of the body is stored',
    async (_what, answer) => {
      const scene = await sceneAnsweredWith(answer);
      await deliverEvents(scene, scene.hook);
      const [delivery] = await deliveriesOf(scene, scene.hook);
      expect(delivery?.status).toBe('succeeded');
      const [attempt] = await attemptsOf(scene, scene.hook, delivery?.delivery_id);
      expect(attempt?.response_excerpt?.length).toBeLessThanOrEqual(1024);
    },
  );
});

test('a worker that has used up its time slice leaves the remaining deliveries to another message', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene, 12);
  await sweepWebhooks(scene.deps);
  scene.sent.length = 0;
  scene.receiver.respondWith(() => {
    scene.clock.advance(15 * second);
    return new Response('slow');
  });
  await deliverDue(scene.deps, hook.id);
  expect([scene.receiver.calls.length, messagesFor(scene, hook)]).toEqual([4, 1]);
  await deliverDue(scene.deps, hook.id);
  expect(scene.receiver.calls.length).toBe(8);
});

test('deliveries are deleted a month after they ended, and when their endpoint is deleted', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  const other = await webhook(scene);
  await emitEvents(scene, 2);
  await deliverEvents(scene, hook);
  await deliverEvents(scene, other);
  await scene.org.del(other.path);
  await sweepWebhooks(scene.deps);
  const remaining = await env.DB.prepare(
    `select (select count(*) from deliveries where endpoint_id = ?1) as own, (select count(*) from deliveries where endpoint_id = ?2) as others,
       (select count(*) from webhook_endpoints where id = ?2) as endpoints`,
  )
    .bind(hook.id, other.id)
    .first();
  expect(remaining).toMatchObject({ own: 2, others: 0, endpoints: 0 });
  scene.clock.advance(30 * day + 1);
  await sweepWebhooks(scene.deps);
  expect(await deliveriesOf(scene, hook)).toEqual([]);
});
