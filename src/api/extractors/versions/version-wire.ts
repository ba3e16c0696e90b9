// Renders version history, rollback and diff for the extractor surface (mixpeek §6).
import { z } from '@hono/zod-openapi';
import { deploymentLimits } from '../../../contract/limits/deployments.ts';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { places } from '../../../contract/plugin/version-placement.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import type { HistoryItem, VersionHistory } from '../../../pointers/history/version-history.ts';
import type { UndeployedOlder } from '../../../pointers/live-versions.ts';
import type { VersionDiff } from '../../../registry/diff/diff.ts';
import type { FileChange } from '../../../registry/diff/file-changes.ts';
import type { SourceFile } from '../../../registry/storage/source.ts';
import { exactVersion, type PluginVersion, versionLabel, versionSlug } from '../../../registry/versions/versions.ts';
import type { Rollback } from '../../../rollouts/rollback/rollback.ts';
import type { Invocation } from '../../../serve/invoke.ts';
import { actorModel } from '../../responses/event-wire.ts';
import { findingModel, findingWire } from '../../responses/finding-wire.ts';
import {
  capabilityChangeModel,
  capabilityWire,
  filesDigestField,
  placementModel,
  placementWire,
  scanVerdict,
  stageField,
  toScanVerdict,
} from '../../responses/version-fields.ts';
import { withdrawalFields, withdrawalWire } from '../../responses/withdrawal-wire.ts';
import {
  answerModel,
  answerWire,
  deploymentError,
  extractorStatus,
  statusModel,
} from '../deployments/deployment-wire.ts';

export const historyItemModel = z
  .object({
    plugin_id: z.string(),
    version: z.string().openapi({ description: "The version's number, or a Go plugin's commit" }),
    git_ref: z
      .string()
      .nullable()
      .openapi({ description: 'The ref that a Go plugin was installed from', example: null }),
    active: z.boolean(),
    serves_name: z.boolean().openapi({ description: "Whether calls to the plugin's name go to this version" }),
    deployed: z.boolean(),
    status: statusModel.shape.status,
    validation_status: z.literal('passed'),
    scan_verdict: scanVerdict,
    stage: stageField,
    ...withdrawalFields,
    ...placementModel,
    message: z.string().nullable(),
    code_hash: z.string(),
    files_sha256: filesDigestField,
    feature_uri: z.string(),
    created_at: z.iso.datetime(),
    created_by: actorModel,
    deployed_at: z.iso.datetime().nullable(),
    deployed_by: actorModel.nullable(),
    last_deployed_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'Time of the latest deployment, even if the version is no longer deployed' }),
    error: z.string().nullable().openapi({
      description: 'Why the latest deployment failed. While it is in progress, why its last attempt failed',
    }),
  })
  .openapi('PluginVersion');

export function historyItemWire({
  version,
  active,
  servesName,
  overview,
  lastDeployedAt,
}: HistoryItem): z.infer<typeof historyItemModel> {
  const { serving } = overview;
  return {
    plugin_id: versionSlug(version),
    version: exactVersion(version),
    git_ref: version.kind === 'extractor' ? null : (version.source?.ref ?? null),
    active,
    serves_name: servesName,
    deployed: serving !== null,
    status: extractorStatus(overview),
    validation_status: 'passed',
    scan_verdict: toScanVerdict(version),
    stage: version.stage,
    ...withdrawalWire(version),
    ...placementWire(version),
    message: version.message,
    code_hash: version.sha256,
    files_sha256: version.filesSha256,
    feature_uri: version.featureUri,
    created_at: iso(version.createdAt),
    created_by: version.createdBy,
    deployed_at: isoOrNull(serving?.promotedAt ?? null),
    deployed_by: serving?.createdBy ?? null,
    last_deployed_at: isoOrNull(lastDeployedAt),
    error: deploymentError(overview),
  };
}

export const rollbackModel = z
  .object({
    success: z.literal(true),
    name: z.string(),
    plugin_id: z.string(),
    version: z.string(),
    previous_version: z
      .string()
      .nullable()
      .openapi({ description: 'The previously live version, or the active one if none was live' }),
    active_version: z.string(),
    traffic: z.enum(['none', 'serving', 'deploying']).openapi({
      example: 'serving',
      description:
        'Effect on calls to the name. `none`: no version serves the name. `serving`: this version serves it. `deploying`: this version serves it when its deployment is ready; until then the previous one does.',
    }),
    deployment_id: z.string().nullable(),
    message: z.string().openapi({ example: 'text_profile@1.1.0 is the active version; it serves the name' }),
  })
  .openapi('PluginRollback');

