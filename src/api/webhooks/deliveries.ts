// Webhooks' deliveries: tested, listed, looked at, asked for again.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound } from '../../access/actor.ts';
import { deliveryStates } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import { type DeliveryId, isId } from '../../core/ids.ts';
import { deliveryDetails, listDeliveries, recover, redeliver, sendTest } from '../../events/webhooks/deliveries.ts';
import type { AppEnv } from '../context.ts';
import { bearer, body, errors, json } from '../openapi/route-definitions.ts';
import { eventFilter, instant } from '../organization/event-wire.ts';
import { pageFields, pageRequest, paginationModel } from '../paging.ts';
import { endpointIdOf, found, identified, webhookAdmin } from './surface.ts';
import { deliveryInFullModel, deliveryInFullWire, deliveryModel, deliveryWire } from './webhook-wire.ts';

const common = { tags: ['Webhooks'], security: bearer };
const oneDelivery = { params: identified.params.extend({ delivery_id: z.string().openapi({ example: 'dlv_…' }) }) };

const test = createRoute({
  ...common,
  method: 'post',
  path: '/{endpoint_id}/test',
  operationId: 'testWebhook',
  summary: 'Send a test event',
  description: 'An event of the type webhook.test, for this webhook only, whatever it filters.',
  request: identified,
  responses: { 200: json('Its delivery', deliveryModel), ...errors(401, 403, 404, 409) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/{endpoint_id}/deliveries',
  operationId: 'listDeliveries',
  summary: 'List deliveries',
  description: 'Newest events first; those that ended are kept for 30 days.',
  request: {
    ...identified,
    query: z.object({
      status: z.enum(deliveryStates).optional(),
      type: eventFilter.optional(),
      event_id: z.string().min(1).max(100).optional(),
      since: instant.optional().openapi({ description: 'When the event happened' }),
      until: instant.optional().openapi({ description: 'Not included' }),
      ...pageFields,
    }),
  },
  responses: {
    200: json(
      'A page of deliveries',
      z.object({
        results: z.array(deliveryModel),
        pagination: paginationModel,
      }),
    ),
    ...errors(401, 403, 404, 422),
  },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{endpoint_id}/deliveries/{delivery_id}',
  operationId: 'getDelivery',
  summary: 'Get a delivery with its attempts',
  request: oneDelivery,
  responses: { 200: json('The delivery', deliveryInFullModel), ...errors(401, 403, 404) },
});
const again = createRoute({
  ...common,
  method: 'post',
  path: '/{endpoint_id}/deliveries/{delivery_id}/redeliver',
  operationId: 'redeliver',
  summary: 'Deliver again',
  description: 'However it ended, from the beginning of its schedule, with the same webhook-id.',
  request: oneDelivery,
  responses: { 200: json('The delivery', deliveryModel), ...errors(401, 403, 404, 409) },
});
const period = createRoute({
  ...common,
  method: 'post',
  path: '/{endpoint_id}/recover',
  operationId: 'recoverDeliveries',
  summary: 'Recover a period',
  description:
    'Delivers again what failed of the events of a period, and what happened in it while the webhook was disabled. It reaches back at most 14 days.',
  request: { ...identified, body: body(z.object({ since: instant, until: instant.optional() })) },
  responses: {
    200: json(
      'The period, and how many deliveries are under way again',
      z.object({ since: z.iso.datetime(), until: z.iso.datetime(), deliveries: z.int() }),
    ),
    ...errors(401, 403, 404, 409, 413, 422),
  },
});

export function addDeliveryRoutes(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(test, async (c) =>
    c.json(deliveryWire(found(c, await sendTest(c.var.deps, webhookAdmin(c), endpointIdOf(c)))), 200),
  );
  routes.openapi(list, async (c) => {
    const { status, type, event_id, since, until, limit, cursor } = c.req.valid('query');
    const filter = {
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { eventType: type }),
      ...(event_id === undefined ? {} : { eventId: event_id }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    };
    const wanted = pageRequest({ limit, cursor });
    const page = found(c, await listDeliveries(c.var.deps, webhookAdmin(c), endpointIdOf(c), filter, wanted));
    return c.json({ results: page.items.map(deliveryWire), pagination: { limit, next_cursor: page.nextCursor } }, 200);
  });
  routes.openapi(get, async (c) => {
    const id = deliveryIdOf(c.req.valid('param').delivery_id);
    const known = await deliveryDetails(c.var.deps, webhookAdmin(c), endpointIdOf(c), id);
    if (!known) throw notFound('delivery', id);
    return c.json(deliveryInFullWire(known), 200);
  });
  routes.openapi(again, async (c) => {
    const id = deliveryIdOf(c.req.valid('param').delivery_id);
    const asked = await redeliver(c.var.deps, webhookAdmin(c), endpointIdOf(c), id);
    if (!asked) throw notFound('delivery', id);
    return c.json(deliveryWire(asked), 200);
  });
  routes.openapi(period, async (c) => {
    const { since, until } = c.req.valid('json');
    const recovered = found(c, await recover(c.var.deps, webhookAdmin(c), endpointIdOf(c), { since, until }));
    return c.json({ ...recovered, since: iso(recovered.since), until: iso(recovered.until) }, 200);
  });
}

function deliveryIdOf(text: string): DeliveryId {
  if (!isId('delivery', text)) throw notFound('delivery', text);
  return text;
}
