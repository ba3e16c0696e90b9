// Serves the list of versions that wait for approval, with what an approver needs to know.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../access/owners.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { requestedPermissions } from '../../contract/plugin/permissions.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { listStaged, type StagedVersion } from '../../registry/versions/approvals.ts';
import { versionSlug } from '../../registry/versions/versions.ts';
import { type AppEnv, requireActor } from '../context.ts';
import { gitModel, gitWire, permissionsModel, scanVerdict, toScanVerdict } from '../extractors/extractor-wire.ts';
import { bearer, errors, json, newRouter } from '../openapi/route-definitions.ts';
import { pageFields, pageRequest, paginationModel } from '../requests/paging.ts';
import { actorModel } from './event-wire.ts';

const stagedModel = z
  .object({
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    namespace_id: z.string().nullable().openapi({ description: "Null for an organization's plugin" }),
    namespace_name: z.string().nullable(),
    published_by: actorModel,
    published_at: z.iso.datetime(),
    staged_until: z.iso.datetime().nullable().openapi({ description: 'When it is deleted if nobody approves it' }),
    message: z.string().nullable(),
    git: gitModel.openapi({ description: "The version's source, if it was published from Git" }),
    code_hash: z.string().openapi({ description: "The archive's digest, which the approval names" }),
    size_bytes: z.int(),
    files_scanned: z.int(),
    scan_verdict: scanVerdict,
    waived_rules: z.array(z.string()).openapi({ description: "Rules of the scan's errors, all of them waived" }),
    permissions: permissionsModel.nullable().openapi({ description: 'Permissions that the version asks for' }),
    models: z.array(z.string()).openapi({ description: 'Models that it uses' }),
    deploy_when_approved: z.boolean(),
    active_version: z.string().nullable().openapi({ description: 'The version that it would follow' }),
    diff_url: z.string().nullable().openapi({ description: 'Path of the comparison with the active version' }),
  })
  .openapi('StagedVersion');

const list = createRoute({
  tags: ['Versions'],
  security: bearer,
  method: 'get',
  path: '/',
  operationId: 'listApprovals',
  summary: 'List the versions that wait for approval, newest first',
  description: 'Needs the scope `plugins:read`. Lists the namespaces that the key can see.',
  request: { query: z.object(pageFields) },
  responses: {
    200: json('A page of versions', z.object({ results: z.array(stagedModel), pagination: paginationModel })),
    ...errors(401, 403, 422),
  },
});

export function approvals(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const page = pageRequest(c.req.valid('query'));
    const { items, nextCursor } = await listStaged(c.var.deps, requireActor(c), page);
    return c.json({ results: items.map(wire), pagination: { limit: page.limit, next_cursor: nextCursor } }, 200);
  });
  return routes;
}

function wire({
  active,
  filesScanned,
  namespaceName,
  version,
  waivedRules,
}: StagedVersion): z.infer<typeof stagedModel> {
  const { createdAt, createdBy, manifest, name, ownerId, sizeBytes } = version;
  const namespaceId = ownerNamespace(ownerId);
  const plugins = namespaceId === null ? '/v1/plugins' : `/v1/namespaces/${namespaceId}/plugins`;
  const number = formatVersion(version);
  const before = active && formatVersion(active);
  return {
    plugin_id: versionSlug(version),
    name,
    version: number,
    namespace_id: namespaceId,
    namespace_name: namespaceName,
    published_by: createdBy,
    published_at: iso(createdAt),
    staged_until: isoOrNull(version.stagedUntil),
    message: version.message,
    git: gitWire(version),
    code_hash: version.sha256,
    size_bytes: sizeBytes,
    files_scanned: filesScanned,
    scan_verdict: toScanVerdict(version),
    waived_rules: waivedRules,
    permissions: requestedPermissions(version) ?? null,
    models: manifest?.models ?? [],
    deploy_when_approved: version.deployApproved,
    active_version: before,
    diff_url: before && `${plugins}/by-name/${name}/diff?v1=${before}&v2=${number}`,
  };
}
