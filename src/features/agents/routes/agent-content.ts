// Serves the routes for an agent plugin's artifact and configuration schema.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId, requireScope } from '../../../access/actor.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, json, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { agentBodies } from '../../../contract/features/agents/limits.ts';
import { jsonValue } from '../../../contract/json.ts';
import { Problem } from '../../../core/problem.ts';
import { checkValue } from '../../../json-schema/check-value.ts';
import { findAgentPlugin, readConfigSchema } from '../agent-plugins.ts';
import { artifactLocation } from '../artifact-download.ts';
import type { AgentArtifact } from '../verification.ts';
import { agentErrors } from './agent-errors.ts';

const route = routesOf('Agent plugins');
const oneVersion = {
  params: z.object({
    id: z.string().openapi({ description: 'ID of the version, `plg_…`', example: 'plg_01m7wc54fherz84624ahd0kr7h' }),
  }),
};

const artifactRoute = route.get('/{id}/artifact', 'getAgentPluginArtifact', {
  'x-slipway-problems': ['quarantined', 'checksum-mismatch', 'artifact-unreachable', 'artifact-too-large'],
  summary: "Get a version's artifact",
  description:
    'Redirects to the copy that Slipway verified, or to `artifactUrl` if there is none. Compare the artifact with the checksum in `Repr-Digest`. Responds with 409 if the artifact has a different checksum, or if the registered checksum is too short to compare.',
  request: oneVersion,
  responses: { 302: { description: 'Redirect to the artifact' }, ...agentErrors(409) },
});
const schemaRoute = route.get('/{id}/schema', 'getAgentPluginConfigSchema', {
  summary: "Get a version's configuration schema",
  request: oneVersion,
  responses: { 200: json('The JSON Schema as a JSON value, not as a string', jsonValue) },
});
const validateRoute = route.post('/{id}/validate-config', 'validateAgentPluginConfig', {
  summary: 'Validate a configuration',
  description: "Validates a configuration of up to 16 KiB against the version's JSON Schema. `format` is not checked.",
  request: { ...oneVersion, body: body(z.object({ config: jsonValue.openapi({ example: { interval: 10 } }) })) },
  responses: {
    200: json(
      'Whether the configuration is valid, and up to 50 errors',
      z.object({
        valid: z.boolean(),
        errors: z.array(
          z.object({
            path: z.string().openapi({ description: 'JSON pointer to the invalid value', example: '/interval' }),
            keyword: z.string().openapi({ example: 'type' }),
            message: z.string().openapi({ example: 'must be an integer' }),
          }),
        ),
      }),
    ),
  },
});

export function addAgentContent(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(artifactRoute, async (c) => {
    const artifact = await readAgentPlugin(c, c.req.valid('param').id);
    const { url, reprDigest } = await artifactLocation(c.var.deps, artifact);
    return new Response(null, { status: 302, headers: { location: url, 'repr-digest': reprDigest } });
  });
  // Declared only for the document. The response is the registered text, byte for byte.
  routes.openAPIRegistry.registerPath(schemaRoute);
  routes.get(schemaRoute.getRoutingPath(), async (c) => {
    const { configSchema } = await readAgentPlugin(c, c.req.param('id') ?? '');
    return c.body(configSchema, 200, { 'content-type': 'application/json' });
  });
  routes.use('/:id/validate-config', jsonAtMost(agentBodies.configBytes));
  routes.openapi(validateRoute, async (c) => {
    const { configSchema } = await readAgentPlugin(c, c.req.valid('param').id);
    const schema = readConfigSchema(configSchema);
    if ('refused' in schema) throw outdatedSchema(schema.refused);
    const verdict = checkValue(schema, c.req.valid('json').config);
    if (!verdict) throw tooComplex();
    return c.json(verdict, 200);
  });
}

function tooComplex(): Problem {
  const message = 'takes too long to validate against the schema';
  const fields = [{ path: ['body', 'config'], message, type: 'too_complex' }];
  return new Problem('invalid-request', `The configuration ${message}`, { fields });
}

/** An earlier release accepted this schema at registration. */
function outdatedSchema(reason: string): Problem {
  return new Problem(
    'invalid-request',
    `The registered schema: ${reason}. Register a version with a corrected schema.`,
  );
}

export async function readAgentPlugin(c: Context<AppEnv>, id: string): Promise<AgentArtifact> {
  requireScope(requireActor(c), 'plugins:read');
  return findAgentPlugin(c.var.deps, parseAgentId(id));
}

export const parseAgentId = (text: string) => requireId('plugin', text);
