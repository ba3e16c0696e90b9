// Serves the deployment routes: list, get, cancel, retry and follow them.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireScope } from '../../../access/actor.ts';
import { traffic as limits } from '../../../contract/limits/traffic.ts';
import { deploymentStates } from '../../../contract/states.ts';
import { type DeploymentId, isId, type NamespaceId } from '../../../core/ids.ts';
import { changesSince, lookAgain, parsePosition, positionText } from '../../../pointers/history/changes.ts';
import { followDeployment } from '../../../pointers/history/follow.ts';
import { findDeployment, listDeployments, listVersionDeployments } from '../../../pointers/history/history.ts';
import { cancelDeployment } from '../../../retirement/cancel.ts';
import { retryDeployment } from '../../../rollouts/request-deployment.ts';
import { instanceState } from '../../../serve/instance-state.ts';
import { readPluginCounts } from '../../../traffic/plugin-uses.ts';
import { readTraffic } from '../../../traffic/traffic.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { json, newRouter, routesOf } from '../../openapi/route-definitions.ts';
import { trafficQuery } from '../../requests/log-query.ts';
import { paged, pageFields, wholeNumber } from '../../requests/paging.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { byName, type ExtractorSurface } from '../../requests/surfaces.ts';
import { kindField } from '../../requests/version-reference.ts';
import { countsModel, countsWire } from '../../responses/counts-wire.ts';
import { eventStream, lastEventId, openStream, type StreamMessage, sse } from '../../responses/event-stream.ts';
import { jsonAnswer, jsonWithTexts } from '../../responses/json-answer.ts';
import { trafficDescription, trafficModel, trafficWire } from '../../responses/traffic-wire.ts';
import {
  attemptModel,
  attemptWire,
  changeWire,
  entryInFullModel,
  entryInFullWire,
  entryWire,
  pageModel,
} from './deployment-history-wire.ts';
import { addInstanceLogs } from './instance-logs.ts';

const traffic = routesOf('Versions').get('/by-name/{slug}/traffic', 'getPluginTraffic', {
  'x-slipway-command': 'traffic {slug}',
  summary: 'Get calls, errors and latencies by version and hour or minute',
  description: trafficDescription,
  request: { params: byName, query: trafficQuery.extend({ kind: kindField }) },
  responses: { 200: json('The counts', trafficModel) },
});

const counts = routesOf('Versions').get('/by-name/{slug}/counts', 'getPluginCounts', {
  'x-slipway-command': 'traffic {slug} --days 90',
  summary: "Get a plugin's calls, callers and downloads by the day",
  description:
    "Calls and callers in this namespace. Days are in UTC; the last one is today, and days without use are zeros. Counts are kept for 13 months. The numbers of callers grow within an hour, except today's.",
  request: {
    params: byName,
    query: z.object({
      kind: kindField,
      days: wholeNumber({ min: 1, max: limits.daysMax, default: limits.daysDefault }).openapi({
        description: 'Number of days, with today',
      }),
    }),
  },
  responses: { 200: json('The counts', countsModel) },
});

export function addTraffic(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(counts, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const { caches, deps } = c.var;
    const namespaceId = parseNamespaceId(namespace_id);
    const asked = { namespaceId, name: slug, ...c.req.valid('query') };
    const found = await readPluginCounts({ ...deps, counters: caches.calls }, requireActor(c), asked);
    return c.json(countsWire(asked, found), 200);
  });
  routes.openapi(traffic, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const { caches, deps } = c.var;
    const found = await readTraffic({ ...deps, counters: caches.calls }, requireActor(c), {
      namespaceId: parseNamespaceId(namespace_id),
      name: slug,
      ...c.req.valid('query'),
    });
    return c.json(trafficWire(slug, found), 200);
  });
}

const route = routesOf('Deployments');
const inNamespace = z.object({ namespace_id: z.string() });
const oneDeployment = { params: inNamespace.extend({ deployment_id: z.string() }) };
const page = z.object({
  ...pageFields,
});

const list = route.get('/', 'listDeployments', {
  'x-slipway-command': 'deployments list',
  summary: "List a namespace's deployments, newest first",
  request: {
    params: inNamespace,
    query: page.extend({
      name: z.string().min(1).max(100).optional().openapi({ description: 'Only deployments of this plugin' }),
      status: z.enum(deploymentStates).optional(),
    }),
  },
  responses: { 200: jsonWithTexts('A page of deployments with their steps', pageModel) },
});
const get = route.get('/{deployment_id}', 'getDeployment', {
  'x-slipway-command': 'deployments show {deployment_id}',
  summary: 'Get a deployment with steps and logs',
  request: oneDeployment,
  responses: { 200: jsonWithTexts('The deployment', entryInFullModel) },
});
const cancel = route.post('/{deployment_id}/cancel', 'cancelDeployment', {
  'x-slipway-command': 'deployments cancel {deployment_id}',
  summary: 'Cancel a deployment',
  description:
    'Cancels a deployment that does not serve yet. Traffic is not affected. Cancelling a cancelled deployment changes nothing. If the deployment is otherwise finished or is serving, returns 409.',
  request: oneDeployment,
  responses: { 200: jsonWithTexts('Cancelled', entryInFullModel) },
});
const retry = route.post('/{deployment_id}/retry', 'retryDeployment', {
  'x-slipway-command': 'deployments retry {deployment_id}',
  middleware: mayMoveTraffic,
  summary: 'Retry a deployment',
  description:
    'Starts a new deployment of the same version with the same type and parameters, or returns the one in progress. Returns 409 unless the deployment failed or was cancelled.',
  request: oneDeployment,
  responses: { 200: jsonWithTexts('The new deployment', attemptModel) },
});

