// Declares webhooks: an organization's events are sent to the URLs that it registers.
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import { events } from '../../db/schema/events.ts';
import { wake } from '../../events/wake.ts';
import { defineFeature } from '../../feature.ts';
import { behind } from '../../watching/waiting-work.ts';
import { deliverDue } from './deliver.ts';
import { deleteDeliveriesBefore, failing, undelivered, usedEndpoints } from './facts.ts';
import { fanOutAndDeliver } from './fan-out.ts';
import { webhookNeeds } from './needs.ts';
import { webhookRoutes } from './routes/endpoints.ts';
import { selectToSummarize, sweepSummaries } from './summaries.ts';
import { dueWebhooks, sweepWebhooks } from './sweep.ts';
import { deliveries, endpoints, summaries, webhookLanes } from './tables.ts';

const ofOrganization = (id: OrganizationId) =>
  sql`(select ${endpoints.id} from ${endpoints} where ${endpoints.organizationId} = ${id})`;

export const webhooks = defineFeature({
  name: 'webhooks',
  routes: { '/v1/webhooks': webhookRoutes },
  pages: ['/webhooks', '/webhooks/:page{.+}'],
  tags: [{ name: 'Webhooks', description: 'Receive events over HTTP.', after: 'Events' }],
  messages: {
    'fan-out': { handle: fanOutAndDeliver, rows: events },
    deliver: { handle: (deps, { id }) => deliverDue(deps, id), rows: endpoints },
  },
  needs: [webhookNeeds],
  due: [
    { step: sweepWebhooks, due: dueWebhooks },
    { step: sweepSummaries, due: (deps) => [selectToSummarize(deps)] },
  ],
  owned: [
    { table: deliveries, holder: ofOrganization, column: deliveries.endpointId, order: [deliveries.eventId] },
    {
      table: webhookLanes,
      holder: ofOrganization,
      column: webhookLanes.endpointId,
      omittedBecause: 'leases of workers',
    },
    {
      table: summaries,
      holder: 'organization',
      column: summaries.organizationId,
      omittedBecause: 'the day of the last summary',
    },
    {
      table: endpoints,
      holder: 'organization',
      column: endpoints.organizationId,
      omitted: [endpoints.secret, endpoints.previousSecret],
    },
  ],
  closing: (db, { id, isClosed, now }) => [
    db
      .update(endpoints)
      .set({ deletedAt: now, updatedAt: now })
      .where(and(eq(endpoints.organizationId, id), isNull(endpoints.deletedAt), isClosed)),
  ],
  waiting: { deliveries: undelivered, fanOut: () => behind('fan-out') },
  gauges: [{ name: 'slipway_webhooks_failing', help: 'Webhooks with failing deliveries.', samples: () => failing }],
  used: { webhook_endpoints: usedEndpoints },
  // One fan-out covers all events.
  eventsRecorded: ({ defer, queues }, id) => defer(wake(queues.deliveries, { v: 1, type: 'fan-out', id }, 1)),
  beforeArchiving: deleteDeliveriesBefore,
});
