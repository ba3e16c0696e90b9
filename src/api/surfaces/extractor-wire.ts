// The words of the extractor surfaces: how versions, uploads and deployments are told there (mixpeek §4, §5; design §6, status words).
import { z } from '@hono/zod-openapi';
import type { Finding } from '../../contract/finding.ts';
import { formatVersion, manifestSchema, pluginIdOf } from '../../contract/manifest.ts';
import type { DeploymentState } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import type { Standing } from '../../deploy/standing.ts';
import type { CatalogueItem } from '../../registry/catalogue.ts';
import { namespaceOf } from '../../registry/uploads.ts';
import type { UploadOutcome } from '../../registry/verdicts.ts';
import { type PluginVersion, pluginIdOfVersion } from '../../registry/versions.ts';

export const findingModel = z
  .object({
    file: z.string(),
    filename: z.string(),
    line: z.int(),
    column: z.int(),
    end_line: z.int(),
    end_column: z.int(),
    severity: z.enum(['error', 'warning', 'note']),
    rule: z.string(),
    name: z.string(),
    message: z.string(),
  })
  .openapi('Finding');

export function findingWire(finding: Finding): z.infer<typeof findingModel> {
  const { file, line, column, endLine, endColumn, severity, ruleId, name, message } = finding;
  return {
    file,
    filename: file,
    line,
    column,
    end_line: endLine,
    end_column: endColumn,
    severity,
    rule: ruleId,
    name,
    message,
  };
}

/** As a compiler would say it. */
export function findingLine({ file, line, column, message }: Finding): string {
  return file === '' ? message : `${file}:${line}:${column}: ${message}`;
}

