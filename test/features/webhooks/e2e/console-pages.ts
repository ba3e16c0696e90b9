// The console's pages of webhooks.
import type { ActsAtOnce, ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'webhooks', path: '/webhooks', shown: '127.0.0.1', command: 'webhooks list' },
  {
    name: 'webhook',
    path: '/webhooks/{endpoint}',
    shown: 'Newest 500 deliveries',
    command: 'webhooks deliveries {endpoint}',
  },
  {
    name: 'delivery',
    path: '/webhooks/{endpoint}/deliveries/{delivery}',
    shown: 'Request',
    command: 'webhooks delivery {endpoint} {delivery}',
  },
];

export const atOnce: readonly ActsAtOnce[] = [
  ['webhook', 'Send a test event', 'webhooks test {endpoint}'],
  ['delivery', 'Redeliver', 'webhooks redeliver {endpoint} {delivery}'],
];

/** Creates a webhook with an unreachable address. */
export const ids: FeaturePages['ids'] = async (_, client) => {
  const body = { url: 'http://127.0.0.1:9/hook', events: ['key.'] as const };
  const { endpoint_id } = await client.post('/v1/webhooks', { body: { ...body, events: [...body.events] } });
  const { delivery_id } = await client.post('/v1/webhooks/{endpoint_id}/test', { path: { endpoint_id } });
  return { endpoint: endpoint_id, delivery: delivery_id };
};
