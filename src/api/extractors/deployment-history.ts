// Deployments as a resource: what was deployed when, by whom and how it went; following one, calling it off, trying it once more.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireScope } from '../../access/actor.ts';
import { deploymentStates } from '../../contract/states.ts';
import { type DeploymentId, isId, type NamespaceId } from '../../core/ids.ts';
import type { Page } from '../../core/page.ts';
import { cancelDeployment } from '../../deploy/cancel.ts';
import { positionOf, positionText } from '../../deploy/history/changes.ts';
import { followDeployment } from '../../deploy/history/follow.ts';
import {
  findDeployment,
  type HistoryEntry,
  listDeployments,
  listVersionDeployments,
} from '../../deploy/history/history.ts';
import { retryDeployment } from '../../deploy/retry.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';
import { eventStream, lastEventId, type StreamMessage, sse } from '../event-stream.ts';
import { bearer, errors, json, newRouter } from '../openapi/route-definitions.ts';
import { pageFields, pageRequest } from '../paging.ts';
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
import type { ExtractorSurface } from './surface.ts';

const common = { tags: ['Deployments'], security: bearer };
const inNamespace = z.object({ namespace_id: z.string() });
const one = { params: inNamespace.extend({ deployment_id: z.string().openapi({ example: 'dep_…' }) }) };
const page = z.object({
  ...pageFields,
});

const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'listDeployments',
  summary: 'List the deployments of a namespace, newest first',
  request: {
    params: inNamespace,
    query: page.extend({
      name: z.string().min(1).max(100).optional().openapi({ description: 'Of the plugin of that name' }),
      status: z.enum(deploymentStates).optional(),
    }),
  },
  responses: { 200: json('A page of deployments with their steps', pageModel), ...errors(401, 403, 404, 422) },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{deployment_id}',
  operationId: 'getDeployment',
  summary: 'Get a deployment with its steps and what they said',
  request: one,
  responses: { 200: json('The deployment', entryInFullModel), ...errors(401, 403, 404) },
});
const cancel = createRoute({
  ...common,
  method: 'post',
  path: '/{deployment_id}/cancel',
  operationId: 'cancelDeployment',
  summary: 'Cancel a deployment that does not serve yet',
  description:
    'Traffic stays where it is. Cancelling it again changes nothing; 409 when it serves, or has ended otherwise.',
  request: one,
  responses: { 200: json('Cancelled', entryInFullModel), ...errors(401, 403, 404, 409) },
});
const retry = createRoute({
  ...common,
  method: 'post',
  path: '/{deployment_id}/retry',
  operationId: 'retryDeployment',
  summary: 'Deploy once more what failed or was cancelled',
  description:
    'A new deployment of the same version with the same type and parameters; while one is under way, asking again is the same one. 409 when the deployment has neither failed nor been cancelled.',
  request: one,
  responses: { 200: json('The new deployment', attemptModel), ...errors(401, 403, 404, 409) },
});

/** Only described by it: the types of routes know no body that is a stream. */
const follow = createRoute({
  ...common,
  method: 'get',
  path: '/{deployment_id}/events',
  operationId: 'followDeployment',
  summary: 'Follow a deployment',
  description:
    'Server-sent events: `step` when one begins or ends, `log` with what it said since, `status` when that changes, and `end` when nothing will follow. All that was before comes first, or what came after the message that Last-Event-ID names. The stream ends after five minutes at the latest; who comes back with Last-Event-ID misses nothing.',
  request: {
    ...one,
    headers: lastEventId,
  },
  responses: {
    200: sse('The stream'),
    204: { description: 'It is over, and the message that Last-Event-ID names was the last one' },
    ...errors(401, 403, 404),
  },
});

export function deployments(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const { name, status, ...asked } = c.req.valid('query');
    const filter = { ...(name === undefined ? {} : { name }), ...(status === undefined ? {} : { status }) };
    const namespaceId = namespaceIdOf(c.req.valid('param').namespace_id);
    const found = await listDeployments(c.var.deps, actorOf(c), namespaceId, filter, pageRequest(asked));
    return c.json(pageWire(found, asked), 200);
  });
  routes.openapi(get, async (c) => {
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    return c.json(entryInFullWire(await findDeployment(c.var.deps, actor, namespaceId, id)), 200);
  });
  routes.openapi(cancel, async (c) => {
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    return c.json(entryInFullWire(await cancelDeployment(c.var.deps, actorOf(c), namespaceId, id)), 200);
  });
  routes.openapi(retry, async (c) => {
    const { namespaceId, id } = idsOf(c.req.valid('param'));
    const { deployment, version } = await retryDeployment(c.var.deps, actorOf(c), namespaceId, id);
    return c.json(attemptWire(deployment, version), 200);
  });
  addFollowing(routes);
  addInstanceLogs(routes, {
    tag: 'Deployments',
    path: '/{deployment_id}/logs',
    params: one.params,
    summary: 'Read what the instance of a deployment prints',
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
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const { namespaceId, id } = idsIn(c);
    await findDeployment(c.var.deps, actor, namespaceId, id);
    const seen = positionOf(c.req.header('last-event-id') ?? '');
    const looks = followDeployment(c.var.deps, id, seen);
    const first = await looks.next();
    const isNothing = !first.done && first.value.last && first.value.changes.length === 0;
    return seen && isNothing ? c.body(null, 204) : eventStream(c, messagesOf(first, looks));
  });
}

type Looks = ReturnType<typeof followDeployment>;

async function* messagesOf(
  first: Awaited<ReturnType<Looks['next']>>,
  looks: Looks,
): AsyncGenerator<StreamMessage[], void> {
  for (let look = first; !look.done; look = await looks.next()) {
    const { changes, position, last } = look.value;
    const messages: StreamMessage[] = changes.map(changeWire);
    if (last) messages.push({ event: 'end', data: { status: position.status } });
    // Only the last message of a look has an id: who loses the stream before it hears all of the look again.
    yield messages.map((message, i) =>
      i === messages.length - 1 ? { ...message, id: positionText(position) } : message,
    );
  }
}

/** The attempts of one version, on either extractor surface. */
export function addVersionDeployments(routes: OpenAPIHono<AppEnv>, { noun, params, ownerOf }: ExtractorSurface): void {
  const ofVersion = createRoute({
    ...common,
    method: 'get',
    path: '/{plugin_id}/deployments',
    operationId: `list${noun}Deployments`,
    summary: 'List the deployments of a version, newest first',
    request: { params: params.extend({ plugin_id: z.string() }), query: page },
    responses: { 200: json('A page of deployments with their steps', pageModel), ...errors(401, 403, 404, 422) },
  });
  routes.openapi(ofVersion, async (c) => {
    const asked = c.req.valid('query');
    const pluginId = c.req.param('plugin_id');
    const found = await listVersionDeployments(c.var.deps, actorOf(c), ownerOf(c), pluginId, pageRequest(asked));
    return c.json(pageWire(found, asked), 200);
  });
}

function pageWire({ items, nextCursor }: Page<HistoryEntry>, { limit }: z.infer<typeof page>) {
  return { results: items.map(entryWire), pagination: { limit, next_cursor: nextCursor } };
}

/** For routes whose handler zod-openapi doesn't know. */
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
  const namespaceId = namespaceIdOf(namespace_id);
  if (!isId('deployment', deployment_id)) throw notFound('deployment', deployment_id);
  return { namespaceId, id: deployment_id };
}