export const listItemModel = z
  .object({
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    deployed: z.boolean(),
    validation_status: z.literal('passed'),
    feature_uri: z.string(),
    source: z.literal('namespace'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('PluginListItem');

export function listItemWire({ version, deployed }: CatalogueItem): z.infer<typeof listItemModel> {
  return {
    plugin_id: pluginIdOfVersion(version),
    name: version.name,
    version: formatVersion(version),
    description: version.description,
    deployed,
    validation_status: 'passed',
    feature_uri: version.featureUri,
    source: 'namespace',
    created_at: iso(version.createdAt),
    updated_at: iso(version.updatedAt),
  };
}

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
    upload_sha256: z.string(),
    size_bytes: z.int(),
    validation_status: z.literal('passed'),
    validation_errors: z.array(z.string()),
    security_scan_passed: z.boolean(),
    deployed: z.boolean(),
    deployment_info: z
      .object({
        feature_uri: z.string(),
        ray_cluster_url: z.null(),
        ray_deployment_name: z.string(),
        deployed_at: z.string().nullable(),
      })
      .nullable(),
    manifest: manifestSchema.nullable(),
    message: z.string().nullable(),
    feature_uri: z.string(),
    resolved_inference_name: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    deployed_at: z.iso.datetime().nullable(),
  })
  .openapi('PluginDocument');

export function documentWire(
  version: PluginVersion,
  { serving }: Standing,
  bucket: string,
): z.infer<typeof documentModel> {
  const pluginId = pluginIdOfVersion(version);
  const deployedAt = isoOrNull(serving?.promotedAt ?? null);
  return {
    plugin_id: pluginId,
    organization_id: version.organizationId,
    namespace_id: namespaceOf(version.ownerId),
    name: version.name,
    version: formatVersion(version),
    description: version.description ?? version.manifest?.description ?? null,
    s3_archive_url: archiveUrl(bucket, version.sha256),
    code_hash: version.sha256,
    upload_sha256: version.uploadSha256,
    size_bytes: version.sizeBytes,
    validation_status: 'passed',
    validation_errors: [],
    security_scan_passed: true,
    deployed: serving !== null,
    deployment_info: serving && {
      feature_uri: version.featureUri,
      ray_cluster_url: null,
      ray_deployment_name: deploymentName(pluginId),
      deployed_at: deployedAt,
    },
    manifest: version.manifest,
    message: version.message,
    feature_uri: version.featureUri,
    resolved_inference_name: serving?.type === 'realtime' ? deploymentName(pluginId) : null,
    created_at: iso(version.createdAt),
    updated_at: iso(version.updatedAt),
    deployed_at: deployedAt,
  };
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

const confirmFields = {
  upload_id: z.string(),
  plugin_id: z.string().nullable(),
  name: z.string(),
  version: z.string(),
  validation_status: z.enum(['pending', 'passed', 'failed']),
  validation_errors: z.array(z.string()),
  deployment_status: z.enum(['pending', 'not_deployed']),
  feature_uri: z.string().nullable(),
  s3_archive_url: z.string().nullable(),
  code_hash: z.string().nullable(),
  namespace_id: z.string().nullable(),
  organization_id: z.string(),
  message: z.string(),
  warnings: z.array(findingModel),
};

export const confirmModel = z
  .object({ success: z.literal(true), ...confirmFields })
  .openapi('ConfirmPluginUploadResponse');
export const rejectedModel = z
  .object({
    success: z.literal(false),
    status: z.literal(400),
    ...confirmFields,
    violations: z.array(findingModel),
    error: z.object({
      message: z.string(),
      type: z.string(),
      details: z.record(z.string(), z.unknown()),
      hint: z.string(),
    }),
    detail: z.string(),
  })
  .openapi('RejectedPluginUpload');

export function acceptedWire(
  { upload, version, findings }: Extract<UploadOutcome, { status: 'accepted' }>,
  bucket: string,
): z.infer<typeof confirmModel> {
  const warnings = findings.filter((finding) => finding.severity !== 'error').map(findingWire);
  return {
    success: true,
    upload_id: upload.id,
    plugin_id: pluginIdOfVersion(version),
    name: version.name,
    version: formatVersion(version),
    validation_status: 'passed',
    validation_errors: [],
    deployment_status: 'pending',
    feature_uri: version.featureUri,
    s3_archive_url: archiveUrl(bucket, version.sha256),
    code_hash: version.sha256,
    namespace_id: namespaceOf(version.ownerId),
    organization_id: version.organizationId,
    message:
      warnings.length === 0
        ? 'Plugin published'
        : `Plugin published with ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`,
    warnings,
  };
}

export function pendingWire({ upload }: Extract<UploadOutcome, { status: 'pending' }>): z.infer<typeof confirmModel> {
  return {
    success: true,
    upload_id: upload.id,
    plugin_id: pluginIdOf(upload.name, upload),
    name: upload.name,
    version: formatVersion(upload),
    validation_status: 'pending',
    validation_errors: [],
    deployment_status: 'pending',
    feature_uri: `mixpeek://${upload.name}@${formatVersion(upload)}`,
    s3_archive_url: null,
    code_hash: null,
    namespace_id: namespaceOf(upload.ownerId),
    organization_id: upload.organizationId,
    message: 'The scan is still running: confirm again for its result',
    warnings: [],
  };
}

/** A refusal that reads as an error and as a confirm's answer (mixpeek §2). */
export function rejectedWire({
  upload,
  findings,
}: Extract<UploadOutcome, { status: 'rejected' }>): z.infer<typeof rejectedModel> {
  const violations = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity !== 'error').map(findingWire);
  const fromScan = violations.some((finding) => finding.category !== 'manifest' && finding.category !== 'structure');
  const count = `${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}`;
  const message = fromScan
    ? `Security scan failed: ${count}`
    : violations.length > 0
      ? `Plugin validation failed: ${count}`
      : 'The upload could not be scanned and was given up';
  return {
    success: false,
    status: 400,
    upload_id: upload.id,
    plugin_id: null,
    name: upload.name,
    version: formatVersion(upload),
    validation_status: 'failed',
    validation_errors: violations.length > 0 ? violations.map(findingLine) : [message],
    deployment_status: 'not_deployed',
    feature_uri: null,
    s3_archive_url: null,
    code_hash: null,
    namespace_id: namespaceOf(upload.ownerId),
    organization_id: upload.organizationId,
    message,
    warnings,
    violations: violations.map(findingWire),
    error: {
      message,
      type: fromScan ? 'SecurityViolationError' : 'PluginValidationError',
      details: { violations: violations.map(findingWire), warnings },
      hint: 'Mend what is listed, then ask for a new upload; the same version number may be used again.',
    },
    detail: message,
  };
}

const statusWords: Record<DeploymentState, string> = {
  queued: 'QUEUED',
  claimed: 'PENDING',
  building: 'IN_PROGRESS',
  starting: 'IN_PROGRESS',
  verifying: 'IN_PROGRESS',
  ready: 'IN_PROGRESS',
  promoted: 'DEPLOYED',
  failed: 'FAILED',
  superseded: 'NOT_DEPLOYED',
  cancelled: 'NOT_DEPLOYED',
  stopped: 'NOT_DEPLOYED',
};

/** The newest attempt decides the word; batch-only ends at NOT_DEPLOYED, since no realtime endpoint is there. */
export function statusWord({ newest }: Standing): string {
  if (!newest || (newest.status === 'promoted' && newest.type === 'batch_only')) return 'NOT_DEPLOYED';
  return statusWords[newest.status];
}
