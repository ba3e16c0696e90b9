// Renders an upload's outcome for the extractor surfaces, in one body that is a confirm response and, if the upload was rejected, also
// an error (mixpeek §2, §4.2).
import { z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../../access/owners.ts';
import { formatVersion, formatVersionSlug, pluginNamePattern } from '../../../contract/plugin/manifest.ts';
import type { UploadOutcome } from '../../../registry/uploads/outcomes.ts';
import { uploadKey } from '../../../registry/uploads/uploads.ts';
import { versionSlug } from '../../../registry/versions/versions.ts';
import { blocks, findingLine, findingModel, findingWire } from '../../responses/finding-wire.ts';
import { stageField } from '../../responses/version-fields.ts';
import { archiveUrl } from '../extractor-wire.ts';

const confirmFields = {
  upload_id: z.string(),
  plugin_id: z.string().nullable(),
  name: z.string(),
  version: z.string(),
  validation_status: z.enum(['pending', 'passed', 'failed']),
  validation_errors: z.array(z.string()).openapi({ example: [] }),
  deployment_status: z.enum(['pending', 'not_deployed']),
  feature_uri: z.string().nullable(),
  s3_archive_url: z.string().nullable(),
  code_hash: z.string().nullable(),
  namespace_id: z.string().nullable(),
  organization_id: z.string(),
  message: z.string().openapi({ example: 'text_profile@1.1.0 is published' }),
  warnings: z.array(findingModel),
  stage: stageField,
};

export const confirmModel = z
  .object({ success: z.literal(true), ...confirmFields })
  .openapi('ConfirmPluginUploadResponse');
const rejection = {
  message: 'Security scan failed: 1 violation',
  type: 'SecurityViolationError',
  details: {},
  hint: 'Fix the findings, then create a new upload. You can use the same version number.',
};
const none = z.string().nullable().openapi({ example: null });

export const rejectedModel = z
  .object({
    success: z.literal(false),
    status: z.literal(400),
    ...confirmFields,
    violations: z.array(findingModel),
    plugin_id: none,
    feature_uri: none,
    s3_archive_url: none,
    code_hash: none,
    validation_status: confirmFields.validation_status.openapi({ example: 'failed' }),
    validation_errors: z.array(z.string()).openapi({ example: ['realtime.py:12:5: Forbidden import: os'] }),
    message: z.string().openapi({ example: rejection.message }),
    error: z
      .object({ message: z.string(), type: z.string(), details: z.record(z.string(), z.unknown()), hint: z.string() })
      .openapi({ example: rejection }),
    detail: z.string().openapi({ example: rejection.message }),
  })
  .openapi('RejectedPluginUpload');

export function acceptedWire(
  { upload, version, findings }: Extract<UploadOutcome, { status: 'accepted' }>,
  bucket: string,
): z.infer<typeof confirmModel> {
  const warnings = findings.map(findingWire);
  const count =
    warnings.length === 0 ? '' : ` with ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`;
  return {
    success: true,
    upload_id: upload.id,
    plugin_id: versionSlug(version),
    name: version.name,
    version: formatVersion(version),
    validation_status: 'passed',
    validation_errors: [],
    deployment_status: ownerNamespace(upload.ownerId) ? 'pending' : 'not_deployed',
    feature_uri: version.featureUri,
    s3_archive_url: archiveUrl(bucket, version.sha256),
    code_hash: version.sha256,
    namespace_id: ownerNamespace(version.ownerId),
    organization_id: version.organizationId,
    message: `Plugin ${version.stage === 'staged' ? 'staged' : 'published'}${count}${version.stage === 'staged' ? '. It waits for approval.' : ''}`,
    warnings,
    stage: version.stage,
  };
}

export function pendingWire(
  { upload }: Extract<UploadOutcome, { status: 'pending' }>,
  bucket: string,
): z.infer<typeof confirmModel> {
  // The name and version of a Git upload are unknown until manifest.py has been read.
  const isKnown = pluginNamePattern.test(upload.name);
  return {
    success: true,
    upload_id: upload.id,
    plugin_id: isKnown ? formatVersionSlug(upload.name, upload) : null,
    name: upload.name,
    version: formatVersion(upload),
    validation_status: 'pending',
    validation_errors: [],
    deployment_status: ownerNamespace(upload.ownerId) ? 'pending' : 'not_deployed',
    feature_uri: isKnown ? `mixpeek://${upload.name}@${formatVersion(upload)}` : null,
    s3_archive_url: `s3://${bucket}/${uploadKey(upload.id)}`,
    code_hash: null,
    namespace_id: ownerNamespace(upload.ownerId),
    organization_id: upload.organizationId,
    message: 'The scan is still running. Confirm again to get its result.',
    warnings: [],
    stage: null,
  };
}

/** Renders a rejected upload, both as an error and as a confirm response (mixpeek §2). */
export function rejectedWire({
  upload,
  findings,
}: Extract<UploadOutcome, { status: 'rejected' }>): z.infer<typeof rejectedModel> {
  const violations = findings.filter(blocks);
  const warnings = findings.filter((finding) => !blocks(finding)).map(findingWire);
  const fromScan = violations.some((finding) => finding.category !== 'manifest' && finding.category !== 'structure');
  const count = `${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}`;
  const message = fromScan
    ? `Security scan failed: ${count}`
    : violations.length > 0
      ? `Plugin validation failed: ${count}`
      : 'The upload could not be scanned';
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
    namespace_id: ownerNamespace(upload.ownerId),
    organization_id: upload.organizationId,
    message,
    warnings,
    stage: null,
    violations: violations.map(findingWire),
    error: {
      message,
      type: fromScan ? 'SecurityViolationError' : 'PluginValidationError',
      details: { violations: violations.map(findingWire), warnings },
      hint: 'Fix the findings, then create a new upload. You can use the same version number.',
    },
    detail: message,
  };
}
