// Serves the webhook delivery routes: test, list, get, redeliver.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound, requireId } from '../../../access/actor.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, json, routesOf } from '../../../api/openapi/route-definitions.ts';
import { paged, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { eventFilter, instant } from '../../../api/responses/event-wire.ts';
import { deliveryStates } from '../../../contract/features/webhooks/feature.ts';
import { iso } from '../../../core/clock.ts';
import { deliveryDetails, listDeliveries, recover, redeliver, sendTest } from '../deliveries.ts';
import {
  deliveryInFullModel,
  deliveryInFullWire,
  deliveryModel,
  deliveryWire,
  endpointParams,
  requireEndpoint,
  toEndpointId,
  webhookAdmin,
} from './webhook-wire.ts';

const route = routesOf('Webhooks');
const oneDelivery = { params: endpointParams.params.extend({ delivery_id: z.string() }) };

const test = route.post('/{endpoint_id}/test', 'testWebhook', {
  'x-slipway-command': 'webhooks test {endpoint_id}',
  summary: 'Send a test event',
  description: 'Sends a `webhook.test` event to this webhook only, regardless of its filters.',
  request: endpointParams,
  responses: { 200: json("The test event's delivery", deliveryModel) },
});
const list = route.get('/{endpoint_id}/deliveries', 'listDeliveries', {
  'x-slipway-command': 'webhooks deliveries {endpoint_id}',
  summary: 'List deliveries',
  description:
    'Newest events first. Finished deliveries are retained for 30 days. If the list is filtered by type or status, a page may be short or empty and still be followed by another one.',
  request: {
    ...endpointParams,
    query: z.object({
      status: z.enum(deliveryStates).optional(),
      type: eventFilter.optional(),
      event_id: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .openapi({ param: { description: 'ID of the event, `evt_…`' } }),
      since: instant.optional().openapi({ description: 'Time of the event' }),
      until: instant.optional().openapi({ description: 'Exclusive' }),
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of deliveries', pageOf(deliveryModel)) },
});
const get = route.get('/{endpoint_id}/deliveries/{delivery_id}', 'getDelivery', {
  'x-slipway-command': 'webhooks delivery {endpoint_id} {delivery_id}',
  summary: 'Get a delivery with its attempts',
  request: oneDelivery,
  responses: { 200: json('The delivery', deliveryInFullModel) },
});
const redeliverOne = route.post('/{endpoint_id}/deliveries/{delivery_id}/redeliver', 'redeliver', {
  'x-slipway-command': 'webhooks redeliver {endpoint_id} {delivery_id}',
  summary: 'Redeliver an event',
  description:
    'Restarts the delivery, whatever its outcome, from the start of its retry schedule and with the same `webhook-id`.',
  request: oneDelivery,
  responses: { 200: json('The delivery', deliveryModel) },
});
const recoverPeriod = route.post('/{endpoint_id}/recover', 'recoverDeliveries', {
  'x-slipway-command': 'webhooks recover {endpoint_id} --since {since}',
  summary: 'Redeliver failed events since a point in time',
  description:
    'Redelivers the failed events between `since` and `until`, and delivers the events that occurred in that time while the webhook was disabled. `since` can be at most 14 days ago.',
  request: { ...endpointParams, body: body(z.object({ since: instant, until: instant.optional() })) },
  responses: {
    200: json(
      'The period, and the number of deliveries started',
      z.object({ since: z.iso.datetime(), until: z.iso.datetime(), deliveries: z.int().openapi({ example: 12 }) }),
    ),
  },
});

export function addDeliveryRoutes(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(test, async (c) =>
    c.json(deliveryWire(requireEndpoint(c, await sendTest(c.var.deps, webhookAdmin(c), toEndpointId(c)))), 200),
  );
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const filter = { ...query, id: toEndpointId(c), eventType: query.type, eventId: query.event_id };
    const page = requireEndpoint(c, await listDeliveries(c.var.deps, webhookAdmin(c), filter, query));
    return c.json(paged(page, query, deliveryWire), 200);
  });
  routes.openapi(get, async (c) => {
    const id = deliveryIdOf(c.req.valid('param').delivery_id);
    const delivery = await deliveryDetails(c.var.deps, webhookAdmin(c), toEndpointId(c), id);
    if (!delivery) throw notFound('delivery', id);
    return c.json(deliveryInFullWire(delivery), 200);
  });
  routes.openapi(redeliverOne, async (c) => {
    const id = deliveryIdOf(c.req.valid('param').delivery_id);
    const delivery = await redeliver(c.var.deps, webhookAdmin(c), toEndpointId(c), id);
    if (!delivery) throw notFound('delivery', id);
    return c.json(deliveryWire(delivery), 200);
  });
  routes.openapi(recoverPeriod, async (c) => {
    const { since, until } = c.req.valid('json');
    const recovered = requireEndpoint(c, await recover(c.var.deps, webhookAdmin(c), toEndpointId(c), { since, until }));
    return c.json({ ...recovered, since: iso(recovered.since), until: iso(recovered.until) }, 200);
  });
}

const deliveryIdOf = (text: string) => requireId('delivery', text);
