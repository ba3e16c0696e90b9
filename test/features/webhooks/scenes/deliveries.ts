// Deliveries that the tests carry to their end.
import { expect } from 'vitest';
import { z } from 'zod';
import type { Answer } from '../../../support/fake-receiver.ts';
import {
  attemptsOf,
  deliverEvents,
  deliveriesOf,
  endpointOf,
  receiverUrl,
  sceneAnsweredWith,
  type Webhook,
  type WebhookScene,
} from './webhooks.ts';

const hour = 3600 * 1000;

/** Advances the clock, attempt by attempt, until the delivery has ended. */
export async function untilSettled(scene: WebhookScene & { hook: Webhook }): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await deliverEvents(scene, scene.hook);
    const [delivery] = await deliveriesOf(scene, scene.hook);
    if (delivery?.next_attempt_at == null) return;
    scene.clock.advance(Date.parse(delivery.next_attempt_at) - scene.clock.now());
  }
  throw new Error('the delivery never ended');
}

export async function timeoutEvents({ org }: WebhookScene) {
  const model = z.object({ results: z.array(z.object({ type: z.string(), data: z.unknown() })) });
  const { results } = model.parse((await org.get('/v1/events?type=webhook.')).body);
  return results.filter(({ type }) => type.startsWith('webhook.timeout_'));
}

/** Returns a body of 4 KiB chunks that counts the chunks read. */
export function countedBody(chunks: number): { body: ReadableStream<Uint8Array>; read: () => number } {
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (read === chunks) return controller.close();
        read += 1;
        controller.enqueue(new Uint8Array(4096).fill(97));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => read };
}

/** Delivers one event to a receiver with this answer, until the delivery has failed. */
export async function expectNineAttempts(answer: Answer, status: number | null, error: string): Promise<void> {
  const scene = await sceneAnsweredWith(answer);
  const startedAt = scene.clock.now();
  await untilSettled(scene);
  const [delivery] = await deliveriesOf(scene, scene.hook);
  expect(delivery).toMatchObject({ status: 'failed', attempts: 9, next_attempt_at: null });
  const attempts = await attemptsOf(scene, scene.hook, delivery?.delivery_id);
  expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(attempts.map((attempt) => `${attempt.status_code} ${attempt.error}`))).toEqual(
    new Set([`${status} ${error}`]),
  );
  expect(new Set(scene.receiver.calls.map(({ url }) => url))).toEqual(new Set([receiverUrl]));
  expect(new Set(scene.receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const hours = (scene.clock.now() - startedAt) / hour;
  expect(hours).toBeGreaterThan(45.5);
  expect(hours).toBeLessThan(50.2);
  expect(await endpointOf(scene.hook)).toMatchObject({ status: 'enabled' });
}