/** Declared only for the document, because zod-openapi's types don't allow a streamed body. */
const follow = route.get('/{deployment_id}/events', 'followDeployment', {
  'x-slipway-command': 'deployments show {deployment_id} --watch',
  summary: 'Follow a deployment',
  description:
    'Streams server-sent events: `step` when a step starts or ends, `log` with new log lines, `status` when the status changes, and `end` when nothing more will follow. The stream starts with everything so far, or with everything after the message named by `Last-Event-ID`. It closes after five minutes at the latest. Reconnect with `Last-Event-ID` to resume without gaps.',
  request: {
    ...oneDeployment,
    headers: lastEventId,
  },
  responses: {
    200: sse('The event stream'),
    204: { description: 'The deployment has finished, and the message named by `Last-Event-ID` was the last one' },
  },
});

export function deployments(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const filter = { ...query, namespaceId: parseNamespaceId(c.req.valid('param').namespace_id) };
    const deployments = await listDeployments(c.var.deps, requireActor(c), filter, query);
    return jsonAnswer(c, paged(deployments, query, entryWire));
  });
  routes.openapi(get, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    const entry = await findDeployment(c.var.deps, actor, namespaceId, id);
    const instance = await instanceState(c.var.deps, entry.serving ? entry.deployment : null);
    return jsonAnswer(c, entryInFullWire(entry, instance));
  });
  routes.openapi(cancel, async (c) => {
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    // A deployment that can be cancelled doesn't serve yet.
    return jsonAnswer(c, entryInFullWire(await cancelDeployment(c.var.deps, requireActor(c), namespaceId, id), null));
  });
  routes.openapi(retry, async (c) => {
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    const { deployment, version } = await retryDeployment(c.var.deps, requireActor(c), namespaceId, id);
    return jsonAnswer(c, attemptWire(deployment, version));
  });
  addFollowing(routes);
  addInstanceLogs(routes, {
    tag: 'Deployments',
    path: '/{deployment_id}/logs',
    params: oneDeployment.params,
    summary: "Get a deployment's instance logs",
    find: async (c, actor) => {
      const { namespaceId, id } = idsIn(c);
      return (await findDeployment(c.var.deps, actor, namespaceId, id)).deployment;
    },
  });
  return routes;
}

function addFollowing(routes: OpenAPIHono<AppEnv>): void {
  routes.openAPIRegistry.registerPath(follow);
  routes.get(follow.getRoutingPath(), async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { namespaceId, id } = idsIn(c);
    const { caches, deps } = c.var;
    await findDeployment(deps, actor, namespaceId, id);
    const seen = parsePosition(c.req.header('last-event-id') ?? '');
    const asOf = Date.now();
    const value = await lookAgain(deps, id);
    if (!value) throw notFound('deployment', id);
    if (seen && value.isFinal && changesSince(seen, value).changes.length === 0) return c.body(null, 204);
    const stream = openStream(c, { scope: 'plugins:read', namespaceId });
    const followed = { id, seen, first: { value, asOf } };
    const following = caches.following.deployments;
    return eventStream(c, stream, messagesOf(followDeployment({ ...deps, following }, stream, followed)));
  });
}

async function* messagesOf(polls: ReturnType<typeof followDeployment>): AsyncGenerator<StreamMessage[], void> {
  for await (const { changes, position, last } of polls) {
    const messages: StreamMessage[] = changes.map(changeWire);
    if (last) messages.push({ event: 'end', data: { status: position.status } });
    // Only a poll's last message has an ID. A client that loses the stream before that message gets the whole poll again.
    yield messages.map((message, i) =>
      i === messages.length - 1 ? { ...message, id: positionText(position) } : message,
    );
  }
}

/** Lists one version's deployments on both extractor surfaces. */
export function addVersionDeployments(routes: OpenAPIHono<AppEnv>, { noun, params, ownerOf }: ExtractorSurface): void {
  const ofVersion = route.get('/{plugin_id}/deployments', `list${noun}Deployments`, {
    'x-slipway-command': 'deployments list {plugin_id}',
    summary: "List a version's deployments, newest first",
    request: { params: params.extend({ plugin_id: z.string() }), query: page },
    responses: { 200: jsonWithTexts('A page of deployments with their steps', pageModel) },
  });
  routes.openapi(ofVersion, async (c) => {
    const query = c.req.valid('query');
    const version = { ownerId: ownerOf(c), slug: c.req.param('plugin_id') };
    const deployments = await listVersionDeployments(c.var.deps, requireActor(c), version, query);
    return jsonAnswer(c, paged(deployments, query, entryWire));
  });
}

/** Reads the IDs for handlers that aren't registered with zod-openapi. */
function idsIn(c: Context<AppEnv>) {
  return idsOf({
    namespace_id: c.req.param('namespace_id') ?? '',
    deployment_id: c.req.param('deployment_id') ?? '',
  });
}

function idsOf({ namespace_id, deployment_id }: { namespace_id: string; deployment_id: string }): {
  namespaceId: NamespaceId;
  id: DeploymentId;
} {
  const namespaceId = parseNamespaceId(namespace_id);
  if (!isId('deployment', deployment_id)) throw notFound('deployment', deployment_id);
  return { namespaceId, id: deployment_id };
}
