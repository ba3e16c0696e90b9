// Tests a local Slipway's queues in workerd, with a consumer that answers as each message says.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { bundleModule, type QueueConsumer } from '../../../scripts/local/worker-bundle.ts';
import { waitFor } from '../../support/waiting.ts';

const pageBytes = 4096;

const broker = bundleModule('scripts/local/queue-broker.ts');

const consumer = {
  batchSize: 1,
  batchTimeoutSeconds: 0,
  retriesMax: 2,
  retryDelaySeconds: 0,
  concurrency: 2,
  deadLetterQueue: 'dead',
} satisfies QueueConsumer;

/** Records its calls. A message with `hang` never ends, and a message with `fail` is retried. */
const consumerScript = `
  const deliveries = [];
  export default {
    async fetch(request, env) {
      if (request.method === 'POST') {
        const { bodies, body, delaySeconds } = await request.json();
        if (bodies) await env.QUEUE.sendBatch(bodies.map((body) => ({ body })));
        else await env.QUEUE.send(body, { delaySeconds });
      }
      return Response.json(deliveries);
    },
    async queue(batch) {
      for (const { body, attempts } of batch.messages) deliveries.push([batch.queue, body.name, attempts]);
      for (const message of batch.messages) {
        if (message.body.hang) await new Promise((resolve) => setTimeout(resolve, 600_000));
        if (message.body.fail && batch.queue === 'work') message.retry({ delaySeconds: message.body.delaySeconds });
        else if (message.body.throws && batch.queue === 'work') throw new Error('thrown');
        else message.ack();
      }
    },
  };`;

const deliveriesSchema = z.array(z.tuple([z.string(), z.string(), z.number()]));

async function startQueues(consumers: Record<string, QueueConsumer>, folder?: string) {
  const state = folder ?? (await mkdtemp(join(tmpdir(), 'slipway-queues-')));
  const { code } = await broker;
  const base = { compatibilityDate: '2026-09-15' };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: state,
      handleStructuredLogs: () => {},
      workers: [
        {
          ...base,
          name: 'consumer',
          modules: true,
          script: consumerScript,
          serviceBindings: { QUEUE: { name: 'queues', entrypoint: 'QueueProducer', props: { queue: 'work' } } },
        },
        {
          ...base,
          name: 'queues',
          compatibilityFlags: ['service_binding_extra_handlers'],
          modules: [{ type: 'ESModule', path: './broker.js', contents: code }],
          durableObjects: { BROKER: { className: 'QueueBroker', useSQLite: true, unsafePreventEviction: true } },
          serviceBindings: { WORKER: 'consumer' },
          bindings: { CONSUMERS: consumers },
        },
      ],
    }),
  );
  onTestFinished(async () => {
    await miniflare.dispose();
    await rm(state, { recursive: true, force: true });
  });
  const request = async (init?: { method: string; body: string }) => {
    const response = await miniflare.dispatchFetch('http://queues.test', init);
    return deliveriesSchema.parse(await response.json());
  };
  return {
    state,
    stop: () => miniflare.dispose(),
    send: (body: object, delaySeconds = 0) => request({ method: 'POST', body: JSON.stringify({ body, delaySeconds }) }),
    sendBatch: (bodies: object[]) => request({ method: 'POST', body: JSON.stringify({ bodies }) }),
    expectDeliveries: (expected: [string, string, number][]) =>
      waitFor(async () => expect(await request()).toEqual(expected), { interval: 20 }),
  };
}

test("a hanging message delays no other messages, up to its queue's concurrency", async () => {
  const queues = await startQueues({ work: consumer });
  await queues.send({ name: 'hanging', hang: true });
  await queues.send({ name: 'second' });
  await queues.send({ name: 'third' });
  await queues.expectDeliveries([
    ['work', 'hanging', 1],
    ['work', 'second', 1],
    ['work', 'third', 1],
  ]);
  await queues.send({ name: 'hanging too', hang: true });
  await queues.send({ name: 'waiting' });
  await queues.expectDeliveries([
    ['work', 'hanging', 1],
    ['work', 'second', 1],
    ['work', 'third', 1],
    ['work', 'hanging too', 1],
  ]);
});

test.each([
  ['retries it', 'fail'],
  ['throws', 'throws'],
])('a message whose consumer always %s goes to the dead-letter queue after its retries', async (_, how) => {
  const queues = await startQueues({ work: consumer, dead: { ...consumer, deadLetterQueue: null } });
  await queues.send({ name: 'bad', [how]: true });
  await queues.expectDeliveries([
    ['work', 'bad', 1],
    ['work', 'bad', 2],
    ['work', 'bad', 3],
    ['dead', 'bad', 1],
  ]);
});

test('messages sent together are delivered in order, one at a time', async () => {
  const queues = await startQueues({ work: { ...consumer, concurrency: 1 } });
  const names = Array.from({ length: 100 }, (_, i) => `message ${i}`);
  await queues.sendBatch(names.map((name) => ({ name })));
  await queues.expectDeliveries(names.map((name) => ['work', name, 1]));
});

test('a delayed message arrives after a message that was sent later', async () => {
  const queues = await startQueues({ work: consumer });
  await queues.send({ name: 'later' }, 1);
  await queues.send({ name: 'now' });
  await queues.expectDeliveries([
    ['work', 'now', 1],
    ['work', 'later', 1],
  ]);
});

test('waiting messages, and messages in progress, are delivered after a restart without a request', {
  tags: 'long',
}, async () => {
  const before = await startQueues({ work: { ...consumer, concurrency: 1 } });
  await before.send({ name: 'hanging', hang: true });
  await before.send({ name: 'waiting' });
  await before.expectDeliveries([['work', 'hanging', 1]]);
  await before.stop();

  const after = await startQueues({ work: consumer }, before.state);
  await after.expectDeliveries([
    ['work', 'hanging', 1],
    ['work', 'waiting', 1],
  ]);
});

test('messages in quick succession share an alarm, because setting one writes to the disk', async () => {
  const queues = await startQueues({ work: consumer });
  await queues.send({ name: 'first' });
  await queues.expectDeliveries([['work', 'first', 1]]);
  const alarms = join(queues.state, 'do', 'queues-QueueBroker', 'metadata.sqlite-wal');
  const { size } = await stat(alarms);
  const sent = Array.from({ length: 20 }, (_, i): [string, string, number] => ['work', `message ${i}`, 1]);
  const startedAt = performance.now();
  for (const [, name] of sent) await queues.send({ name });
  await queues.expectDeliveries([['work', 'first', 1], ...sent]);
  const writesMax = 2 + (performance.now() - startedAt) / 250;
  expect((await stat(alarms)).size - size).toBeLessThan(writesMax * pageBytes);
});
