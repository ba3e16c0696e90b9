// Agent plugins (`/api/v1/plugins`): registering packages that are somewhere else, and reading the registry. Camel case here.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { agentPluginTypes, notesSchema, registrationSchema } from '../../contract/agents.ts';
import { apiLimits } from '../../contract/limits.ts';
import { Problem } from '../../core/problem.ts';
import { agentVersion, agentVersions, listAgentPlugins } from '../../registry/agents/agent-catalogue.ts';
import {
  describeAgentPlugin,
  registerAgentPlugin,
  verifyAgentPluginAgain,
  yankAgentPlugin,
} from '../../registry/agents/agent-plugins.ts';
import { type AgentArtifact, verifyNow } from '../../registry/agents/verification.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { jsonAtMost } from '../middleware.ts';
import { bearer, body, json, newRouter } from '../openapi/route-definitions.ts';
import { pageFields, pageRequest } from '../paging.ts';
import { addAgentContent, agentIdOf, readAgentPlugin } from './agent-content.ts';
import { agentErrors } from './agent-errors.ts';
import { agentModel, agentPageModel, agentVersionsModel, agentWire } from './agent-wire.ts';

const common = { tags: ['Agent plugins'], security: bearer };
const one = { params: z.object({ id: z.string().openapi({ description: '`plg_…`' }) }) };
const flag = z.enum(['true', 'false']).default('false').openapi({ description: 'Those that were withdrawn, too' });

const named = z.object({ name: z.string().openapi({ description: 'Whatever its case' }) });

const inRequest = z.object({
  verify: z.literal('sync').optional().openapi({
    description:
      'Answer when the artifact was fetched and compared, within 25 s: 200 if it has the checksum, else 422 or 413. It is registered all the same.',
  }),
});

