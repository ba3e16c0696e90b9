// Namespaced extractors, the running side: deploy, undeploy, status, realtime test (mixpeek §5, rows 7-10).
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../access/actor.ts';
import { callSchema, limits } from '../../contract/builder.ts';
import { formatVersion } from '../../contract/manifest.ts';
import { isoOrNull } from '../../core/clock.ts';
import { requestDeployment } from '../../deploy/deployments.ts';
import { type Standing, versionStanding } from '../../deploy/standing.ts';
import { undeployVersion } from '../../deploy/undeploy.ts';
import type { PluginVersion } from '../../registry/versions.ts';
import { invoke } from '../../serve/invoke.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';
import { emptyBodyIsNull, jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json } from '../openapi.ts';
import { onePlugin } from './extractor-surface.ts';
import { deploymentName, routePrefix, statusWord } from './extractor-wire.ts';

const common = { tags: ['Deployments'], security: bearer };

/** What a plugin without dependencies takes, generously. */
const estimatedSeconds = 5;

const deployModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    namespace_id: z.string(),
    version: z.string(),
    status: z.enum(['queued', 'deployed']),
    deployment_type: z.enum(['batch_only', 'realtime']),
    deployed: z.boolean(),
    feature_uri: z.string(),
    message: z.string(),
    deployment_id: z.string(),
    generation: z.int(),
    deployment_name: z.string().optional(),
    route_prefix: z.string().optional(),
    estimated_completion_seconds: z.int().optional(),
    queue_position: z.int().optional(),
    deployment_method: z.string().optional(),
    status_endpoint: z.string().optional(),
  })
  .openapi('Deployment');

const deploy = createRoute({
  ...common,
  method: 'post',
  path: '/{plugin_id}/deploy',
  summary: 'Deploy a version, or deploy it anew',
  request: { params: onePlugin, query: z.object({ deployment_type: z.enum(['batch_only', 'realtime']).optional() }) },
  responses: { 200: json('Queued; or done, when it is batch-only', deployModel), ...errors(401, 403, 404, 422) },
});

const undeploy = createRoute({
  ...common,
  method: 'post',
  path: '/{plugin_id}/undeploy',
  summary: 'Take a version out of service',
  request: { params: onePlugin },
  responses: {
    200: json(
      'Undeployed',
      z.object({
        success: z.literal(true),
        plugin_id: z.string(),
        namespace_id: z.string(),
        status: z.literal('undeployed'),
        message: z.string(),
      }),
    ),
    ...errors(401, 403, 404),
  },
});

const statusModel = z
  .object({
    plugin_id: z.string(),
    namespace_id: z.string(),
    status: z.enum(['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED', 'NOT_DEPLOYED']),
    name: z.string(),
    version: z.string(),
    realtime_enabled: z.boolean(),
    message: z.string().nullable(),
    queued_at: z.string().nullable(),
    estimated_completion_seconds: z.int().nullable(),
    deployed: z.boolean(),
    route_prefix: z.string().nullable(),
    feature_uri: z.string(),
    deployed_at: z.string().nullable(),
    error: z.string().nullable(),
    serving: z.object({ deployment_id: z.string(), generation: z.int() }).nullable(),
  })
  .openapi('PluginStatus');

const status = createRoute({
  ...common,
  method: 'get',
  path: '/{plugin_id}/status',
  summary: 'How a version stands',
  request: { params: onePlugin },
  responses: {
    200: json('The newest attempt decides status; the rest tells what serves now', statusModel),
    ...errors(401, 403, 404),
  },
});

const callModel = z
  .object({ inputs: callSchema.shape.inputs.nullish(), parameters: callSchema.shape.parameters.nullish() })
  .nullable();
const answerModel = z
  .object({
    status: z.enum(['success', 'error']),
    inference_name: z.string(),
    raw_response: z.json(),
    response_type: z.string().nullable(),
    response_keys: z.array(z.string()).nullable(),
    error: z.string().nullable(),
    message: z.string().nullable(),
    duration_ms: z.number(),
    deployment_id: z.string(),
  })
  .openapi('RealtimeAnswer');

const realtimeTest = createRoute({
  ...common,
  method: 'post',
  path: '/{plugin_id}/realtime/test',
  summary: 'Call the realtime endpoint',
  request: { params: onePlugin, body: body(callModel, false) },
  responses: {
    200: json('The answer, or the error the handler raised', answerModel),
    ...errors(400, 401, 403, 404, 413, 422, 503),
  },
});

