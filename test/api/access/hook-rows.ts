// Rows of the authorization matrix for webhooks and deploy hooks.
import { goPlugin } from '../../support/plugins/go-plugins.ts';
import { newHook, newWebhook, type World } from '../../support/scenes/authorization-world.ts';
import type { Row } from './authorization-matrix.ts';

const deploy = { scope: 'plugins:deploy', of: 'namespace' } as const;
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

const redeployed = { kind: 'pipeline', provider: 'github', action: 'redeploy' };

/** Testing a hook fails, because the builder refuses the ref. */
export const deployHooks: Record<string, Row> = {
  'POST ': {
    ...deploy,
    sent: { body: { ...redeployed, plugin: 'absent' } },
    ready: async ({ org }, fresh) => {
      await goPlugin(org, 'pipeline', fresh);
      return { sent: { body: { ...redeployed, plugin: fresh } } };
    },
  },
  'GET ': { ...deploy, of: 'visible' },
  'GET /{hook_id}': deploy,
  'PATCH /{hook_id}': { ...deploy, sent: { body: { description: 'x' } } },
  'POST /{hook_id}/rotate': deploy,
  'POST /{hook_id}/test': { ...deploy, status: 422, needs: ['git'], sent: { body: { ref: '-' } } },
  'GET /{hook_id}/deliveries': deploy,
  'GET /{hook_id}/deliveries/{delivery_id}': { ...deploy, means: { delivery_id: 'push_id' } },
  'DELETE /{hook_id}': {
    ...deploy,
    ready: async ({ org, ids }) => ({ ids: { hook_id: await newHook(org, ids.slug ?? '') } }),
  },
};
