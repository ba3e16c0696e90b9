// Tests unusual waits that receivers ask for, and what begins a new period of failures.
import { describe, expect, test } from 'vitest';
import { received } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import {
  deliverEvents,
  deliveriesOf,
  endpointOf,
  sceneAnsweredWith,
  type Webhook,
  type WebhookScene,
  webhook,
  webhookScene,
} from '../scenes/webhooks.ts';

const second = 1000;

const hour = 3600 * second;

const day = 24 * hour;

describe('a receiver', () => {
  test('a receiver that sends an invalid Retry-After gets retries on the regular schedule', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status: 503, headers: { 'retry-after': '0' } }));
    await emitEvents(scene, 1);
    await deliverEvents(scene, hook);
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toHaveLength(1);
  });

  test('a receiver that asks for more than an hour is paused for an hour', async () => {
    const scene = await sceneAnsweredWith(() => new Response('', { status: 503, headers: { 'retry-after': '86400' } }));
    await deliverEvents(scene, scene.hook);
    const [delivery] = await deliveriesOf(scene, scene.hook);
    expect(delivery?.next_attempt_at).toBe(new Date(scene.clock.now() + hour).toISOString());
  });

  test.each<[string, (scene: WebhookScene, hook: Webhook) => Promise<void>]>([
    [
      'succeeds once',
      async (scene, hook) => {
        scene.receiver.respondWith(received);
        await emitEvents(scene);
        await deliverEvents(scene, hook);
        scene.receiver.respondWith(() => new Response('', { status: 500 }));
      },
    ],
    [
      'gets no delivery for a day',
      async (scene) => {
        scene.clock.advance(60 * day);
      },
    ],
  ])('a receiver that %s in the meantime starts a new failure period', async (_what, between) => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status: 500 }));
    const fail = async () => {
      await emitEvents(scene);
      await deliverEvents(scene, hook);
      scene.clock.advance(12 * hour);
    };
    for (let i = 0; i < 6; i++) await fail();
    await between(scene, hook);
    const failingSince = scene.clock.now();
    for (let i = 0; i < 6; i++) await fail();
    expect(await endpointOf(hook)).toMatchObject({ status: 'enabled', failingSince });
  });
});
