// Serves the routes of both extractor surfaces that approve or reject a version, and that demand approval of a plugin's versions.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { approvalModel, approvalWire } from '../../../api/extractors/extractor-wire.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { approversQuery } from '../../../api/requests/approvers-query.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { mayMoveTraffic } from '../../../api/requests/read-your-writes.ts';
import type { ExtractorSurface } from '../../../api/requests/surfaces.ts';
import { stageField } from '../../../api/responses/version-fields.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import { deploymentStates } from '../../../contract/states.ts';
import { versionSlug } from '../../../registry/versions/versions.ts';
import { decide } from '../approval.ts';
import { setPluginApproval } from '../approval-settings.ts';

const request = z
  .object({
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .openapi({
        description:
          "The archive's digest, `code_hash`, as you saw it. If the version has another one by now, nothing changes",
        example: 'b2f1c7d09e4a5b6c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
      }),
    kind: z
      .enum(['extractor', 'pipeline', 'storage'])
      .optional()
      .openapi({ description: 'Kind of the plugin. Defaults to `extractor`' }),
    note: z.string().max(2000).nullish().openapi({ example: 'Reviewed with the change request' }),
  })
  .openapi('ApprovalDecision');

const decidedModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    stage: stageField,
    approval: approvalModel.nullable(),
    deployment: z
      .object({ deployment_id: z.string(), status: z.enum(deploymentStates) })
      .nullable()
      .openapi({ description: 'The deployment that the publisher asked for' }),
    deployment_error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why the version was approved but not deployed', example: null }),
  })
  .openapi('DecidedVersion');

const verbs = {
  approve: {
    stage: 'approved',
    summary: 'Approve a version',
    effect: 'The version becomes the active one if it is the highest, and is deployed if its publisher asked for that.',
  },
  reject: {
    stage: 'rejected',
    summary: 'Reject a version',
    effect: 'The version stays listed, can never be deployed, and keeps its number until it is deleted.',
  },
} as const;

/** Serves the routes below one surface's plugins. */
export function decisionRoutes(surface: ExtractorSurface): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  for (const verb of ['approve', 'reject'] as const) addDecision(routes, surface, verb);
  addSetting(routes, surface);
  return routes;
}

function addDecision(
  routes: OpenAPIHono<AppEnv>,
  { tag, noun, params, ownerOf }: ExtractorSurface,
  verb: keyof typeof verbs,
): void {
  const { effect, stage, summary } = verbs[verb];
  const route = routesOf(tag).post(`/{plugin_id}/${verb}`, `${verb}${noun}`, {
    'x-slipway-command': `${verb} {plugin_id} --sha256 {sha256} [--org]`,
    middleware: mayMoveTraffic,
    summary,
    description: `Needs the scope \`versions:approve\`, and a person other than the publisher: a session in the console or a personal key. ${effect}`,
    request: { params: params.extend({ plugin_id: z.string() }), body: body(request) },
    responses: { 200: json('Decided', decidedModel) },
  });
  routes.use(`/:plugin_id/${verb}`, jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(route, async (c) => {
    const { kind, note, sha256 } = c.req.valid('json');
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), kind };
    const decision = { stage, sha256, note: note ?? null };
    const { deployment, upload, version } = await decide(c.var.deps, requireActor(c), subject, decision);
    return c.json(
      {
        success: true as const,
        plugin_id: versionSlug(version),
        stage: version.stage,
        approval: approvalWire(version),
        deployment: deployment ? { deployment_id: deployment.id, status: deployment.status } : null,
        deployment_error: upload?.refusal ?? null,
      },
      200,
    );
  });
}

function addSetting(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const settings = z.object({ requires_approval: z.boolean() });
  const route = routesOf(tag).patch('/by-name/{slug}', `patch${noun}`, {
    summary: "Demand approval of a plugin's new versions",
    description:
      'Needs the scope `namespaces:admin`, and also `versions:approve` to set `requires_approval` to false. A namespace that demands approval does so for all its plugins. Refused with 409 if fewer than two members may approve there.',
    request: {
      params: params.extend({ slug: z.string().openapi({ description: 'Name of the plugin' }) }),
      query: approversQuery,
      body: body(settings),
    },
    responses: {
      ...errors(409),
      200: json('The setting', z.object({ success: z.literal(true), name: z.string(), ...settings.shape })),
    },
  });
  routes.use('/by-name/:slug', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(route, async (c) => {
    const subject = { ownerId: ownerOf(c), name: c.req.param('slug') };
    const isForced = c.req.valid('query').without_approvers === 'true';
    const demand = { required: c.req.valid('json').requires_approval, isForced };
    const { name, requiresApproval } = await setPluginApproval(c.var.deps, requireActor(c), subject, demand);
    return c.json({ success: true as const, name, requires_approval: requiresApproval }, 200);
  });
}
