// Serves the routes that deploy, undeploy and call a namespace's version, and read its status (mixpeek §5, rows 7-10).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireScope, requireScopeSomewhere } from '../../../access/actor.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import type { Scope } from '../../../contract/scopes.ts';
import { deploymentOverview, overviewOrPending } from '../../../pointers/overview.ts';
import { undeployVersion } from '../../../pointers/undeploy.ts';
import { parametersInNamespace } from '../../../registry/versions/enabled.ts';
import { requestDeployment } from '../../../rollouts/request-deployment.ts';
import { instanceState } from '../../../serve/instance-state.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { acceptedLater, callHeaders } from '../../later-calls/respond-async.ts';
import { body, errors, json, routesOf } from '../../openapi/route-definitions.ts';
import { callReader } from '../../requests/call-request.ts';
import { versionAnswered } from '../../requests/chosen-version.ts';
import { emptyBodyIsNull, jsonAtMost } from '../../requests/json-body.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { releaseDefault, releaseField } from '../../requests/release-choice.ts';
import { onePlugin } from '../../requests/surfaces.ts';
import { streamedCall, streamNote } from '../../responses/call-stream.ts';
import { addBatchTest } from '../batch-test.ts';
import { answerCall, callModel, callParts, callQuery } from '../calls.ts';
import {
  answerModel,
  answerWire,
  deployModel,
  deployWire,
  isDeployed,
  pendingStatusWire,
  statusModel,
  statusWire,
} from './deployment-wire.ts';
import { addInstanceLogs } from './instance-logs.ts';

const route = routesOf('Deployments');

const deploymentType = z
  .enum(['batch_only', 'realtime'])
  .openapi({ description: 'Defaults to `realtime` if the plugin has a realtime.py, otherwise to `batch_only`' });

const deploy = route.post('/{plugin_id}/deploy', 'deployPlugin', {
  'x-slipway-command': 'deploy {plugin_id}',
  middleware: mayMoveTraffic,
  summary: 'Deploy or redeploy a version',
  request: {
    params: onePlugin,
    query: z.object({ deployment_type: deploymentType.optional() }),
    body: body(
      z.object({ deployment_type: deploymentType.nullish(), release: releaseField(releaseDefault) }).nullable(),
      false,
    ),
  },
  responses: { 200: json('Queued, or already deployed if the type is `batch_only`', deployModel), ...errors(400) },
});

const undeploy = route.post('/{plugin_id}/undeploy', 'undeployPlugin', {
  'x-slipway-command': 'undeploy {plugin_id}',
  middleware: mayMoveTraffic,
  summary: 'Undeploy a version',
  description: 'Calls to the version fail within 10 s, and its runs are cancelled. The version can be deployed again.',
  request: { params: onePlugin },
  responses: {
    200: json(
      'Undeployed',
      z.object({
        success: z.literal(true),
        plugin_id: z.string(),
        namespace_id: z.string(),
        status: z.literal('undeployed'),
        message: z.string().openapi({ example: 'text_profile@1.1.0 is undeployed' }),
      }),
    ),
  },
});

const status = route.get('/{plugin_id}/status', 'getPluginStatus', {
  'x-slipway-command': 'status {plugin_id}',
  summary: 'Get deployment status',
  request: { params: onePlugin },
  responses: {
    200: json(
      '`status` describes the latest attempt; it is `PENDING` during the scan. The other fields describe the live deployment.',
      statusModel,
    ),
  },
});

const realtimeTest = route.post('/{plugin_id}/realtime/test', 'callPlugin', {
  'x-slipway-command': 'invoke {plugin_id} --data {inputs}',
  summary: 'Call a version',
  description: streamNote,
  request: { params: onePlugin, query: callQuery, headers: callHeaders, body: body(callModel, false) },
  responses: {
    200: {
      description: 'The result, or the error that the handler raised',
      headers: versionAnswered,
      content: { 'application/json': { schema: answerModel }, ...streamedCall },
    },
    202: acceptedLater,
    ...errors(400, 409),
  },
});

const readCall = callReader({ params: onePlugin, headers: callHeaders, ...callParts });

export function addDeployments(routes: OpenAPIHono<AppEnv>): void {
  addDeploying(routes);
  routes.openapi(status, async (c) => {
    const { actor, namespaceId, pluginId } = target(c, 'plugins:read');
    const found = await overviewOrPending(c.var.deps, actor, namespaceId, pluginId);
    if ('pending' in found) return c.json(pendingStatusWire(namespaceId, found.pending), 200);
    const { version, overview } = found;
    const instance = await instanceState(c.var.deps, overview.serving);
    return c.json(statusWire({ namespaceId, pluginId, version, overview, instance }), 200);
  });
  addInstanceLogs(routes, {
    tag: 'Deployments',
    path: '/{plugin_id}/logs',
    params: onePlugin,
    summary: 'Get instance logs',
    find: async (c) => (await versionIn(c, 'plugins:read')).overview.serving,
  });
  addBatchTest(routes);
  routes.openAPIRegistry.registerPath(realtimeTest);
  routes.post(realtimeTest.getRoutingPath(), async (c) => {
    const { params, query } = await readCall(c);
    const { namespace_id, plugin_id } = params;
    const callee = { by: 'version' as const, namespaceId: parseNamespaceId(namespace_id), pluginId: plugin_id };
    return answerCall(c, { callee, query }, (invocation) => answerWire(plugin_id, invocation));
  });
}

function addDeploying(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/:plugin_id/deploy', jsonAtMost(apiLimits.uploadRequestBytes), emptyBodyIsNull);
  routes.openapi(deploy, async (c) => {
    const { namespaceId, version, overview } = await versionIn(c, 'plugins:deploy');
    const asked = c.req.valid('query').deployment_type ?? c.req.valid('json')?.deployment_type;
    const deployment = await requestDeployment(c.var.deps, {
      namespaceId,
      version,
      type: asked ?? 'realtime',
      parameters: parametersInNamespace(namespaceId, version.id),
      release: c.req.valid('json')?.release ?? null,
      actor: requireActor(c).ref,
    });
    return c.json(deployWire(version, deployment, overview), 200);
  });
  routes.openapi(undeploy, async (c) => {
    const { namespaceId, overview, pluginId, version } = await versionIn(c, 'plugins:deploy');
    await undeployVersion(c.var.deps, namespaceId, version, requireActor(c).ref);
    return c.json(
      {
        success: true as const,
        plugin_id: pluginId,
        namespace_id: namespaceId,
        status: 'undeployed' as const,
        message: isDeployed(overview)
          ? `Plugin ${pluginId} was undeployed. The version still exists.`
          : `Plugin ${pluginId} was not deployed, so nothing changed.`,
      },
      200,
    );
  });
}

/** Checks the scope, and reads the namespace and the version ID from the path. */
function target(c: Context<AppEnv>, scope: Scope) {
  const actor = requireActor(c);
  requireScopeSomewhere(actor, scope);
  const namespaceId = parseNamespaceId(c.req.param('namespace_id') ?? '');
  return { actor, namespaceId, pluginId: c.req.param('plugin_id') ?? '' };
}

/** Checks the scope, and finds the version that the path names and the version's live deployment. */
async function versionIn(c: Context<AppEnv>, scope: Scope) {
  const { actor, namespaceId, pluginId } = target(c, scope);
  const { version, overview } = await deploymentOverview(c.var.deps, actor, namespaceId, pluginId);
  requireScope(actor, scope, version.name);
  return { namespaceId, pluginId, version, overview };
}
