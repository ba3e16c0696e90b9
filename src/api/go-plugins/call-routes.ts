// Serves the routes that use an installed Go plugin: call it, read its logs, and download its executable.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound, requireScope } from '../../access/actor.ts';
import { operationMethods, operationSchema } from '../../contract/builder/instances.ts';
import { jsonValue } from '../../contract/json.ts';
import { Problem } from '../../core/problem.ts';
import { artifactKey } from '../../instances/builds/builds.ts';
import { installedByName } from '../../registry/go/installed-plugins.ts';
import { operate } from '../../serve/operate.ts';
import { versionHeader } from '../../serve/releases/draw.ts';
import { recordDownload } from '../../traffic/call-counters.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { acceptCall, acceptedLater, callHeaders, prefersLater } from '../later-calls/respond-async.ts';
import { body, errors, json, routesOf } from '../openapi/route-definitions.ts';
import { callDeps } from '../requests/call-deps.ts';
import { callReader } from '../requests/call-request.ts';
import { chosenRefHeader, versionAnswered, versionHeaderName } from '../requests/chosen-version.ts';
import { textAt } from '../requests/json-body.ts';
import { logLineModel, logPage, logPagination, logQuery, toLogPagination } from '../requests/log-query.ts';
import { type GoSurface, named } from '../requests/surfaces.ts';
import { callAnswer } from '../responses/json-answer.ts';

const answerModel = z
  .object({
    result: jsonValue.optional(),
    error: z.object({ code: z.string(), message: z.string(), stack: z.string().optional() }).optional(),
  })
  .openapi('GoPluginAnswer', { example: { result: { words: 2 } } });

const goCallHeaders = callHeaders.extend(chosenRefHeader.shape);

const readCall = callReader({
  params: named.params,
  query: z.object({}),
  headers: goCallHeaders,
  body: operationSchema,
  noBody: {},
  texts: ['params'],
});

export function addCallRoutes(routes: OpenAPIHono<AppEnv>, surface: GoSurface): void {
  routes.openAPIRegistry.registerPath(callRoute(surface));
  addLogs(routes, surface);
  addArtifact(routes, surface);
}

function callRoute({ kind, noun, tag }: GoSurface) {
  return routesOf(tag).post('/{name}/call', `call${noun}`, {
    'x-slipway-command': `invoke {name} --action {method} --data {params} --kind ${kind}`,
    summary: 'Call a plugin',
    description: `Methods: ${operationMethods[kind].join(', ')}. If the plugin returns an error, the status is 200 and the body has \`error\`.`,
    request: { ...named, headers: goCallHeaders, body: body(operationSchema) },
    responses: {
      200: { ...json("The plugin's result or error", answerModel), headers: versionAnswered },
      202: acceptedLater,
      ...errors(409),
    },
  });
}

/** Serves `addCallRoutes`' call. Comes before the middleware that reads the other routes' bodies. */
export function serveCalls(routes: OpenAPIHono<AppEnv>, { kind }: GoSurface): void {
  routes.post('/:name/call', async (c) => {
    const { body: sent, headers, params } = await readCall(c);
    requireScope(requireActor(c), 'plugins:invoke');
    const callee = { by: 'kind' as const, kind, name: params.name };
    const operation = { method: sent.method, params: textAt(c, 'params') };
    const only = headers[versionHeaderName];
    if (prefersLater(c)) {
      if (only !== undefined) throw laterWithVersion();
      return c.json(await acceptCall(c, { callee, body: operation }), 202);
    }
    const { answer, route } = await operate({ ...callDeps(c), only }, requireActor(c), callee, operation);
    return callAnswer(answer, versionHeader(route.version));
  });
}

function laterWithVersion(): Problem {
  const message = `${versionHeaderName} can't be sent with Prefer: respond-async`;
  const field = { path: ['header', versionHeaderName], message, type: 'unsuitable' };
  return new Problem('invalid-request', message, { fields: [field] });
}

function addLogs(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const logs = routesOf(tag).get('/{name}/logs', `get${noun}Logs`, {
    'x-slipway-command': `logs {name} --kind ${kind}`,
    summary: 'Get plugin logs',
    request: { ...named, query: logQuery },
    responses: {
      200: json(
        'The newest lines, oldest first',
        z.object({ lines: z.array(logLineModel), pagination: logPagination }),
      ),
      ...errors(409),
    },
  });
  routes.openapi(logs, async (c) => {
    requireScope(requireActor(c), 'plugins:read');
    const { name } = c.req.valid('param');
    const plugin = await installedByName(c.var.deps, requireActor(c), { kind, name });
    const parameters = c.req.valid('query');
    const none = { lines: [], older: null };
    const page = plugin.serving ? await logPage(c, plugin.serving.deploymentId, parameters) : none;
    return c.json({ lines: page.lines, pagination: toLogPagination(parameters, page) }, 200);
  });
}

function addArtifact(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const artifact = routesOf(tag).get('/{name}/artifact', `get${noun}Artifact`, {
    summary: "Download a plugin's executable",
    description:
      "For workers that run the plugin themselves. The executable's SHA-256 is in `slipway-artifact-sha256`.",
    request: named,
    responses: {
      200: { description: 'The executable', content: { 'application/octet-stream': { schema: z.string() } } },
      ...errors(409),
    },
  });
  routes.openAPIRegistry.registerPath(artifact);
  routes.get(artifact.getRoutingPath(), async (c) => {
    requireScope(requireActor(c), 'plugins:read');
    const { deps } = c.var;
    const name = c.req.param('name');
    const { built, ownerId, pluginId } = (await installedByName(deps, requireActor(c), { kind, name })).version;
    const object = built && (await deps.blobs.get(artifactKey(built.artifact.sha256)));
    if (!object) throw notFound('plugin', name);
    recordDownload(deps, c.var.caches.calls, { ownerId, pluginId });
    return c.body(object.body, 200, {
      'content-type': 'application/octet-stream',
      'content-length': String(object.size),
      'slipway-artifact-sha256': built.artifact.sha256,
    });
  });
}
