// What comes with an agent plugin: its artifact, and the schema of its configuration with a check against it.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireScope } from '../../access/actor.ts';
import { jsonValue } from '../../contract/json.ts';
import { apiLimits } from '../../contract/limits.ts';
import { isId, type PluginRowId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { findAgentPlugin } from '../../registry/agents/agent-plugins.ts';
import { artifactLocation } from '../../registry/agents/artifact-download.ts';
import { checkConfig } from '../../registry/agents/config-check.ts';
import { readConfigSchema } from '../../registry/agents/config-schema.ts';
import type { AgentArtifact } from '../../registry/agents/verification.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { jsonAtMost } from '../middleware.ts';
import { bearer, body, json } from '../openapi/route-definitions.ts';
import { agentErrors } from './agent-errors.ts';

const common = { tags: ['Agent plugins'], security: bearer };
const one = { params: z.object({ id: z.string().openapi({ description: '`plg_…`' }) }) };

const artifactRoute = createRoute({
  ...common,
  method: 'get',
  path: '/{id}/artifact',
  operationId: 'GetPluginArtifact',
  summary: 'Get the artifact',
  description:
    'A redirect: to the copy that Slipway verified, else to artifactUrl. `Repr-Digest` is the checksum to compare it with. 409 when the artifact was seen to have another one, or none that can be compared was registered.',
  request: one,
  responses: { 302: { description: 'Where it is' }, ...agentErrors(401, 403, 404, 409) },
});
const schemaRoute = createRoute({
  ...common,
  method: 'get',
  path: '/{id}/schema',
  operationId: 'GetPluginConfigSchema',
  summary: 'Get the JSON Schema of the configuration',
  request: one,
  responses: { 200: json('The schema itself, not as a text', jsonValue), ...agentErrors(401, 403, 404) },
});
const validateRoute = createRoute({
  ...common,
  method: 'post',
  path: '/{id}/validate-config',
  operationId: 'ValidatePluginConfig',
  summary: 'Check a configuration against the schema',
  description: 'Formats are not checked. At most 16 KiB.',
  request: { ...one, body: body(z.object({ config: jsonValue })) },
  responses: {
    200: json(
      'Whether it is valid, and up to 50 things that are wrong',
      z.object({
        valid: z.boolean(),
        errors: z.array(
          z.object({
            path: z.string().openapi({ description: 'A JSON pointer' }),
            keyword: z.string(),
            message: z.string(),
          }),
        ),
      }),
    ),
    ...agentErrors(400, 401, 403, 404, 413),
  },
});

export function addAgentContent(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(artifactRoute, async (c) => {
    const artifact = await readAgentPlugin(c, c.req.valid('param').id);
    const { url, reprDigest } = await artifactLocation(c.var.deps, artifact);
    return new Response(null, { status: 302, headers: { location: url, 'repr-digest': reprDigest } });
  });
  // Only described by it: the schema is given as the text that it was registered as.
  routes.openAPIRegistry.registerPath(schemaRoute);
  routes.get(schemaRoute.getRoutingPath(), async (c) => {
    const { configSchema } = await readAgentPlugin(c, c.req.param('id') ?? '');
    return c.body(configSchema, 200, { 'content-type': 'application/json' });
  });
  routes.use('/:id/validate-config', jsonAtMost(apiLimits.agentConfigBytes));
  routes.openapi(validateRoute, async (c) => {
    const { configSchema } = await readAgentPlugin(c, c.req.valid('param').id);
    const schema = readConfigSchema(configSchema);
    if ('refused' in schema) throw new Error(`a registered schema is refused: ${schema.refused}`);
    const verdict = checkConfig(schema, c.req.valid('json').config);
    if (!verdict) throw tooComplex();
    return c.json(verdict, 200);
  });
}

function tooComplex(): Problem {
  const message = 'takes too long to compare with the schema';
  const fields = [{ path: ['body', 'config'], message, type: 'too_complex' }];
  return new Problem('invalid-request', `The configuration ${message}`, { fields });
}

export async function readAgentPlugin(c: Context<AppEnv>, id: string): Promise<AgentArtifact> {
  requireScope(actorOf(c), 'plugins:read');
  return findAgentPlugin(c.var.deps, agentIdOf(id));
}

export function agentIdOf(text: string): PluginRowId {
  if (!isId('plugin', text)) throw notFound('plugin', text);
  return text;
}
