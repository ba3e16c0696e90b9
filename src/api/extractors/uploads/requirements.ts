// Serves the route that reports what a plugin's deployment would lack, before the plugin is published or deployed.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { jsonObject } from '../../../contract/json.ts';
import { modelLimits } from '../../../contract/limits/manifest.ts';
import { gpuStepsSchema, pluginName } from '../../../contract/plugin/manifest.ts';
import { missingSchema } from '../../../contract/plugin/missing.ts';
import { modelName } from '../../../contract/plugin/models.ts';
import { writtenPermissions } from '../../../contract/plugin/permissions.ts';
import { checkRequirements } from '../../../instances/requirements/check-requirements.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { body, json, routesOf } from '../../openapi/route-definitions.ts';
import { jsonAtMost } from '../../requests/json-body.ts';

const requestBytes = 128 * 1024;

const requirementsModel = z
  .object({
    name: pluginName.openapi({ example: 'http_lookup' }),
    shared: z.boolean().default(false).openapi({ description: 'The plugin belongs to the organization itself' }),
    permissions: writtenPermissions.nullish(),
    models: z.array(modelName).max(modelLimits.perVersionMax).nullish(),
    compute_profile: jsonObject.nullish(),
    gpu_steps: gpuStepsSchema.nullish().openapi({ description: 'Steps of pipeline.py that ask for a GPU' }),
    serve_config: jsonObject.nullish(),
  })
  .openapi('PluginRequirements', { description: 'What manifest.py declares' });

const missingExample = {
  kind: 'secrets' as const,
  names: ['OPENAI_API_KEY'],
  message: 'The namespace has no secret OPENAI_API_KEY.',
  commands: ['slipway secrets set OPENAI_API_KEY'],
};

const check = routesOf('Deployments').post('/requirements', 'checkRequirements', {
  'x-slipway-command': 'deploy {name} --dry-run',
  summary: "Check a deployment's requirements",
  description:
    "Needs the scope `plugins:read`. Changes nothing. The plugin need not be published. Packages are not resolved here, because that is a deployment's first step.",
  request: { params: z.object({ namespace_id: z.string() }), body: body(requirementsModel) },
  responses: {
    200: json(
      'Missing requirements, and how to provide them',
      z.object({ missing: z.array(missingSchema.openapi('MissingRequirement', { example: missingExample })) }),
    ),
  },
});

export function addRequirements(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/requirements', jsonAtMost(requestBytes));
  routes.openapi(check, async (c) => {
    const { permissions, ...declared } = c.req.valid('json');
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    const missing = await checkRequirements(c.var.deps, requireActor(c), namespaceId, {
      ...declared,
      permissions: permissions ?? undefined,
    });
    return c.json({ missing }, 200);
  });
}
