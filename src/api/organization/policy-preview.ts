// Serves the scan policy preview: which versions' verdicts would change, and why.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../access/owners.ts';
import { previewLimits } from '../../contract/limits/scans.ts';
import { policyLevels, verdicts } from '../../contract/states.ts';
import { versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { type PreviewedVersion, previewPolicy } from '../../scan-host/preview.ts';
import type { AppEnv } from '../context/context.ts';
import { body, json, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { paged, pageFields, paginationModel, wholeNumber } from '../requests/paging.ts';
import { blocks, findingModel, findingWire } from '../responses/finding-wire.ts';
import { policyAdmin } from './policy-surface.ts';

const { findingsShown, versionsDefault, versionsMax } = previewLimits;

const resultModel = z
  .object({
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    namespace_id: z.string().nullable().openapi({ description: 'Null for a version of the whole organization' }),
    from: z.enum(verdicts).openapi({ description: 'The current verdict' }),
    to: z.enum(verdicts).nullable().openapi({
      description: 'Verdict under the current rules at the level. Null if the scan takes too long for a request',
    }),
    rules: z.array(z.string()).openapi({ description: 'The rules that would reject the version, except waived ones' }),
    introduced: z.int().openapi({ description: 'New findings' }),
    fixed: z.int().openapi({ description: 'Findings that would disappear' }),
    findings: z.array(findingModel).openapi({ description: `The first ${findingsShown} introduced findings` }),
  })
  .openapi('PolicyPreviewResult');

const previewModel = z
  .object({
    level: z.enum(policyLevels),
    policy_version: z.string(),
    examined: z.int().openapi({
      description: 'Number of versions examined for this page, including those whose verdict does not change',
    }),
    results: z.array(resultModel),
    pagination: paginationModel,
  })
  .openapi('PolicyPreview');

const preview = routesOf('Scan policy').post('/preview', 'previewScanPolicy', {
  'x-slipway-command': 'policy preview --level {level}',
  summary: 'Preview the scan policy',
  description:
    'Lists published versions whose verdict would change under the current rules at a level, and why. Changes nothing. A page can be empty and still be followed by another one. Each page covers `examined` versions, which are fewer than `limit` if some archives had to be scanned at the level first.',
  request: {
    query: z.object({ ...pageFields, limit: wholeNumber({ min: 1, max: versionsMax, default: versionsDefault }) }),
    body: body(
      z.object({
        level: z.enum(policyLevels).optional().openapi({ description: "Defaults to the organization's level" }),
      }),
    ),
  },
  responses: { 200: json('Versions whose verdict would change', previewModel) },
});

export function addPolicyPreview(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/preview', jsonAtMost(4 * 1024));
  routes.openapi(preview, async (c) => {
    const { deps } = c.var;
    const actor = policyAdmin(c);
    const { level } = c.req.valid('json');
    const query = c.req.valid('query');
    const found = await previewPolicy(deps, actor, level, query);
    const { examined } = found;
    const page = paged(found, query, resultWire);
    return c.json({ level: found.level, policy_version: deps.policyVersion, examined, ...page }, 200);
  });
}

function resultWire({ fixed, from, introduced, to, version }: PreviewedVersion): z.infer<typeof resultModel> {
  return {
    plugin_id: versionSlug(version),
    name: version.name,
    version: versionLabel(version),
    namespace_id: ownerNamespace(version.ownerId),
    from,
    to,
    rules: [...new Set(introduced.filter(blocks).map(({ ruleId }) => ruleId))].sort(),
    introduced: introduced.length,
    fixed: fixed.length,
    findings: introduced.slice(0, findingsShown).map(findingWire),
  };
}
