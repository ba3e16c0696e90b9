// Serves the agent plugin routes (`/api/v1/plugins`), which register packages hosted elsewhere and read the registry. Fields are in
// camel case here.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { pageFields } from '../../../api/requests/paging.ts';
import { agentBodies } from '../../../contract/features/agents/limits.ts';
import { agentPluginTypes, notesSchema, registrationSchema } from '../../../contract/features/agents/registration.ts';
import { withdrawalReason } from '../../../contract/withdrawals.ts';
import { Problem } from '../../../core/problem.ts';
import { agentVersion, agentVersions, listAgentPlugins } from '../agent-catalog.ts';
import { describeAgentPlugin, registerAgentPlugin, verifyAgentPluginAgain, yankAgentPlugin } from '../agent-plugins.ts';
import { type AgentArtifact, verifyNow } from '../verification.ts';
import { addAgentContent, parseAgentId, readAgentPlugin } from './agent-content.ts';
import { agentErrors } from './agent-errors.ts';
import { agentModel, agentPageModel, agentVersionsModel, agentWire } from './agent-wire.ts';

const route = routesOf('Agent plugins');
const oneVersion = {
  params: z.object({
    id: z.string().openapi({ description: 'ID of the version, `plg_…`', example: 'plg_01m7wc54fherz84624ahd0kr7h' }),
  }),
};
const flag = z.enum(['true', 'false']).default('false').openapi({ description: 'Include yanked versions' });

const named = z.object({ name: z.string().openapi({ description: "The plugin's name, case-insensitive" }) });

const verifyQuery = z.object({
  verify: z.literal('sync').optional().openapi({
    description:
      'Wait up to 25 s until the artifact is fetched and verified. The status is 200 if the artifact has the checksum, otherwise 422 or 413. The version is registered either way.',
  }),
});

