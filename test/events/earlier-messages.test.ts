// Tests that the Worker does not receive messages from an earlier test file.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../src/db/client.ts';
import { deadLetters } from '../../src/db/schema/events.ts';
import worker from '../support/worker.ts';

test('a message sent before the test file began is acknowledged and not consumed', async () => {
  const messages = [
    { id: 'earlier', timestamp: new Date(Date.now() - 3_600_000), body: 'malformed', attempts: 1 },
    { id: 'own', timestamp: new Date(), body: 'malformed', attempts: 1 },
  ];
  const batch = createMessageBatch('slipway-scans', messages);
  const context = createExecutionContext();
  await worker.queue(batch, env, context);
  expect((await getQueueResult(batch, context)).explicitAcks).toEqual(['earlier', 'own']);
  const consumed = await database(env.DB).select().from(deadLetters);
  expect(consumed.map(({ id }) => id)).toEqual(['own']);
});
