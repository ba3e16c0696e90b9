// An organization with a webhook, at the test's own time: messages get lost, so that only the test moves deliveries.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { idOf } from '../../src/contract/ids.ts';
import type { EndpointId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { endpoints } from '../../src/db/schema/webhooks.ts';
import type { Deps } from '../../src/deps.ts';
import { deliverDue } from '../../src/events/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../src/events/webhooks/fan-out.ts';
import { clockAt, type TestApp, type TestClock, testApp } from './deps.ts';
import { type Answer, type Outside, outside } from './fake-receiver.ts';
import { losingQueues } from './losing-queues.ts';
import { type Organization, organization } from './organization.ts';

export const receiver = 'https://hooks.example.com/slipway';

export interface WebhookScene {
  deps: Deps;
  app: TestApp;
  clock: TestClock;
  sent: ReturnType<typeof losingQueues>['sent'];
  outside: Outside;
  org: Organization;
}

/** `now` is the real time, unless a test needs no real signature. */
export async function webhookScene(swapped: Partial<Deps> = {}): Promise<WebhookScene> {
  const clock = clockAt(Math.floor(Date.now() / 1000) * 1000);
  const world = outside();
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, fetch: world.fetch, ...swapped });
  return { deps: app.deps, app, clock, sent, outside: world, org: await organization({ fetch: app.fetch }) };
}

const endpointModel = z.object({ endpoint_id: idOf('endpoint'), secret: z.string() });

export interface Webhook {
  id: EndpointId;
  secret: string;
  path: string;
}

/** Without its own `webhook.created` among what it is told, unless a test asks for it. */
export async function webhook(
  { org }: Pick<WebhookScene, 'org'>,
  given: Record<string, unknown> = { events: ['namespace.'] },
): Promise<Webhook> {
  const answer = await org.post('/v1/webhooks', { url: receiver, ...given });
  if (answer.status !== 200) throw new Error(`no webhook was made: ${answer.text}`);
  const { endpoint_id, secret } = endpointModel.parse(answer.body);
  return { id: endpoint_id, secret, path: `/v1/webhooks/${endpoint_id}` };
}

/** Events: as many changes of the default namespace, told as `namespace.updated`. */
export async function happen({ org }: Pick<WebhookScene, 'org'>, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await org.patch('/v1/namespaces/default', { description: `change ${i}` });
}

/** What the queue would do at once: deliveries of new events, and what is due to this webhook. */
export async function tell({ deps }: Pick<WebhookScene, 'deps'>, { id }: Webhook): Promise<void> {
  await fanOutAndDeliver(deps);
  await deliverDue(deps, id);
}

const deliveriesModel = z.object({
  results: z.array(
    z.object({
      delivery_id: idOf('delivery'),
      event_id: idOf('event'),
      event_type: z.string(),
      status: z.string(),
      attempts: z.int(),
      next_attempt_at: z.string().nullable(),
    }),
  ),
});

export type ListedDelivery = z.infer<typeof deliveriesModel>['results'][number];

/** Newest first. */
export async function deliveriesOf({ org }: Pick<WebhookScene, 'org'>, { path }: Webhook): Promise<ListedDelivery[]> {
  return deliveriesModel.parse((await org.get(`${path}/deliveries`)).body).results;
}

const attemptsModel = z.object({
  attempts_made: z.array(
    z.object({
      number: z.int(),
      status_code: z.int().nullable(),
      error: z.string().nullable(),
      response_excerpt: z.string().nullable(),
    }),
  ),
});

export async function attemptsOf({ org }: WebhookScene, { path }: Webhook, deliveryId: string | undefined) {
  return attemptsModel.parse((await org.get(`${path}/deliveries/${deliveryId}`)).body).attempts_made;
}

export async function endpointOf({ id }: Webhook) {
  const row = await database(env.DB).query.endpoints.findFirst({ where: eq(endpoints.id, id) });
  if (!row) throw new Error('the endpoint is gone');
  return row;
}

/** Messages that have this webhook told. Others of the same database may be sent for, too. */
export function sentFor({ sent }: WebhookScene, { id }: Webhook): number {
  return sent.filter((message) => message.type === 'deliver' && message.id === id).length;
}

/** A scene with one event whose receiver answers so. */
export async function answered(answer: Answer): Promise<WebhookScene & { hook: Webhook }> {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  scene.outside.answers(answer);
  await happen(scene);
  return { ...scene, hook };
}
