// Tests an organization's part of the workers that send webhooks, which leaves workers to others while its receivers hang.
import { env } from 'cloudflare:workers';
import { isNotNull } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { webhooks } from '../../../../src/contract/features/webhooks/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { webhookLanes } from '../../../../src/features/webhooks/tables.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import {
  deliveriesOf,
  receiverUrl,
  type Webhook,
  type WebhookScene,
  webhook,
  webhookScene,
} from '../scenes/webhooks.ts';

const part = webhooks.lanesPerOrganization;
/** `max_concurrency` of the queue. */
const consumers = 20;
const silentUrl = 'https://silent.example.com/';

/** Returns a function that gives the sent messages to the queue's consumers, which also take those that they send. */
function queueOf({ deps, sent }: WebhookScene): () => void {
  let working = 0;
  const consume = () => {
    while (working < consumers) {
      const message = sent.shift();
      if (!message) return;
      if (message.type !== 'deliver') continue;
      working++;
      void deliverDue(deps, message.id).finally(() => {
        working--;
        consume();
      });
    }
  };
  return consume;
}

/** Creates webhooks whose receiver responds to nothing until `answer` is called, and an event for each of them. */
async function silentWebhooks(scene: WebhookScene, number: number) {
  const silence = Promise.withResolvers<void>();
  scene.receiver.respondWith(async ({ url }) => {
    if (url.startsWith(silentUrl)) await silence.promise;
    return new Response('thanks');
  });
  const hooks: Webhook[] = [];
  for (let i = 0; i < number; i++)
    hooks.push(await webhook(scene, { url: `${silentUrl}${i}`, events: ['namespace.'] }));
  return { hooks, answer: silence.resolve };
}

/** The number of silent receivers with a request. */
function reached({ receiver }: WebhookScene): number {
  return new Set(receiver.calls.map(({ url }) => url).filter((url) => url.startsWith(silentUrl))).size;
}

/** The number of lanes that a worker holds. */
async function heldLanes(): Promise<number> {
  return (await database(env.DB).select().from(webhookLanes).where(isNotNull(webhookLanes.leaseToken))).length;
}

async function neighborOf(scene: WebhookScene): Promise<WebhookScene & { hook: Webhook }> {
  const neighbor = { ...scene, org: await organization({ fetch: scene.app.fetch }) };
  return { ...neighbor, hook: await webhook(neighbor, { url: receiverUrl, events: ['namespace.'] }) };
}

test("an organization's silent webhooks hold its part of the workers, and another organization's is delivered", async () => {
  const scene = await webhookScene();
  const { answer } = await silentWebhooks(scene, consumers);
  const neighbor = await neighborOf(scene);
  const consume = queueOf(scene);
  await emitEvents(scene);
  await fanOutAndDeliver(scene.deps);
  consume();
  await waitFor(() => expect(reached(scene)).toBeGreaterThanOrEqual(part));
  await emitEvents(neighbor);
  await fanOutAndDeliver(scene.deps);
  consume();
  await expect.poll(() => deliveriesOf(neighbor, neighbor.hook)).toMatchObject([{ status: 'succeeded', attempts: 1 }]);
  expect(reached(scene)).toBe(part);
  answer();
});

test('an event sends no more messages than its organization has free workers, however many webhooks it is for', async () => {
  const scene = await webhookScene();
  const { hooks, answer } = await silentWebhooks(scene, consumers);
  const consume = queueOf(scene);
  const messages = () => scene.sent.filter(({ type }) => type === 'deliver').length;
  await emitEvents(scene, webhooks.lanes);
  await fanOutAndDeliver(scene.deps);
  expect(messages()).toBe(part);
  consume();
  await waitFor(async () => expect(await heldLanes()).toBe(part));
  await emitEvents(scene);
  await fanOutAndDeliver(scene.deps);
  await sweepWebhooks(scene.deps);
  expect(messages()).toBe(0);
  answer();
  await waitFor(async () => {
    consume();
    for (const hook of hooks)
      expect((await deliveriesOf(scene, hook)).map(({ status }) => status)).toEqual(
        Array(webhooks.lanes + 1).fill('succeeded'),
      );
  });
});

test('a worker that becomes free sends the next message, so every webhook of the organization is delivered', async () => {
  const scene = await webhookScene();
  const { hooks, answer } = await silentWebhooks(scene, 2 * part + 1);
  const consume = queueOf(scene);
  await emitEvents(scene);
  await fanOutAndDeliver(scene.deps);
  consume();
  await waitFor(() => expect([reached(scene), scene.sent]).toEqual([part, []]));
  answer();
  await waitFor(async () => {
    for (const hook of hooks) expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded' }]);
  });
});

test('a worker that has sent the deliveries of a lane leaves the next turns to the other webhooks of the organization', async () => {
  const scene = await webhookScene();
  const { hooks, answer } = await silentWebhooks(scene, part + 1);
  answer();
  await emitEvents(scene, 3);
  await fanOutAndDeliver(scene.deps);
  const [first] = hooks;
  if (!first) throw new Error('there is no webhook');
  scene.sent.length = 0;
  await deliverDue(scene.deps, first.id);
  const waiting = scene.sent.map((message) => message.id);
  expect(waiting).toEqual(hooks.slice(1).map(({ id }) => id));
});

test('the sweep sends messages for a part of the webhooks of each organization, and for the first of each first', async () => {
  const scene = await webhookScene();
  const { hooks } = await silentWebhooks(scene, part + 1);
  const neighbor = await neighborOf(scene);
  await emitEvents(scene);
  await emitEvents(neighbor);
  await fanOutAndDeliver(scene.deps);
  const ids = [...hooks, neighbor.hook].map(({ id }) => id);
  scene.sent.length = 0;
  await sweepWebhooks(scene.deps);
  const swept = scene.sent.flatMap((message) => ids.filter((id) => id === message.id));
  expect(swept.toSorted()).toEqual([...ids.slice(0, part), neighbor.hook.id]);
  expect(swept.indexOf(neighbor.hook.id)).toBeLessThanOrEqual(1);
});
