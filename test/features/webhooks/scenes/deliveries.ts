// Deliveries that the tests carry to their end.
import { z } from 'zod';
import { deliverEvents, deliveriesOf, type Webhook, type WebhookScene } from './webhooks.ts';

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
