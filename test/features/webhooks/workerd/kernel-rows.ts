// Tells the kernel's tests what they need to know about webhooks.
import { z } from 'zod';
import { webhooks as limits } from '../../../../src/contract/features/webhooks/limits.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { sweepLimits } from '../../../../src/contract/limits/leases.ts';
import { signedRequests } from '../../../../src/contract/limits/signed-requests.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow, numbered } from '../../../support/database/many-rows.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { deliverEvents, webhook } from '../scenes/webhooks.ts';

const hooks = { scope: 'webhooks:admin', of: 'namespace' } as const;

/** Creates a webhook for the default namespace. */
async function newWebhook(org: Organization): Promise<string> {
  return (await webhook({ org }, { namespace_ids: [org.namespaceId] })).id;
}

const ofNewWebhook: Row['ready'] = async ({ org }) => ({ ids: { endpoint_id: await newWebhook(org) } });

const authorization: Record<string, Row> = {
  'POST /v1/webhooks': { ...hooks, of: 'visible', sent: { body: { url: 'https://hooks.example.com/another' } } },
  'GET /v1/webhooks': { ...hooks, of: 'visible' },
  'GET /v1/webhooks/{endpoint_id}': hooks,
  'PATCH /v1/webhooks/{endpoint_id}': { ...hooks, sent: { body: { description: 'x' } } },
  'POST /v1/webhooks/{endpoint_id}/enable': hooks,
  'POST /v1/webhooks/{endpoint_id}/test': hooks,
  'POST /v1/webhooks/{endpoint_id}/rotate': hooks,
  'POST /v1/webhooks/{endpoint_id}/recover': { ...hooks, sent: { body: { since: new Date().toISOString() } } },
  'GET /v1/webhooks/{endpoint_id}/deliveries': hooks,
  'GET /v1/webhooks/{endpoint_id}/deliveries/{delivery_id}': hooks,
  'POST /v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver': hooks,
  'POST /v1/webhooks/{endpoint_id}/disable': { ...hooks, ready: ofNewWebhook },
  'DELETE /v1/webhooks/{endpoint_id}': { ...hooks, ready: ofNewWebhook },
};

const times = 1000;
const ended = { from: 1, times };
const due = { from: 10_001, times };
const delivered = limits.sliceRequests + limits.claimedMax;

const copyDue = (old: string, more: Record<string, string> = {}) =>
  copyRow('deliveries', due, { event_id: numbered('event_id'), status: "'pending'", next_at: old, ...more });

export const rows: FeatureRows = {
  authorization,
  missingIds: { endpoint_id: 'whk_00000000000000000000000000', delivery_id: 'dlv_00000000000000000000000000' },
  ids: async ({ org }) => {
    const endpoint_id = await newWebhook(org);
    const { body } = await org.post(`/v1/webhooks/${endpoint_id}/test`);
    return { endpoint_id, delivery_id: z.object({ delivery_id: idSchema('delivery') }).parse(body).delivery_id };
  },
  operationEvents: {
    'DELETE /v1/webhooks/{endpoint_id}': ['webhook.deleted'],
    'PATCH /v1/webhooks/{endpoint_id}': ['webhook.updated'],
    'POST /v1/webhooks': ['webhook.created'],
    'POST /v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver': ['webhook.redelivered'],
    'POST /v1/webhooks/{endpoint_id}/disable': ['webhook.disabled'],
    'POST /v1/webhooks/{endpoint_id}/enable': [],
    'POST /v1/webhooks/{endpoint_id}/recover': ['webhook.recovered'],
    'POST /v1/webhooks/{endpoint_id}/rotate': ['webhook.secret_rotated'],
    'POST /v1/webhooks/{endpoint_id}/test': ['webhook.test'],
  },
  explanations: { webhook_endpoints: ['webhook.'] },
  bookkeeping: {
    webhook_endpoints: {
      event_cursor: 'a cursor',
      failing_since: 'outcomes of deliveries',
      hold_until: 'outcomes of deliveries',
      last_failure_at: 'outcomes of deliveries',
      lease_token: 'a lease',
      lease_until: 'a lease',
    },
  },
  removedLater: ['webhook_endpoints'],
  recordsOnly: {
    deliveries: 'copies of events on their way',
    webhook_lanes: 'leases of the workers that deliver',
    attention_summaries: 'the day of the last summary, which is an event',
  },
  bounded: [
    {
      what: 'message `deliver`',
      queries: delivered + (signedRequests.sliceMs + signedRequests.timeoutMs) / signedRequests.lookEveryMs,
      others: delivered + 1,
    },
    {
      what: 'message `fan-out`, where each webhook fails and is tried alone',
      queries: limits.fanOut.roundsMax * (3 + limits.fanOut.endpointsMax),
      others:
        limits.fanOut.roundsMax * Math.ceil((limits.fanOut.endpointsMax * limits.lanes) / sweepLimits.messagesOfSend) +
        1,
    },
  ],
  prepare: async (world) => {
    const hook = await webhook(world);
    await emitEvents(world);
    await deliverEvents({ deps: { ...world.deps, fetch: fakeReceiver().fetch } }, hook);
  },
  copyEnded: () => copyRow('deliveries', ended, { event_id: numbered('event_id') }),
  copyDue,
  makeDue: async ({ old }) => {
    await copyRow('webhook_endpoints', due, {});
    await copyDue(old, { endpoint_id: numbered('endpoint_id') });
  },
};
