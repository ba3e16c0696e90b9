// The scan policy of an organization: at which level its plugins are judged.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { policyLevels } from '../../contract/states.ts';
import { isoOrNull } from '../../core/clock.ts';
import { chooseLevel, type OrganizationPolicy, organizationPolicy } from '../../scan-host/levels.ts';
import type { AppEnv } from '../context.ts';
import { actorModel } from '../extractors/version-wire.ts';
import { jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, newRouter } from '../openapi/route-definitions.ts';
import { policyAdmin } from './policy-surface.ts';

const common = { tags: ['Scan policy'], security: bearer, path: '/' };

const levelModel = z.enum(policyLevels).openapi({
  description:
    'seed: the published list of forbidden names. strict: that, and more rules. A level only adds to those before it.',
});

const policyModel = z
  .object({
    level: levelModel,
    policy_version: z.string().openapi({ description: 'Of the rules; it goes up with every change of them' }),
    levels: z.array(levelModel),
    thresholds: z
      .object({ reject: z.literal('error'), warn: z.literal('warning') })
      .openapi({ description: 'The severity from which on one finding that is not waived makes the verdict' }),
    updated_at: z.iso.datetime().nullable().openapi({ description: 'Null: nothing was chosen, the default holds' }),
    updated_by: actorModel.nullable(),
    versions_to_judge: z.int().openapi({ description: 'Published versions that are still to be judged by it' }),
  })
  .openapi('ScanPolicy');

const get = createRoute({
  ...common,
  method: 'get',
  operationId: 'getScanPolicy',
  summary: 'Get the scan policy',
  description: 'Needs the scope policy:admin, as all of these, and a key of the whole organization.',
  responses: { 200: json('What plugins are judged by', policyModel), ...errors(401, 403) },
});
const put = createRoute({
  ...common,
  method: 'put',
  operationId: 'setScanPolicy',
  summary: 'Choose the level of the scan policy',
  description:
    'It holds for what is confirmed from now on. What was published stays and is judged again: what is rejected then is deployed no more, and what is live stays live. Each change of a verdict is an event.',
  request: { body: body(z.object({ level: levelModel })) },
  responses: { 200: json('What plugins are judged by', policyModel), ...errors(401, 403, 413, 422) },
});

export function scanPolicy(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(4 * 1024));
  routes.openapi(get, async (c) => {
    const { deps } = c.var;
    return c.json(policyWire(await organizationPolicy(deps, policyAdmin(c)), deps.policyVersion), 200);
  });
  routes.openapi(put, async (c) => {
    const { deps } = c.var;
    return c.json(
      policyWire(await chooseLevel(deps, policyAdmin(c), c.req.valid('json').level), deps.policyVersion),
      200,
    );
  });
  return routes;
}

function policyWire(
  { level, chosen, pendingVersions: versionsToJudge }: OrganizationPolicy,
  policyVersion: string,
): z.infer<typeof policyModel> {
  return {
    level,
    policy_version: policyVersion,
    levels: [...policyLevels],
    thresholds: { reject: 'error', warn: 'warning' },
    updated_at: isoOrNull(chosen?.updatedAt ?? null),
    updated_by: chosen?.updatedBy ?? null,
    versions_to_judge: versionsToJudge,
  };
}
