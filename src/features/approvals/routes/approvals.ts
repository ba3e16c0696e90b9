// Serves the list of versions that wait for approval, with what an approver needs to know.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../../access/owners.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import {
  capabilityModel,
  capabilityWire,
  filesDigestField,
  gitModel,
  gitWire,
  permissionsModel,
  scanVerdict,
  toScanVerdict,
} from '../../../api/responses/version-fields.ts';
import { requestedPermissions } from '../../../contract/plugin/permissions.ts';
import { pluginKinds } from '../../../contract/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { ownDescription } from '../../../registry/diff/description-changes.ts';
import { exactVersion, versionLabel, versionSlug } from '../../../registry/versions/versions.ts';
import { listStaged, type StagedVersion } from '../decide-version.ts';

const stagedModel = z
  .object({
    kind: z.enum(pluginKinds),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string().openapi({ description: "The version's number, or the ref of a Go plugin" }),
    namespace_id: z.string().nullable().openapi({ description: "Null for an organization's plugin" }),
    namespace_name: z.string().nullable(),
    published_by: actorModel,
    published_at: z.iso.datetime(),
    staged_until: z.iso.datetime().nullable().openapi({ description: 'When it is deleted if nobody approves it' }),
    message: z.string().nullable(),
    description: z.string().nullable().openapi({ description: 'What people and agents read about the version' }),
    git: gitModel.openapi({ description: "The version's source, if it was published from Git" }),
    code_hash: z.string().openapi({ description: "The archive's digest, which the approval names" }),
    files_sha256: filesDigestField,
    size_bytes: z.int(),
    files_scanned: z.int(),
    scan_verdict: scanVerdict,
    findings: z
      .object({ error: z.int(), warning: z.int(), note: z.int() })
      .nullable()
      .openapi({
        description: "Number of the scan's findings by severity, with waived ones. Null for too many to count",
        example: { error: 0, warning: 2, note: 1 },
      }),
    scan_url: z.string().nullable().openapi({
      description: 'Path of the findings. Null for a Go plugin',
      example: '/v1/namespaces/ns_01m7wc54fherz84624ahd0kr7h/plugins/ocr_1_2_0/scan',
    }),
    waived_rules: z.array(z.string()).openapi({ description: "Rules of the scan's errors, all of them waived" }),
    permissions: permissionsModel.nullable().openapi({ description: 'Permissions that the version asks for' }),
    dependencies: z.array(z.string()).openapi({ description: 'Packages that it declares' }),
    capabilities: z
      .array(capabilityModel)
      .nullable()
      .openapi({ description: 'Capabilities that the program reaches. Null unless analyzed; only Go plugins are' }),
    models: z.array(z.string()).openapi({ description: 'Models that it uses' }),
    deploy_when_approved: z.boolean(),
    active_version: z.string().nullable().openapi({ description: 'The version that it would follow' }),
    diff_url: z.string().nullable().openapi({ description: 'Path of the comparison with the active version' }),
  })
  .openapi('StagedVersion');

const list = routesOf('Versions').get('/', 'listApprovals', {
  'x-slipway-command': 'approvals',
  summary: 'List the versions that wait for approval, newest first',
  description: 'Needs the scope `plugins:read`. Lists the namespaces that the key can see.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of versions', pageOf(stagedModel)) },
});

export function approvalRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, (c) => answerPage(c, (query) => listStaged(c.var.deps, requireActor(c), query), wire));
  return routes;
}

function wire({
  active,
  filesScanned,
  findings,
  namespaceName,
  version,
  waivedRules,
}: StagedVersion): z.infer<typeof stagedModel> {
  const { capabilities, createdAt, createdBy, kind, manifest, name, ownerId, sizeBytes } = version;
  const namespaceId = ownerNamespace(ownerId);
  const plugins = namespaceId === null ? '/v1/plugins' : `/v1/namespaces/${namespaceId}/plugins`;
  const isExtractor = kind === 'extractor';
  const [from, to] = [active && exactVersion(active), exactVersion(version)];
  return {
    kind,
    plugin_id: versionSlug(version),
    name,
    version: versionLabel(version),
    namespace_id: namespaceId,
    namespace_name: namespaceName,
    published_by: createdBy,
    published_at: iso(createdAt),
    staged_until: isoOrNull(version.stagedUntil),
    message: version.message,
    description: ownDescription(version),
    git: gitWire(version),
    code_hash: version.sha256,
    files_sha256: version.filesSha256,
    size_bytes: sizeBytes,
    files_scanned: filesScanned,
    scan_verdict: toScanVerdict(version),
    findings,
    scan_url: isExtractor ? `${plugins}/${versionSlug(version)}/scan` : null,
    waived_rules: waivedRules,
    permissions: requestedPermissions(version) ?? null,
    dependencies: manifest?.dependencies ?? [],
    capabilities: capabilities?.reached.map(capabilityWire) ?? null,
    models: manifest?.models ?? [],
    deploy_when_approved: version.deployApproved,
    active_version: active && versionLabel(active),
    diff_url: from && `${plugins}/by-name/${name}/diff?v1=${from}&v2=${to}${isExtractor ? '' : `&kind=${kind}`}`,
  };
}