export function addDeployments(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/:plugin_id/realtime/test', jsonAtMost(limits.callBytes), emptyBodyIsNull);

  routes.openapi(deploy, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const actor = actorOf(c);
    requireScope(actor, 'plugins:deploy');
    const namespaceId = namespaceIdOf(namespace_id);
    const { version, standing } = await versionStanding(c.var.deps, actor, namespaceId, plugin_id);
    const type = c.req.valid('query').deployment_type ?? 'realtime';
    const deployment = await requestDeployment(c.var.deps, {
      namespaceId,
      version,
      type,
      parameters: {},
      actor: actor.ref,
    });
    const answer = {
      success: true as const,
      plugin_id,
      namespace_id: namespaceId,
      version: formatVersion(version),
      deployment_type: deployment.type,
      feature_uri: version.featureUri,
      deployment_id: deployment.id,
      generation: deployment.generation,
    };
    if (deployment.type === 'batch_only')
      return c.json({ ...answer, status: 'deployed' as const, deployed: true, message: batchWords(version) }, 200);
    return c.json(
      {
        ...answer,
        status: 'queued' as const,
        deployed: standing.serving !== null,
        message: 'Deployment queued',
        deployment_name: deploymentName(plugin_id),
        route_prefix: routePrefix(plugin_id),
        estimated_completion_seconds: estimatedSeconds,
        queue_position: 1,
        deployment_method: 'blue_green',
        status_endpoint: `/v1/namespaces/${namespaceId}/plugins/${plugin_id}/status`,
      },
      200,
    );
  });

  routes.openapi(undeploy, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const actor = actorOf(c);
    requireScope(actor, 'plugins:deploy');
    const namespaceId = namespaceIdOf(namespace_id);
    const { version } = await versionStanding(c.var.deps, actor, namespaceId, plugin_id);
    await undeployVersion(c.var.deps, namespaceId, version, actor.ref);
    return c.json(
      {
        success: true as const,
        plugin_id,
        namespace_id: namespaceId,
        status: 'undeployed' as const,
        message: `Plugin ${plugin_id} is not deployed any more; the version stays`,
      },
      200,
    );
  });

  routes.openapi(status, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const namespaceId = namespaceIdOf(namespace_id);
    const { version, standing } = await versionStanding(c.var.deps, actor, namespaceId, plugin_id);
    return c.json(statusWire(namespaceId, plugin_id, version, standing), 200);
  });

  routes.openapi(realtimeTest, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const actor = actorOf(c);
    requireScope(actor, 'plugins:invoke');
    const { inputs, parameters } = c.req.valid('json') ?? {};
    const call = JSON.stringify({ inputs: inputs ?? {}, parameters: parameters ?? {} });
    const { route, answer } = await invoke(
      c.var.deps,
      c.var.caches.routes,
      actor,
      namespaceIdOf(namespace_id),
      plugin_id,
      call,
    );
    const named = {
      inference_name: deploymentName(plugin_id),
      duration_ms: answer.duration_ms,
      deployment_id: route.deploymentId,
    };
    if (answer.status === 'error') {
      const error = `${answer.error.type}: ${answer.error.message}`;
      return c.json(
        {
          ...named,
          status: 'error' as const,
          raw_response: null,
          response_type: null,
          response_keys: null,
          error,
          message: 'The handler raised',
        },
        200,
      );
    }
    const { result } = answer;
    const keys = typeof result === 'object' && result !== null && !Array.isArray(result) ? Object.keys(result) : null;
    return c.json(
      {
        ...named,
        status: 'success' as const,
        raw_response: result,
        response_type: pythonType(result),
        response_keys: keys,
        error: null,
        message: null,
      },
      200,
    );
  });
}

function batchWords(version: PluginVersion): string {
  return version.hasRealtime ? 'Deployed for batch only' : 'Deployed for batch only: the plugin has no realtime.py';
}

function statusWire(
  namespaceId: string,
  pluginId: string,
  version: PluginVersion,
  standing: Standing,
): z.infer<typeof statusModel> {
  const { serving, newest } = standing;
  const word = statusModel.shape.status.parse(statusWord(standing));
  const realtime = serving?.type === 'realtime';
  const underWay = word === 'QUEUED' || word === 'PENDING' || word === 'IN_PROGRESS';
  return {
    plugin_id: pluginId,
    namespace_id: namespaceId,
    status: word,
    name: version.name,
    version: formatVersion(version),
    realtime_enabled: realtime,
    message: messageOf(standing, underWay, version),
    queued_at: isoOrNull(newest?.createdAt ?? null),
    estimated_completion_seconds: underWay ? estimatedSeconds : null,
    deployed: serving !== null,
    route_prefix: realtime ? routePrefix(pluginId) : null,
    feature_uri: version.featureUri,
    deployed_at: isoOrNull(serving?.promotedAt ?? null),
    error: newest?.status === 'failed' ? newest.error : null,
    serving: serving && { deployment_id: serving.id, generation: serving.generation },
  };
}

function messageOf({ serving, newest }: Standing, underWay: boolean, version: PluginVersion): string {
  const still = serving && newest && serving.id !== newest.id ? `; generation ${serving.generation} still serves` : '';
  if (underWay && newest) return `Generation ${newest.generation} is ${newest.status}${still}`;
  if (newest?.status === 'failed') return `Generation ${newest.generation} failed${still}`;
  if (!serving) return 'Not deployed';
  return serving.type === 'batch_only' ? batchWords(version) : 'Ready for realtime calls';
}

function pythonType(value: z.infer<ReturnType<typeof z.json>>): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'dict';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int' : 'float';
}