const register = route.post('/', 'RegisterPlugin', {
  'x-slipway-command': 'agents register {name} {version} {artifactUrl} --type {pluginType} --checksum {checksum}',
  'x-slipway-problems': [
    'needs-approval',
    'quarantined',
    'name-taken',
    'version-conflict',
    'checksum-mismatch',
    'artifact-unreachable',
    'artifact-too-large',
  ],
  summary: 'Register a version of an agent plugin',
  description:
    'Needs the scope `plugins:write` and a key that is not bound to namespaces. Repeating a registration returns the same ID. A different `artifactUrl` with the same checksum replaces the URL and is verified again; nothing else about a version can change. The header `Slipway-Result` is `created`, `updated` or `unchanged`.',
  request: { query: verifyQuery, body: body(registrationSchema) },
  responses: { 200: json('The registered version', agentModel), ...agentErrors(422) },
});
const list = route.get('/', 'listAgentPlugins', {
  'x-slipway-command': 'agents list',
  summary: 'List agent plugins of all organizations, newest first',
  request: {
    query: z.object({
      pluginType: z.enum(agentPluginTypes).optional().openapi({ description: 'Only this type' }),
      pluginRuntime: z.string().max(64).optional().openapi({ description: 'Only this runtime' }),
      name: z.string().max(128).optional(),
      q: z.string().max(128).optional().openapi({
        description:
          'Return only names that contain this text. A request searches 500 plugins, so a page may be short and still have a `nextCursor`',
      }),
      includeYanked: flag,
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of versions', agentPageModel) },
});
const get = route.get('/{id}', 'getAgentPlugin', {
  'x-slipway-command': 'agents show {id}',
  summary: 'Get a version of an agent plugin',
  request: oneVersion,
  responses: { 200: json('The version', agentModel) },
});
const byName = route.get('/by-name/{name}', 'listAgentPluginVersions', {
  summary: 'List the versions of an agent plugin',
  request: { params: named },
  responses: { 200: json('All versions, and the highest one that is not yanked', agentVersionsModel) },
});
const byVersion = route.get('/by-name/{name}/versions/{version}', 'getAgentPluginVersion', {
  summary: 'Get a version of an agent plugin by name and version',
  request: { params: named.extend({ version: z.string().openapi({ description: 'The version, as registered' }) }) },
  responses: { 200: json('The version', agentModel) },
});
const yank = route.delete('/{id}', 'yankAgentPlugin', {
  'x-slipway-problems': ['in-use'],
  summary: 'Yank a version of an agent plugin',
  description:
    'The version stays readable, marked as yanked, and its version number cannot be registered again. `PATCH` with `yanked: false` offers it again. Responds with 409 if the artifact was requested within the last day, unless `force=true`.',
  request: {
    ...oneVersion,
    query: z.object({
      force: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Yank the version even if it is in use' }),
      reason: withdrawalReason.optional().openapi({ description: 'Why, for those who use the version' }),
    }),
  },
  responses: { 204: { description: 'Yanked' }, ...agentErrors(409) },
});
const describe = route.patch('/{id}', 'describeAgentPlugin', {
  summary: "Update a version's description, labels or deprecation, or offer a yanked one again",
  description: 'Omitted fields keep their values. Nothing else about a version can change.',
  request: { ...oneVersion, body: body(notesSchema) },
  responses: { 200: json('The version', agentModel) },
});
const verify = route.post('/{id}/verify', 'verifyAgentPlugin', {
  'x-slipway-problems': ['checksum-mismatch', 'artifact-unreachable', 'artifact-too-large'],
  summary: 'Re-verify the artifact',
  request: { ...oneVersion, query: verifyQuery },
  responses: { 200: json('The version', agentModel), ...agentErrors(413, 422) },
});

export function agentPlugins(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(agentBodies.pluginBytes));
  routes.openapi(register, async (c) => {
    const registration = c.req.valid('json');
    const verified = c.req.valid('query').verify === 'sync';
    const { artifact, result } = await registerAgentPlugin(c.var.deps, requireActor(c), registration, { verified });
    c.header('slipway-result', result);
    c.header('location', `/api/v1/plugins/${artifact.id}`);
    return c.json(agentWire(verified ? await verifiedNow(c, artifact) : artifact), 200);
  });
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const filter = { ...query, search: query.q, withYanked: query.includeYanked === 'true' };
    const { items, nextCursor } = await listAgentPlugins(c.var.deps, requireActor(c), filter, query);
    return c.json({ plugins: items.map(agentWire), nextCursor }, 200);
  });
  routes.openapi(byName, async (c) => {
    const { versions, latest } = await agentVersions(c.var.deps, requireActor(c), c.req.valid('param').name);
    return c.json(
      {
        name: versions[0]?.name ?? '',
        latest: latest && agentWire(latest),
        versions: versions.map(agentWire),
      },
      200,
    );
  });
  routes.openapi(byVersion, async (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(agentWire(await agentVersion(c.var.deps, requireActor(c), name, version)), 200);
  });
  routes.openapi(get, async (c) => c.json(agentWire(await readAgentPlugin(c, c.req.valid('param').id)), 200));
  routes.openapi(yank, async (c) => {
    const { force, reason = null } = c.req.valid('query');
    const id = parseAgentId(c.req.valid('param').id);
    await yankAgentPlugin(c.var.deps, requireActor(c), id, { force: force === 'true', reason });
    return c.body(null, 204);
  });
  routes.use('/:id', jsonAtMost(agentBodies.pluginBytes));
  routes.openapi(describe, async (c) => {
    const id = parseAgentId(c.req.valid('param').id);
    return c.json(agentWire(await describeAgentPlugin(c.var.deps, requireActor(c), id, c.req.valid('json'))), 200);
  });
  routes.openapi(verify, async (c) => {
    const artifact = await verifyAgentPluginAgain(c.var.deps, requireActor(c), parseAgentId(c.req.valid('param').id));
    const verified = c.req.valid('query').verify === 'sync';
    return c.json(agentWire(verified ? await verifiedNow(c, artifact) : artifact), 200);
  });
  addAgentContent(routes);
  return routes;
}

/** Verifies the artifact within the request. Throws if the artifact doesn't have the registered checksum. */
async function verifiedNow(c: Context<AppEnv>, { id }: AgentArtifact): Promise<AgentArtifact> {
  const artifact = await verifyNow(c.var.deps, id);
  const { verification, failure, failureDetail, checksum, actualSha256 } = artifact;
  if (verification === 'verified') return artifact;
  if (failure === 'checksum_mismatch')
    throw new Problem('checksum-mismatch', `The artifact has a different checksum: ${failureDetail}`, {
      details: { id, expected: `sha256:${checksum}`, actual: `sha256:${actualSha256}` },
    });
  if (failure === 'artifact_too_large')
    throw new Problem('artifact-too-large', `The artifact is too large: ${failureDetail}`, { details: { id } });
  const reason = failureDetail ?? 'fetching it takes longer than this request and continues in the background';
  throw new Problem('artifact-unreachable', `The artifact could not be fetched: ${reason}`, { details: { id } });
}
