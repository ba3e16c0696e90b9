// Renders versions for the extractor surfaces (mixpeek §4.3, §4.4).
import { z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../access/owners.ts';
import { missingPermissions } from '../../contract/plugin/grants.ts';
import { formatVersion, manifestSchema } from '../../contract/plugin/manifest.ts';
import { type Permissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import { deploymentStates } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import type { DeploymentOverview } from '../../pointers/overview.ts';
import type { CatalogDetails, ListedVersion } from '../../registry/versions/catalog.ts';
import { type PluginVersion, versionSlug } from '../../registry/versions/versions.ts';
import { actorModel } from '../responses/event-wire.ts';
import {
  advisoriesModel,
  filesDigestField,
  gitModel,
  gitWire,
  permissionsModel,
  scanVerdict,
  stageField,
  toScanVerdict,
} from '../responses/version-fields.ts';
import { withdrawalFields, withdrawalWire } from '../responses/withdrawal-wire.ts';

/** The plugin's owner. An organization's plugin is visible in the namespaces where it is enabled. */
export const sourceModel = z.enum(['namespace', 'org']).openapi('PluginOwner');

export const listItemModel = z
  .object({
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    deployed: z.boolean(),
    deployment_state: z.enum(deploymentStates).nullable().openapi({
      description:
        "State of the latest deployment in the namespace. Null if the version was never deployed or is undeployed, and in an organization's list.",
    }),
    validation_status: z.literal('passed'),
    scan_verdict: scanVerdict,
    stage: stageField,
    ...withdrawalFields,
    feature_uri: z.string(),
    source: sourceModel,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('PluginListItem');

export function listItemWire({ version, deployed, deploymentState }: ListedVersion): z.infer<typeof listItemModel> {
  return {
    plugin_id: versionSlug(version),
    name: version.name,
    version: formatVersion(version),
    description: versionDescription(version),
    deployed,
    deployment_state: deploymentState,
    validation_status: 'passed',
    scan_verdict: toScanVerdict(version),
    stage: version.stage,
    ...withdrawalWire(version),
    feature_uri: version.featureUri,
    source: sourceOf(version),
    created_at: iso(version.createdAt),
    updated_at: iso(version.updatedAt),
  };
}

/** Permissions that a version asks for, and which of them aren't granted. */
const permissionStateModel = z
  .object({
    requested: permissionsModel.nullable(),
    granted: permissionsModel.nullable().openapi({ description: "The plugin's grants, for all its versions" }),
    missing: permissionsModel.nullable().openapi({
      description: 'Permissions that are not granted. While any is missing, deployments of the version fail',
    }),
  })
  .openapi('PluginPermissions');

function permissionStateWire(
  version: PluginVersion,
  granted: Permissions | null,
): z.infer<typeof permissionStateModel> {
  const requested = requestedPermissions(version);
  return { requested: requested ?? null, granted, missing: missingPermissions(requested, granted) ?? null };
}

export const approvalModel = z
  .object({ by: actorModel, at: z.iso.datetime(), note: z.string().nullable() })
  .openapi('Approval', { description: 'Who approved or rejected the version, when and why' });

export function approvalWire({ decision }: PluginVersion): z.infer<typeof approvalModel> | null {
  return decision && { ...decision, at: iso(decision.at) };
}

const tags = z
  .array(z.string())
  .optional()
  .openapi({ description: 'Words by which people find the plugin', example: ['pdf', 'named-entities'] });

export const documentModel = z
  .object({
    plugin_id: z.string(),
    organization_id: z.string(),
    namespace_id: z.string().nullable(),
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    s3_archive_url: z.string(),
    code_hash: z.string(),
    files_sha256: filesDigestField,
    upload_sha256: z.string(),
    size_bytes: z.int(),
    validation_status: z.literal('passed'),
    validation_errors: z.array(z.string()),
    security_scan_passed: z.boolean().openapi({ description: 'Whether the version passes the current scan policy' }),
    scan_verdict: scanVerdict,
    stage: stageField,
    staged_until: z.iso.datetime().nullable().openapi({ description: 'When it is deleted if nobody approves it' }),
    approval: approvalModel.nullable(),
    ...withdrawalFields,
    deployed: z.boolean(),
    deployment_info: z
      .object({
        feature_uri: z.string(),
        ray_cluster_url: z.string().nullable(),
        ray_deployment_name: z.string(),
        deployed_at: z.string().nullable(),
      })
      .nullable(),
    manifest: manifestSchema.extend({ tags }).nullable(),
    permissions: permissionStateModel,
    advisories: advisoriesModel,
    message: z.string().nullable(),
    feature_uri: z.string(),
    source: sourceModel,
    git: gitModel.openapi({ description: "The version's source, if it was published from Git" }),
    resolved_inference_name: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    deployed_at: z.iso.datetime().nullable(),
  })
  .openapi('PluginDocument');

export function documentWire(
  version: PluginVersion,
  { advisories, deployed, serving, granted }: Pick<DeploymentOverview, 'serving'> & Omit<CatalogDetails, 'version'>,
  bucket: string,
): z.infer<typeof documentModel> {
  const pluginId = versionSlug(version);
  const deployedAt = isoOrNull(serving?.promotedAt ?? null);
  return {
    plugin_id: pluginId,
    organization_id: version.organizationId,
    namespace_id: ownerNamespace(version.ownerId),
    name: version.name,
    version: formatVersion(version),
    description: versionDescription(version),
    s3_archive_url: archiveUrl(bucket, version.sha256),
    code_hash: version.sha256,
    files_sha256: version.filesSha256,
    upload_sha256: version.uploadSha256,
    size_bytes: version.sizeBytes,
    validation_status: 'passed',
    validation_errors: [],
    security_scan_passed: version.verdict !== 'reject',
    scan_verdict: toScanVerdict(version),
    stage: version.stage,
    staged_until: isoOrNull(version.stagedUntil),
    approval: approvalWire(version),
    ...withdrawalWire(version),
    deployed,
    deployment_info: serving && {
      feature_uri: version.featureUri,
      ray_cluster_url: null,
      ray_deployment_name: deploymentName(pluginId),
      deployed_at: deployedAt,
    },
    manifest: version.manifest,
    permissions: permissionStateWire(version, granted),
    advisories,
    message: version.message,
    feature_uri: version.featureUri,
    source: sourceOf(version),
    git: gitWire(version),
    resolved_inference_name: serving?.type === 'realtime' ? deploymentName(pluginId) : null,
    created_at: iso(version.createdAt),
    updated_at: iso(version.updatedAt),
    deployed_at: deployedAt,
  };
}

function sourceOf({ ownerId }: PluginVersion): z.infer<typeof sourceModel> {
  return ownerNamespace(ownerId) ? 'namespace' : 'org';
}

/** Returns the upload's description, or the manifest's if there is none. */
export function versionDescription({ description, manifest }: PluginVersion): string | null {
  return description ?? manifest?.description ?? null;
}

export function archiveUrl(bucket: string, sha256: string): string {
  return `s3://${bucket}/archives/${sha256}.zip`;
}

export function deploymentName(pluginId: string): string {
  return `custom_plugin_${pluginId}`;
}

export function routePrefix(pluginId: string): string {
  return `/inference/${deploymentName(pluginId)}`;
}
