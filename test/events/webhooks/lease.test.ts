// Lets one worker at a time send to an endpoint, and another one continue if it dies.
import { describe, expect, test, vi } from 'vitest';
import { deliverDue } from '../../../src/events/webhooks/deliver.ts';
import { sweepWebhooks } from '../../../src/events/webhooks/sweep.ts';
import { received } from '../../support/fake-receiver.ts';
import {
  deliveriesOf,
  emitEvents,
  endpointOf,
  messagesFor,
  type WebhookScene,
  webhook,
  webhookScene,
} from '../../support/webhooks.ts';

const second = 1000;

/** Waits until the receiver got as many requests, which are not answered yet. */
function requested(scene: WebhookScene, count: number): Promise<void> {
  return vi.waitFor(() => expect(scene.receiver.calls).toHaveLength(count), { timeout: 10 * second });
}

describe('the lease', () => {
  test('lets one worker at a time send to an endpoint', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 12);
    await sweepWebhooks(scene.deps);
    await Promise.all([1, 2, 3].map(() => deliverDue(scene.deps, hook.id)));
    expect(scene.receiver.calls).toHaveLength(12);
    expect(new Set(scene.receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(12);
    expect(await endpointOf(hook)).toMatchObject({ leaseToken: null, leaseUntil: null });
  });

  test('of a dead worker expires after 30 s: its deliveries are sent again, with the same IDs', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene, 3);
    const stuck = new Promise<Response>(() => {});
    scene.receiver.respondWith(() => stuck);
    await sweepWebhooks(scene.deps);
    void deliverDue(scene.deps, hook.id);
    await requested(scene, 3);
    scene.receiver.respondWith(received);
    scene.clock.advance(30 * second - 1);
    await deliverDue(scene.deps, hook.id);
    expect(scene.receiver.calls).toHaveLength(3);
    scene.clock.advance(1);
    scene.sent.length = 0;
    await sweepWebhooks(scene.deps);
    expect(messagesFor(scene, hook)).toBe(1);
    await deliverDue(scene.deps, hook.id);
    const ids = scene.receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(3).sort()).toEqual(ids.slice(0, 3).sort());
    expect((await deliveriesOf(scene, hook)).map(({ status, attempts }) => [status, attempts])).toEqual(
      Array(3).fill(['succeeded', 1]),
    );
  });

  test('when lost, lets late responses change nothing', async () => {
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
  ])('when lost to a worker that is still sending, lets a late response %s change nothing', async (_, answer) => {
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
  });
});