const register = createRoute({
  ...common,
  method: 'post',
  path: '/',
  operationId: 'RegisterPlugin',
  summary: 'Register a version of an agent plugin',
  description:
    'Needs plugins:write and a key that is not bound to namespaces. The same again is answered with the same id; another artifactUrl with the same checksum is taken over and verified anew; anything else about a version never changes. `Slipway-Result` says created, updated or unchanged.',
  request: { query: inRequest, body: body(registrationSchema) },
  responses: { 200: json('As it is registered', agentModel), ...agentErrors(400, 401, 403, 409, 413, 422) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'ListPlugins',
  summary: 'List agent plugins of every organization, newest first',
  request: {
    query: z.object({
      pluginType: z.enum(agentPluginTypes).optional().openapi({ description: 'Of this type only' }),
      pluginRuntime: z.string().max(64).optional().openapi({ description: 'With this runtime only' }),
      name: z.string().max(128).optional(),
      q: z.string().max(128).optional().openapi({ description: 'Anywhere in the name' }),
      includeYanked: flag,
      ...pageFields,
    }),
  },
  responses: { 200: json('A page', agentPageModel), ...agentErrors(400, 401, 403) },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{id}',
  operationId: 'GetPlugin',
  summary: 'Get a version of an agent plugin',
  request: one,
  responses: { 200: json('The version', agentModel), ...agentErrors(401, 403, 404) },
});
const byName = createRoute({
  ...common,
  method: 'get',
  path: '/by-name/{name}',
  operationId: 'ListPluginVersions',
  summary: 'List the versions of an agent plugin',
  request: { params: named },
  responses: {
    200: json('All, and the highest that is not withdrawn', agentVersionsModel),
    ...agentErrors(401, 403, 404),
  },
});
const byVersion = createRoute({
  ...common,
  method: 'get',
  path: '/by-name/{name}/versions/{version}',
  operationId: 'GetPluginVersion',
  summary: 'Get a version of an agent plugin by its number',
  request: { params: named.extend({ version: z.string().openapi({ description: 'As it was registered' }) }) },
  responses: { 200: json('The version', agentModel), ...agentErrors(401, 403, 404) },
});
const yank = createRoute({
  ...common,
  method: 'delete',
  path: '/{id}',
  operationId: 'YankPlugin',
  summary: 'Withdraw a version of an agent plugin',
  description:
    'It stays readable as yanked, and its version stays taken: no other artifact comes under it. 409 when the artifact was asked for here within a day, unless it is forced.',
  request: {
    ...one,
    query: z.object({
      force: z.enum(['true', 'false']).default('false').openapi({ description: 'Also when it is in use' }),
    }),
  },
  responses: { 204: { description: 'Withdrawn' }, ...agentErrors(400, 401, 403, 404, 409) },
});
const describe = createRoute({
  ...common,
  method: 'patch',
  path: '/{id}',
  operationId: 'DescribePlugin',
  summary: 'Change what is said of a version',
  description: 'Its description, labels or deprecation; what is left out stays. Nothing else of a version changes.',
  request: { ...one, body: body(notesSchema) },
  responses: { 200: json('As it is now', agentModel), ...agentErrors(400, 401, 403, 404, 413) },
});
const verify = createRoute({
  ...common,
  method: 'post',
  path: '/{id}/verify',
  operationId: 'VerifyPlugin',
  summary: 'Verify the artifact anew',
  request: { ...one, query: inRequest },
  responses: { 200: json('As it is now', agentModel), ...agentErrors(400, 401, 403, 404, 413, 422) },
});

export function agentPlugins(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(apiLimits.agentPluginBytes));
  routes.openapi(register, async (c) => {
    const given = c.req.valid('json');
    const verified = c.req.valid('query').verify === 'sync';
    const { artifact, result } = await registerAgentPlugin(c.var.deps, actorOf(c), given, { verified });
    c.header('slipway-result', result);
    c.header('location', `/api/v1/plugins/${artifact.id}`);
    return c.json(agentWire(verified ? await verifiedNow(c, artifact) : artifact), 200);
  });
  routes.openapi(list, async (c) => {
    const { includeYanked, q, pluginType, pluginRuntime, name, ...asked } = c.req.valid('query');
    const filter = {
      ...(pluginType === undefined ? {} : { pluginType }),
      ...(pluginRuntime === undefined ? {} : { pluginRuntime }),
      ...(name === undefined ? {} : { name }),
      ...(q === undefined ? {} : { search: q }),
      withYanked: includeYanked === 'true',
    };
    const page = await listAgentPlugins(c.var.deps, actorOf(c), filter, pageRequest(asked));
    return c.json({ plugins: page.items.map(agentWire), nextCursor: page.nextCursor }, 200);
  });
  routes.openapi(byName, async (c) => {
    const { versions, latest } = await agentVersions(c.var.deps, actorOf(c), c.req.valid('param').name);
    const told = { latest: latest && agentWire(latest), versions: versions.map(agentWire) };
    return c.json({ name: versions[0]?.name ?? '', ...told }, 200);
  });
  routes.openapi(byVersion, async (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(agentWire(await agentVersion(c.var.deps, actorOf(c), name, version)), 200);
  });
  routes.openapi(get, async (c) => c.json(agentWire(await readAgentPlugin(c, c.req.valid('param').id)), 200));
  routes.openapi(yank, async (c) => {
    const force = c.req.valid('query').force === 'true';
    await yankAgentPlugin(c.var.deps, actorOf(c), agentIdOf(c.req.valid('param').id), { force });
    return c.body(null, 204);
  });
  routes.use('/:id', jsonAtMost(apiLimits.agentPluginBytes));
  routes.openapi(describe, async (c) => {
    const id = agentIdOf(c.req.valid('param').id);
    return c.json(agentWire(await describeAgentPlugin(c.var.deps, actorOf(c), id, c.req.valid('json'))), 200);
  });
  routes.openapi(verify, async (c) => {
    const artifact = await verifyAgentPluginAgain(c.var.deps, actorOf(c), agentIdOf(c.req.valid('param').id));
    const verified = c.req.valid('query').verify === 'sync';
    return c.json(agentWire(verified ? await verifiedNow(c, artifact) : artifact), 200);
  });
  addAgentContent(routes);
  return routes;
}

/** The outcome as an answer: only what has its checksum is one. */
async function verifiedNow(c: Context<AppEnv>, { id }: AgentArtifact): Promise<AgentArtifact> {
  const artifact = await verifyNow(c.var.deps, id);
  const { verification, failure, failureDetail, checksum, actualSha256 } = artifact;
  if (verification === 'verified') return artifact;
  if (failure === 'checksum_mismatch')
    throw new Problem('checksum-mismatch', `The artifact has another checksum: ${failureDetail}`, {
      details: { id, expected: `sha256:${checksum}`, actual: `sha256:${actualSha256}` },
    });
  if (failure === 'artifact_too_large')
    throw new Problem('artifact-too-large', `The artifact is too large: ${failureDetail}`, { details: { id } });
  const words = failureDetail ?? 'it takes longer; it goes on being fetched';
  throw new Problem('artifact-unreachable', `The artifact could not be fetched: ${words}`, { details: { id } });
}
