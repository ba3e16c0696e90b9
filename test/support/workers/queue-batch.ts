// Calls the queue handler as Cloudflare does: with a batch.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import worker from '../../../src/worker.ts';

interface Delivered {
  id?: string;
  attempts?: number;
  body: unknown;
}

/**
 * Makes the handler consume the batch, in an environment with these changes. `delays` contains the requested retry delays, in seconds.
 */
export async function consumed(queue: string, messages: Delivered[], changes: Record<string, unknown> = {}) {
  const batch = createMessageBatch(
    queue,
    messages.map(({ id = crypto.randomUUID(), attempts = 1, body }) => ({ id, attempts, body, timestamp: new Date() })),
  );
  // The batch's result does not contain the delays.
  const retries = [vi.spyOn(batch, 'retryAll'), ...batch.messages.map((message) => vi.spyOn(message, 'retry'))];
  const context = createExecutionContext();
  await worker.queue(batch, { ...env, ...changes }, context);
  const { ackAll, explicitAcks, retryBatch, retryMessages } = await getQueueResult(batch, context);
  return {
    ackAll,
    acknowledged: explicitAcks,
    retriesAll: retryBatch.retry,
    retried: retryMessages.map(({ msgId }) => msgId),
    delays: retries.flatMap(({ mock }) => mock.calls.map(([options]) => options?.delaySeconds ?? 0)),
  };
}
