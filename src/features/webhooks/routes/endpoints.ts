// Serves the routes that manage webhook endpoints and their secrets. Deliveries are served by deliveries.ts.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireNamespaces } from '../../../access/visible-namespaces.ts';
import { type AppEnv, parseNamespaceId } from '../../../api/context/context.ts';
import {
  body,
  errors,
  json,
  newRouter,
  overlapBody,
  rotationOverlapMs,
  routesOf,
} from '../../../api/openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { eventFilter } from '../../../api/responses/event-wire.ts';
import { webhooks } from '../../../contract/features/webhooks/limits.ts';
import { disableEndpoint, enableEndpoint } from '../endpoint-status.ts';
import {
  createEndpoint,
  deleteEndpoint,
  endpointById,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from '../endpoints.ts';
import { addDeliveryRoutes } from './deliveries.ts';
import {
  deliveryCounts,
  endpointId,
  endpointModel,
  endpointParams,
  endpointWire,
  endpointWithSecret,
  requireEndpoint,
  toEndpointId,
  webhookAdmin,
} from './webhook-wire.ts';

const route = routesOf('Webhooks');

const endpointFields = z.object({
  url: z.string().min(1).max(2048).openapi({ example: 'https://hooks.example.com/slipway' }),
  description: z.string().max(500).nullish(),
  events: z
    .array(eventFilter)
    .min(1)
    .max(100)
    .nullish()
    .openapi({ description: 'Null or omitted for all', example: ['deployment.'] }),
  namespace_ids: z.array(z.string()).min(1).max(50).nullish().openapi({ description: 'Null or omitted for all' }),
});

const create = route.post('/', 'createWebhook', {
  'x-slipway-command': 'webhooks create {url}',
  'x-slipway-problems': ['quota-exceeded'],
  summary: 'Create a webhook',
  description:
    'Needs the scope `webhooks:admin`, like all webhook operations. The URL must be https on port 443 of a public host name. The secret is shown in this response only.',
  request: { body: body(endpointFields) },
  responses: { 200: json('The webhook and its secret', endpointWithSecret), ...errors(404) },
});
const list = route.get('/', 'listWebhooks', {
  'x-slipway-command': 'webhooks list',
  summary: 'List webhooks',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of webhooks', pageOf(endpointModel)) },
});
const get = route.get('/{endpoint_id}', 'getWebhook', {
  summary: 'Get a webhook',
  request: endpointParams,
  responses: {
    200: json(
      `The webhook, with its newest ${webhooks.searchedMax} deliveries counted by status`,
      endpointModel.extend({ deliveries: deliveryCounts }),
    ),
  },
});
const update = route.patch('/{endpoint_id}', 'changeWebhook', {
  summary: 'Update a webhook',
  request: { ...endpointParams, body: body(endpointFields.partial()) },
  responses: { 200: json('The webhook', endpointModel) },
});
const remove = route.delete('/{endpoint_id}', 'deleteWebhook', {
  'x-slipway-command': 'webhooks delete {endpoint_id}',
  summary: 'Delete a webhook with its deliveries',
  request: endpointParams,
  responses: { 200: json('Deleted', z.object({ success: z.literal(true), endpoint_id: endpointId })) },
});
const enable = route.post('/{endpoint_id}/enable', 'enableWebhook', {
  summary: 'Enable a webhook',
  description:
    'Delivers events from now on. To deliver events from the time when the webhook was disabled, use `recoverDeliveries`.',
  request: endpointParams,
  responses: { 200: json('The webhook', endpointModel) },
});
const disable = route.post('/{endpoint_id}/disable', 'disableWebhook', {
  summary: 'Disable a webhook',
  description: 'Pending deliveries fail.',
  request: endpointParams,
  responses: { 200: json('The webhook', endpointModel) },
});
const rotate = route.post('/{endpoint_id}/rotate', 'rotateWebhookSecret', {
  'x-slipway-command': 'webhooks rotate {endpoint_id}',
  summary: "Rotate a webhook's secret",
  description:
    'During the overlap, requests are signed with both secrets. The new secret is shown in this response only.',
  request: {
    ...endpointParams,
    body: overlapBody('How long requests are also signed with the previous secret'),
  },
  responses: { 200: json('The webhook and its new secret', endpointWithSecret) },
});

export function webhookRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const bodies = jsonAtMost(64 * 1024);
  routes.use('/', bodies);
  routes.use('/:endpoint_id', bodies);
  routes.use('/:endpoint_id/recover', bodies);
  routes.use('/:endpoint_id/rotate', bodies, emptyBodyIsNull);
  routes.openapi(create, async (c) => {
    const actor = webhookAdmin(c);
    const { url, description, events, namespace_ids } = c.req.valid('json');
    const namespaceIds = namespace_ids?.map(parseNamespaceId) ?? null;
    if (namespaceIds) await requireNamespaces(c.var.deps, actor, namespaceIds);
    const fields = { url, description: description ?? null, eventFilters: events ?? null, namespaceIds };
    const { endpoint, secret } = await createEndpoint(c.var.deps, actor, fields);
    return c.json({ ...endpointWire(endpoint), secret }, 200);
  });
  routes.openapi(list, (c) =>
    answerPage(c, (query) => listEndpoints(c.var.deps, webhookAdmin(c), query), endpointWire),
  );
  routes.openapi(get, async (c) => {
    const stored = await endpointById(c.var.deps, webhookAdmin(c), toEndpointId(c));
    const { endpoint, counts } = requireEndpoint(c, stored);
    return c.json({ ...endpointWire(endpoint), deliveries: counts }, 200);
  });
  routes.openapi(update, async (c) => {
    const actor = webhookAdmin(c);
    const id = toEndpointId(c);
    const { url, description, events, namespace_ids } = c.req.valid('json');
    const namespaceIds = namespace_ids?.map(parseNamespaceId);
    if (namespaceIds) await requireNamespaces(c.var.deps, actor, namespaceIds);
    const fields = {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(events === undefined ? {} : { eventFilters: events }),
      ...(namespace_ids === undefined ? {} : { namespaceIds: namespaceIds ?? null }),
    };
    return c.json(endpointWire(requireEndpoint(c, await updateEndpoint(c.var.deps, actor, id, fields))), 200);
  });
  routes.openapi(remove, async (c) => {
    const id = toEndpointId(c);
    requireEndpoint(c, (await deleteEndpoint(c.var.deps, webhookAdmin(c), id)) || undefined);
    return c.json({ success: true as const, endpoint_id: id }, 200);
  });
  routes.openapi(enable, async (c) =>
    c.json(endpointWire(requireEndpoint(c, await enableEndpoint(c.var.deps, webhookAdmin(c), toEndpointId(c)))), 200),
  );
  routes.openapi(disable, async (c) =>
    c.json(endpointWire(requireEndpoint(c, await disableEndpoint(c.var.deps, webhookAdmin(c), toEndpointId(c)))), 200),
  );
  routes.openapi(rotate, async (c) => {
    const overlapMs = rotationOverlapMs(c.req.valid('json'));
    const rotated = await rotateSecret(c.var.deps, webhookAdmin(c), toEndpointId(c), overlapMs);
    const { endpoint, secret } = requireEndpoint(c, rotated);
    return c.json({ ...endpointWire(endpoint), secret }, 200);
  });
  addDeliveryRoutes(routes);
  return routes;
}
