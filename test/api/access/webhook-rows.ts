// Rows of the authorization matrix for webhooks.
import { newWebhook, type World } from '../../support/scenes/authorization-world.ts';
import type { Row } from './authorization-matrix.ts';

const hooks = { scope: 'webhooks:admin', of: 'namespace' } as const;

const ofNewWebhook = async ({ org }: World) => ({ ids: { endpoint_id: await newWebhook(org) } });

export const webhooks: Record<string, Row> = {
  'POST ': { ...hooks, of: 'visible', sent: { body: { url: 'https://hooks.example.com/another' } } },
  'GET ': { ...hooks, of: 'visible' },
  'GET /{endpoint_id}': hooks,
  'PATCH /{endpoint_id}': { ...hooks, sent: { body: { description: 'x' } } },
  'POST /{endpoint_id}/enable': hooks,
  'POST /{endpoint_id}/test': hooks,
  'POST /{endpoint_id}/rotate': hooks,
  'POST /{endpoint_id}/recover': { ...hooks, sent: { body: { since: new Date().toISOString() } } },
  'GET /{endpoint_id}/deliveries': hooks,
  'GET /{endpoint_id}/deliveries/{delivery_id}': hooks,
  'POST /{endpoint_id}/deliveries/{delivery_id}/redeliver': hooks,
  'POST /{endpoint_id}/disable': { ...hooks, ready: ofNewWebhook },
  'DELETE /{endpoint_id}': { ...hooks, ready: ofNewWebhook },
};
