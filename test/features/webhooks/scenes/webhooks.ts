// An organization with a webhook. Messages get lost, so only the test advances deliveries, with its own clock.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { EndpointId } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import type { Deps } from '../../../../src/deps.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { endpoints } from '../../../../src/features/webhooks/tables.ts';
import { type Answer, type FakeReceiver, fakeReceiver } from '../../../support/fake-receiver.ts';
import { emitEvents, type LosingScene, losingScene } from '../../../support/scenes/losing-scene.ts';

export const receiverUrl = 'https://hooks.example.com/slipway';

export interface WebhookScene extends LosingScene {
  receiver: FakeReceiver;
}

export async function webhookScene(replacements: Partial<Deps> = {}): Promise<WebhookScene> {
  const receiver = fakeReceiver();
  return { ...(await losingScene({ fetch: receiver.fetch, ...replacements })), receiver };
}

const endpointModel = z.object({ endpoint_id: idSchema('endpoint'), secret: z.string() });

export interface Webhook {
  id: EndpointId;
  secret: string;
  path: string;
}

/** Creates a webhook. By default its events exclude its own `webhook.created`. */
export async function webhook(
  { org }: Pick<LosingScene, 'org'>,
  given: Record<string, unknown> = { events: ['namespace.'] },
): Promise<Webhook> {
  const answer = await org.post('/v1/webhooks', { url: receiverUrl, ...given });
  if (answer.status !== 200) throw new Error(`no webhook was created: ${answer.text}`);
  const { endpoint_id, secret } = endpointModel.parse(answer.body);
  return { id: endpoint_id, secret, path: `/v1/webhooks/${endpoint_id}` };
}

/** Does the work of the queue's messages: creates deliveries for new events, and sends those that are due to this webhook. */
export async function deliverEvents({ deps }: Pick<LosingScene, 'deps'>, { id }: Webhook): Promise<void> {
  await fanOutAndDeliver(deps);
  await deliverDue(deps, id);
}

const deliveriesModel = z.object({
  results: z.array(
    z.object({
      delivery_id: idSchema('delivery'),
      event_id: idSchema('event'),
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
  const [row] = await database(env.DB).select().from(endpoints).where(eq(endpoints.id, id)).limit(1);
  if (!row) throw new Error('the endpoint does not exist');
  return row;
}

/** Counts the messages that trigger deliveries to this webhook. Other endpoints in the database may also have messages. */
export function messagesFor({ sent }: WebhookScene, { id }: Webhook): number {
  return sent.filter((message) => message.type === 'deliver' && message.id === id).length;
}

/** Creates a scene with one event and a receiver that responds with `answer`. */
export async function sceneAnsweredWith(answer: Answer): Promise<WebhookScene & { hook: Webhook }> {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  scene.receiver.respondWith(answer);
  await emitEvents(scene);
  return { ...scene, hook };
}