export const rollbackEntryModel = z.object({
  at: z.iso.datetime(),
  from: z.string().nullable().openapi({ description: 'The previously live or active version' }),
  to: z.string(),
  by: actorModel.openapi({ description: '`system` if the version lost the name because it crashed' }),
  message: z.string().nullable(),
});

export function rollbackEntryWire({
  actor,
  at,
  from,
  message,
  to,
}: VersionHistory['rollbacks'][number]): z.infer<typeof rollbackEntryModel> {
  return { at: iso(at), from, to: to ?? '', by: actor, message };
}

const trafficMessages = {
  none: 'nothing serves the name, so no traffic moved',
  serving: 'it serves the name',
  deploying: 'it is being deployed and serves the name when ready',
};

export function rollbackWire({ version, previous, traffic }: Rollback): z.infer<typeof rollbackModel> {
  const number = exactVersion(version);
  return {
    success: true,
    name: version.name,
    plugin_id: versionSlug(version),
    version: number,
    previous_version: previous && exactVersion(previous),
    active_version: number,
    traffic: traffic.state,
    deployment_id: traffic.state === 'deploying' ? traffic.deploymentId : null,
    message: `${version.name}@${versionLabel(version)} is the active version; ${trafficMessages[traffic.state]}`,
  };
}

export const undeployOlderModel = z
  .object({
    success: z.literal(true),
    name: z.string(),
    undeployed: z.array(z.string()),
    kept: z.array(z.string()).openapi({ description: 'Versions that stay live; the first one serves the name' }),
    remaining: z.int().openapi({
      description: `Versions still to undeploy, because one request undeploys ${deploymentLimits.undeployAtOnce}. Repeat the request for them`,
    }),
  })
  .openapi('OlderVersionsUndeployed');

export function undeployOlderWire(
  name: string,
  { kept, remaining, undeployed }: UndeployedOlder,
): z.infer<typeof undeployOlderModel> {
  return {
    success: true,
    name,
    undeployed: undeployed.map(formatVersion),
    kept: kept.map(formatVersion),
    remaining,
  };
}

const fileDigests = {
  v1: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  v2: 'fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13',
};

const fileModel = z.object({
  path: z.string(),
  status: z.enum(['added', 'removed', 'modified']),
  additions: z.int().nullable().openapi({ description: 'Null if the lines were not counted' }),
  deletions: z.int().nullable(),
  diff: z.string().openapi({ description: 'Unified diff. For a hidden file, one line stating that the files differ' }),
  hidden: z.enum(['binary', 'too-large']).nullable(),
  size_bytes: z.object({ v1: z.int().nullable(), v2: z.int().nullable() }).openapi({ example: { v1: 612, v2: 640 } }),
  sha256: z.object({ v1: z.string().nullable(), v2: z.string().nullable() }).openapi({ example: fileDigests }),
});

export const diffModel = z
  .object({
    success: z.literal(true),
    name: z.string(),
    v1: z.string(),
    v2: z.string(),
    identical: z.boolean(),
    files: z.array(fileModel),
    summary: z.object({ files_changed: z.int(), additions: z.int(), deletions: z.int() }),
    diff: z.string(),
    findings: z.object({
      introduced: z.array(findingModel),
      fixed: z.array(findingModel),
      unchanged: z.array(findingModel),
    }),
    dependencies: z
      .array(z.object({ name: z.string(), v1: z.string().nullable(), v2: z.string().nullable() }))
      .openapi({ description: 'Declarations that differ' }),
    permissions: z
      .array(z.object({ change: z.enum(['added', 'removed']), permission: z.string() }))
      .openapi({ description: "Entries in manifest.py's `permissions` that only one of the versions has" }),
    descriptions: z
      .array(z.object({ where: z.string(), v1: z.string().nullable(), v2: z.string().nullable() }))
      .openapi({
        description:
          "Texts that differ in the description, the schemas and a Go plugin's actions, which agents read. A publisher can set the description without changing a file",
        example: [{ where: 'description', v1: 'Reads text', v2: 'Reads text and layout' }],
      }),
    placement: z
      .object({ v1: z.enum(places), v2: z.enum(places) })
      .nullable()
      .openapi({ description: "Where each version's instances run. Null for extractors" }),
    placement_reason: z
      .object({ v1: z.string().nullable(), v2: z.string().nullable() })
      .nullable()
      .openapi({ description: 'Why each version needs a container. Null for extractors' }),
    capabilities: z.array(capabilityChangeModel).nullable().openapi({
      description:
        'Capabilities that only one of the versions has. Null unless both were analyzed; only Go plugins are analyzed',
    }),
    packages: z
      .array(z.object({ name: z.string(), v1: z.string().nullable(), v2: z.string().nullable() }))
      .nullable()
      .openapi({ description: 'Locked packages that differ. Null unless both versions are locked' }),
  })
  .openapi('PluginDiff');

