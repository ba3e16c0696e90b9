// Tests pausing or disabling an endpoint depending on its receiver's responses.
import { describe, expect, test } from 'vitest';
import { webhooks } from '../../../../src/contract/features/webhooks/limits.ts';
import { signedRequests } from '../../../../src/contract/limits/signed-requests.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { eventsOf } from '../../../support/events.ts';
import { received } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { deliverEvents, deliveriesOf, endpointOf, messagesFor, webhook, webhookScene } from '../scenes/webhooks.ts';

const second = 1000;

const hour = 3600 * second;

describe('a receiver', () => {
  test('a receiver that responds with 410 gets no further deliveries', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('gone', { status: 410 }));
    // More events per lane than are sent at a time.
    const events = webhooks.lanes * (signedRequests.concurrency + 2);
    await emitEvents(scene, events);
    await fanOutAndDeliver(scene.deps);
    scene.sent.length = 0;
    await deliverDue(scene.deps, hook.id);
    expect(scene.receiver.calls).toHaveLength(signedRequests.concurrency);
    expect(messagesFor(scene, hook)).toBe(0);
    const listed = await deliveriesOf(scene, hook);
    expect(listed.map(({ status }) => status)).toEqual(Array(events).fill('failed'));
    expect(await endpointOf(hook)).toMatchObject({ status: 'disabled', disableReason: 'gone' });
    expect((await eventsOf(scene.org)).at(-1)).toMatchObject({
      type: 'webhook.disabled',
      subjectId: hook.id,
      actor: { type: 'system' },
      data: { because: 'gone' },
    });
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toHaveLength(signedRequests.concurrency);
  });

  test('a receiver that sends Retry-After gets nothing until that time', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status: 429, headers: { 'retry-after': '600' } }));
    await emitEvents(scene, 9);
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toHaveLength(3);
    scene.clock.advance(600 * second - 1);
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toHaveLength(3);
    scene.receiver.respondWith(received);
    scene.clock.advance(1);
    await deliverEvents(scene, hook);
    expect((await deliveriesOf(scene, hook)).map(({ status }) => status)).toEqual(Array(9).fill('succeeded'));
  });

  test('a receiver that fails every time for five days is disabled', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status: 500 }));
    for (let hours = 0; hours < 5 * 24; hours += 12) {
      await emitEvents(scene);
      await deliverEvents(scene, hook);
      expect((await endpointOf(hook)).status).toBe('enabled');
      scene.clock.advance(12 * hour);
    }
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    expect(await endpointOf(hook)).toMatchObject({ status: 'disabled', disableReason: 'failing' });
    expect((await eventsOf(scene.org)).at(-1)?.data).toEqual({ because: 'failing' });
    expect(new Set((await deliveriesOf(scene, hook)).map(({ status }) => status))).toEqual(new Set(['failed']));
  });
});
