// Serves an organization's scan policy: the level at which its plugins are scanned.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { policyLevels } from '../../contract/states.ts';
import { isoOrNull } from '../../core/clock.ts';
import { type OrganizationPolicy, organizationPolicy, setLevel } from '../../scan-host/levels.ts';
import type { AppEnv } from '../context/context.ts';
import { body, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { actorModel } from '../responses/event-wire.ts';
import { addPolicyPreview } from './policy-preview.ts';
import { policyAdmin } from './policy-surface.ts';

const route = routesOf('Scan policy');

const levelModel = z.enum(policyLevels).openapi({
  description:
    '`seed`: the published list of forbidden names. `strict`: the same list plus more rules. Each level only adds rules to the previous one.',
});

const policyModel = z
  .object({
    level: levelModel,
    policy_version: z.string().openapi({ description: 'Version of the rules. It increases with every rule change' }),
    levels: z.array(levelModel),
    thresholds: z
      .object({ reject: z.literal('error'), warn: z.literal('warning') })
      .openapi({ description: 'Lowest severity that decides the verdict, if the finding is not waived' }),
    updated_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'Null if no level was set, so the default applies' }),
    updated_by: actorModel.nullable(),
    versions_to_judge: z.int().openapi({ description: 'Published versions not yet scanned under the current policy' }),
  })
  .openapi('ScanPolicy');

const get = route.get('/', 'getScanPolicy', {
  'x-slipway-command': 'policy show',
  summary: 'Get the scan policy',
  description:
    'Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on the scan policy.',
  responses: { 200: json('The scan policy', policyModel) },
});
const put = route.put('/', 'setScanPolicy', {
  'x-slipway-command': 'policy set {level}',
  summary: 'Set the scan level',
  description:
    'Applies to all uploads confirmed from now on. Published versions are scanned again. A version that is then rejected can no longer be deployed, but stays live where it already is. Each changed verdict is an event.',
  request: { body: body(z.object({ level: levelModel })) },
  responses: { 200: json('The scan policy', policyModel) },
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
    return c.json(policyWire(await setLevel(deps, policyAdmin(c), c.req.valid('json').level), deps.policyVersion), 200);
  });
  addPolicyPreview(routes);
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