export function diffWire({
  before,
  after,
  files,
  findings,
  dependencies,
  permissions,
  descriptions,
  placement,
  capabilities,
  packages,
}: VersionDiff): z.infer<typeof diffModel> {
  const total = (count: (file: FileChange) => number | null) =>
    files.reduce((sum, file) => sum + (count(file) ?? 0), 0);
  return {
    success: true,
    name: after.name,
    v1: labelBeside(before, after),
    v2: labelBeside(after, before),
    identical: files.length === 0,
    files: files.map(fileWire),
    summary: {
      files_changed: files.length,
      additions: total(({ additions }) => additions),
      deletions: total(({ deletions }) => deletions),
    },
    diff: files.map(({ diff }) => diff).join(''),
    findings: {
      introduced: findings.introduced.map(findingWire),
      fixed: findings.fixed.map(findingWire),
      unchanged: findings.unchanged.map(findingWire),
    },
    dependencies: dependencies.map(({ name, from, to }) => ({ name, v1: from, v2: to })),
    permissions,
    descriptions: descriptions.map(({ where, from, to }) => ({ where, v1: from, v2: to })),
    placement: placement && { v1: placement.before.place, v2: placement.after.place },
    placement_reason: placement && { v1: placement.before.reason, v2: placement.after.reason },
    capabilities: capabilities?.map(({ capability, change }) => ({ change, ...capabilityWire(capability) })) ?? null,
    packages: packages?.map(({ name, from, to }) => ({ name, v1: from, v2: to })) ?? null,
  };
}

/** Returns the commit for a Go plugin's version if both versions have the same ref. */
function labelBeside(version: PluginVersion, other: PluginVersion): string {
  const label = versionLabel(version);
  return version.kind !== 'extractor' && label === other.source?.ref ? (version.source?.commit ?? label) : label;
}

function fileWire({ path, status, additions, deletions, diff, hidden, before, after }: FileChange) {
  return {
    path,
    status,
    additions,
    deletions,
    diff,
    hidden,
    size_bytes: { v1: before?.size ?? null, v2: after?.size ?? null },
    sha256: { v1: before?.sha256 ?? null, v2: after?.sha256 ?? null },
  };
}

const sourceFileModel = z.object({
  path: z.string(),
  size_bytes: z.int(),
  sha256: z.string().nullable().openapi({ description: 'Null for some large files of large archives' }),
  encoding: z.enum(['utf-8', 'base64']).nullable(),
  content: z.string().nullable().openapi({ description: 'Null if the file is too large to return' }),
  truncated: z.boolean(),
});

export const sourceModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    code_hash: z.string(),
    total: z.int(),
    truncated: z.boolean().openapi({ description: 'Whether some files are listed without content' }),
    files: z.array(sourceFileModel),
  })
  .openapi('PluginSource');

export function sourceFileWire({ entry, content }: SourceFile): z.infer<typeof sourceFileModel> {
  return {
    path: entry.path,
    size_bytes: entry.size,
    sha256: entry.sha256,
    encoding: content?.encoding ?? null,
    content: content?.text ?? null,
    truncated: content === null,
  };
}

/** The fields that identify a version in every response about it. */
export function versionWire(version: PluginVersion) {
  return { plugin_id: versionSlug(version), name: version.name, version: formatVersion(version) };
}

export const namedAnswerModel = answerModel
  .extend({ plugin_id: z.string(), name: z.string(), version: z.string() })
  .openapi('NamedRealtimeAnswer');

export function namedAnswerWire(invocation: Invocation): z.infer<typeof namedAnswerModel> {
  const { version } = invocation.route;
  const pluginId = versionSlug(version);
  return {
    ...answerWire(pluginId, invocation),
    plugin_id: pluginId,
    name: version.name,
    version: formatVersion(version),
  };
}
