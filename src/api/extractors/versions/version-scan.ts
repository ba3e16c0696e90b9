// Serves the route that reads a version's current scan result, on both extractor surfaces: as JSON, or as SARIF for other tools.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { policyLevels, verdicts } from '../../../contract/states.ts';
import { iso } from '../../../core/clock.ts';
import { sarifLog } from '../../../scan/sarif.ts';
import { type VersionScan, versionScan } from '../../../scan-host/current-verdict.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { routesOf, slipwayVersion } from '../../openapi/route-definitions.ts';
import { invalidRequest } from '../../problems/problem-response.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { findingModel, findingWire } from '../../responses/finding-wire.ts';
import { versionWire } from './version-wire.ts';

const scanModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    code_hash: z.string(),
    policy_version: z.string().openapi({
      description:
        'Policy version of the scan; lower than the current one in `/v1/scan-policy` until Slipway scans the version again',
    }),
    level: z.enum(policyLevels),
    verdict: z.enum(verdicts).openapi({ description: '`reject`: the version can no longer be deployed' }),
    scanned_at: z.iso.datetime(),
    findings: z.array(findingModel),
  })
  .openapi('PluginScan');

const scanQuery = z.object({
  format: z.enum(['json', 'sarif']).default('json').openapi({ description: '`sarif` returns SARIF 2.1.0' }),
});

export function addVersionScan(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const scan = routesOf(tag).get('/{plugin_id}/scan', `get${noun}Scan`, {
    summary: "Get a version's scan result",
    description:
      "Applies the current rules at the organization's level, with its waivers. In SARIF 2.1.0, a waived finding is a result with a suppression.",
    request: { params: params.extend({ plugin_id: z.string() }), query: scanQuery },
    responses: {
      200: {
        description: 'The verdict and the findings',
        content: { 'application/json': { schema: scanModel }, 'application/sarif+json': { schema: z.looseObject({}) } },
      },
    },
  });
  // Declared only for the document, because zod-openapi's types allow a response only one content type.
  routes.openAPIRegistry.registerPath(scan);
  routes.get(scan.getRoutingPath(), async (c) => {
    const actor = requireActor(c);
    const query = scanQuery.safeParse(c.req.query());
    if (!query.success) throw invalidRequest(query.error, 'query');
    const result = await versionScan(c.var.deps, actor, ownerOf(c), c.req.param('plugin_id') ?? '');
    if (query.data.format === 'json') return c.json(scanWire(result), 200);
    return c.body(JSON.stringify(scanSarif(result)), 200, { 'content-type': 'application/sarif+json' });
  });
}

function scanSarif({ scan: { policyVersion, level }, findings }: VersionScan) {
  const { runs, ...log } = sarifLog(findings, slipwayVersion);
  return { ...log, runs: runs.map((run) => ({ ...run, properties: { policyVersion, level } })) };
}

function scanWire({ version, scan, verdict, findings }: VersionScan): z.infer<typeof scanModel> {
  return {
    success: true,
    ...versionWire(version),
    code_hash: version.sha256,
    policy_version: scan.policyVersion,
    level: scan.level,
    verdict,
    scanned_at: iso(scan.createdAt),
    findings: findings.map(findingWire),
  };
}
