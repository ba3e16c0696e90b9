// Tables of published plugins: plugins, versions, uploads and scans. The database enforces uniqueness, enumerations and nullability as
// declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { analysisSchema } from '../../contract/builder/analyses.ts';
import { lockSchema } from '../../contract/builder/environments.ts';
import { buildOutputSchema, definitionSchema, installErrorSchema } from '../../contract/builder/go-plugins.ts';
import { gitSourceSchema } from '../../contract/builder/sources.ts';
import { findingSchema } from '../../contract/findings/finding.ts';
import { stages } from '../../contract/identity.ts';
import { manifestSchema } from '../../contract/plugin/manifest.ts';
import { versionPlacementSchema } from '../../contract/plugin/version-placement.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import { pluginKinds, policyLevels, scanStates, uploadStates, verdicts } from '../../contract/states.ts';
import { quarantineSchema, withdrawalSchema } from '../../contract/withdrawals.ts';
import type { NamespaceId, OrganizationId, PluginRowId, ScanId, UploadId, VersionId } from '../../core/ids.ts';
import { flag, json, jsonText, lease, oneOf, reference, time, timestamps } from '../columns.ts';
import { organizations } from './access.ts';

const decisionSchema = z.object({ by: actorRefSchema, at: z.int(), note: z.string().nullable() });

/** A plugin's owner: a namespace or an organization. Names are unique per owner (D11). */
export type OwnerId = NamespaceId | OrganizationId;

export const plugins = sqliteTable(
  'plugins',
  {
    id: text('id').$type<PluginRowId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    name: text('name').notNull(),
    /** The catalog's active version. It doesn't decide which version is live (D3). */
    activeVersionId: text('active_version_id').$type<VersionId>(),
    /** True if new versions wait for approval, whatever the namespace says. */
    requiresApproval: flag('requires_approval').notNull().default(false),
    ...timestamps,
  },
  (t) => [
    uniqueIndex('plugins_name').on(t.ownerId, t.kind, t.name),
    index('plugins_of_organization').on(t.organizationId),
    check('plugins_kind', oneOf(t.kind, pluginKinds)),
  ],
);

export const pluginVersions = sqliteTable(
  'plugin_versions',
  {
    id: text('id').$type<VersionId>().primaryKey(),
    pluginId: reference('plugin_id', () => plugins.id),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    name: text('name').notNull(),
    major: integer('major').notNull(),
    minor: integer('minor').notNull(),
    patch: integer('patch').notNull(),
    description: text('description'),
    message: text('message'),
    /** Digest of the stored zip, which locates its archive and index. */
    sha256: text('sha256').notNull(),
    /** Digest of the upload, which differs from `sha256` for a tar.gz (D24). */
    uploadSha256: text('upload_sha256').notNull(),
    /** Digest of the files, which identifies the content however it is packed. Null for versions from before the column. */
    filesSha256: text('files_sha256'),
    sizeBytes: integer('size_bytes').notNull(),
    manifest: json('manifest', manifestSchema),
    /** For versions from Git: repository, commit and path. */
    source: json('origin', gitSourceSchema),
    /** For Go plugins: the content of plugin.yaml, and the executable. */
    definition: json('definition', definitionSchema),
    built: json('built', buildOutputSchema),
    /** For Go plugins: where instances run. */
    placement: json('placement', versionPlacementSchema),
    /** For Go plugins: capabilities that the program reaches. */
    capabilities: json('capabilities', analysisSchema),
    hasRealtime: flag('has_realtime').notNull(),
    featureUri: text('feature_uri').notNull(),
    scanId: reference('scan_id', () => scans.id),
    /** The policy's verdict, including waivers, when the version was accepted or last reevaluated. */
    verdict: text('verdict', { enum: verdicts }).notNull(),
    /** Policy version of the verdict. The version is reevaluated if this is lower than the current one, or 0. */
    evaluatedPolicy: integer('judged_policy').notNull(),
    /** End of the reevaluating worker's lease, or of the pause after a failure. */
    evaluationLeaseUntil: time('judging_until'),
    evaluationAttempts: integer('judging_attempts').notNull().default(0),
    createdBy: json('created_by', actorRefSchema).notNull(),
    /**
     * Sequence number of its last activation within the plugin. The active version has the highest number, the previous one the next
     * highest.
     */
    activation: integer('activation'),
    /** Null if the version needs no approval. Only an approved one is active or deployed. */
    stage: text('stage', { enum: stages }),
    /** When a staged version is deleted. */
    stagedUntil: time('staged_until'),
    /** The approval or rejection: by whom, when and why. */
    decision: json('decision', decisionSchema),
    /** True if approval deploys it. */
    deployApproved: flag('deploy_approved').notNull().default(false),
    /** Trial calls while staged, and until when the last one's instance may run. */
    trials: integer('trials').notNull().default(0),
    triedUntil: time('tried_until'),
    /** Set while only the version's exact number resolves to it. */
    yanked: json('yanked', withdrawalSchema),
    deprecated: json('deprecated', withdrawalSchema),
    /** Set while the version can be neither deployed nor downloaded. */
    quarantined: json('quarantined', quarantineSchema),
    /** When its packages were last compared with the advisories. Null: they are due, because the version or its lock is new. */
    packagesIndexedAt: time('packages_indexed_at'),
    /** When its evidence was signed. Null: some is due, because the version, its lock or its approval is new. */
    evidenceAt: time('evidence_at'),
    ...timestamps,
    deletedAt: time('deleted_at'),
    /** When releasing a deleted version's archive began. Since then, an upload of the same bytes must store it again. */
    releaseBeganAt: time('release_began_at'),
    /** When a deleted version's archive was released, or found to be in use by another version. */
    archiveReleasedAt: time('archive_released_at'),
  },
  (t) => [
    uniqueIndex('plugin_versions_number')
      .on(t.ownerId, t.kind, t.name, t.major, t.minor, t.patch)
      .where(sql`deleted_at is null`),
    index('plugin_versions_artifact').on(sql`(built ->> '$.artifact.sha256')`),
    index('plugin_versions_wasm').on(sql`(built ->> '$.wasm.artifact.sha256')`),
    index('plugin_versions_plugin').on(t.pluginId, t.id),
    index('plugin_versions_activation').on(t.pluginId, t.activation).where(sql`activation is not null`),
    index('plugin_versions_of_organization').on(t.organizationId, t.name, t.id).where(sql`deleted_at is null`),
    index('plugin_versions_to_release')
      .on(t.deletedAt)
      .where(sql`deleted_at is not null and archive_released_at is null`),
    index('plugin_versions_installed').on(t.id).where(sql`kind in ('pipeline', 'storage')`),
    index('plugin_versions_digest').on(t.sha256),
    index('plugin_versions_files').on(t.filesSha256),
    index('plugin_versions_scan').on(t.scanId),
    index('plugin_versions_to_judge').on(t.evaluatedPolicy, t.organizationId).where(sql`deleted_at is null`),
    index('plugin_versions_unclaimed')
      .on(t.organizationId, t.evaluatedPolicy)
      .where(sql`deleted_at is null and judging_until is null`),
    index('plugin_versions_claimed')
      .on(t.organizationId, t.evaluationLeaseUntil)
      .where(sql`deleted_at is null and judging_until is not null`),
    index('plugin_versions_staged').on(t.organizationId, t.id).where(sql`stage = 'staged' and deleted_at is null`),
    index('plugin_versions_stage_ends').on(t.stagedUntil).where(sql`stage = 'staged' and deleted_at is null`),
    index('plugin_versions_stored').on(t.organizationId, t.sha256, t.sizeBytes).where(sql`deleted_at is null`),
    index('plugin_versions_quarantined').on(t.sha256, t.id).where(sql`quarantined is not null`),
    index('plugin_versions_to_index').on(t.id).where(sql`packages_indexed_at is null and deleted_at is null`),
    index('plugin_versions_without_evidence').on(t.id).where(sql`evidence_at is null and deleted_at is null`),
    check('plugin_versions_kind', oneOf(t.kind, pluginKinds)),
    check('plugin_versions_stage', oneOf(t.stage, stages)),
  ],
);

/** Versions of the organization's plugins that a namespace can use like its own (D18, D19). */
export const enabledPlugins = sqliteTable(
  'enabled_plugins',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    versionId: reference('version_id', () => pluginVersions.id),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** Parameters of its deployments in the namespace. */
    parameters: jsonText('parameters').notNull(),
    /** The version's name and number, by which a namespace lists enabled versions. */
    name: text('name').notNull(),
    major: integer('major').notNull(),
    minor: integer('minor').notNull(),
    patch: integer('patch').notNull(),
    /** Like a version's `activation`, but in this namespace, so a rollback here doesn't affect the name elsewhere. */
    activation: integer('activation'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.versionId] }),
    index('enabled_plugins_plugin').on(t.namespaceId, t.pluginId),
    index('enabled_plugins_listed').on(t.namespaceId, t.name, t.major, t.minor, t.patch),
    index('enabled_plugins_version').on(t.versionId),
  ],
);

export const uploads = sqliteTable(
  'uploads',
  {
    id: text('id').$type<UploadId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    name: text('name').notNull(),
    major: integer('major').notNull(),
    minor: integer('minor').notNull(),
    patch: integer('patch').notNull(),
    /** True if no version was sent, so the server's number overrides the manifest's (D13). */
    versionChosenByServer: flag('version_chosen_by_server').notNull(),
    description: text('description'),
    message: text('message'),
    /** Reserved against the storage quota until the upload ends (D28). */
    announcedBytes: integer('announced_bytes'),
    /** Actual upload size, if the sweep found more than was announced. Reserved instead of the announced size. */
    foundBytes: integer('found_bytes'),
    /** ETag and size sent with the confirm request, checked when the object is read. */
    expectedEtag: text('expected_etag'),
    expectedBytes: integer('expected_bytes'),
    status: text('status', { enum: uploadStates }).notNull(),
    ...lease,
    /** Number of claims. An upload that crashes its worker every time is eventually rejected. */
    attempts: integer('attempts').notNull().default(0),
    expiresAt: time('expires_at').notNull(),
    /** Set when the upload is accepted. */
    versionId: text('version_id').$type<VersionId>(),
    /** Null before the verdict, and if over 100 KB; then R2 has them as findings/<id>.json. */
    findings: json('findings', z.array(findingSchema)),
    /** For uploads that Slipway fetches from Git: the source, and the error if it failed. */
    source: json('origin', gitSourceSchema),
    refusal: json('refusal', installErrorSchema),
    /** When work on the upload started: at its confirmation, or for Git at its request. */
    confirmedAt: time('confirmed_at'),
    /** Progress of an upload from Git. */
    fetchedAt: time('fetched_at'),
    /** Null until accepted, except for uploads from Git. */
    scannedAt: time('scanned_at'),
    builtAt: time('built_at'),
    /** True if the version is to be deployed once published. Cleared when the deployment is requested. */
    toDeploy: flag('to_deploy'),
    /** How the name gets to the deployed version. Null to use the plugin's or the namespace's setting. */
    release: json('release', releaseChoiceSchema),
    /** True if the version waits for approval even where the namespace and the plugin don't demand it. */
    toStage: flag('to_stage').notNull().default(false),
    /** True if approval of a version that waits deploys it. */
    deployApproved: flag('deploy_approved').notNull().default(false),
    /** For a relock: the new version's lock. Null to resolve one on the first deployment. */
    lock: json('lock', lockSchema),
    /** The span that confirmed it or requested it from Git. Null if it isn't recorded. */
    traceparent: text('traceparent'),
    rejectionReason: text('rejected_because', { enum: ['content', 'conflict', 'attempts'] }),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
  },
  (t) => [
    index('uploads_name').on(t.ownerId, t.kind, t.name),
    index('uploads_pending').on(t.ownerId, t.kind, t.name).where(sql`status in ('open', 'confirming')`),
    index('uploads_unannounced').on(t.ownerId, t.expiresAt).where(sql`status = 'open' and announced_bytes is null`),
    index('uploads_expiring').on(t.expiresAt).where(sql`status = 'open'`),
    index('uploads_version').on(t.versionId).where(sql`version_id is not null`),
    index('uploads_unfinished').on(t.status, t.updatedAt),
    index('uploads_to_deploy').on(t.updatedAt).where(sql`to_deploy and status = 'accepted'`),
    index('uploads_under_way').on(t.organizationId, t.ownerId, t.name).where(sql`status in ('open', 'confirming')`),
    index('uploads_in_progress').on(t.organizationId, t.leaseUntil).where(sql`status = 'confirming'`),
    check('uploads_status', oneOf(t.status, uploadStates)),
  ],
);

/** SQL condition for unfinished uploads. The values are literals, as the index `uploads_under_way` requires. */
export const isUnderWay = sql`${uploads.status} in ('open', 'confirming')`;

export const scans = sqliteTable(
  'scans',
  {
    id: text('id').$type<ScanId>().primaryKey(),
    sha256: text('sha256').notNull(),
    policyVersion: text('policy_version').notNull(),
    level: text('level', { enum: policyLevels }).notNull(),
    status: text('status', { enum: scanStates }).notNull(),
    verdict: text('verdict', { enum: verdicts }).notNull(),
    /** Null if over 100 KB; then R2 has them as findings/<id>.json. */
    findings: json('findings', z.array(findingSchema)),
    /** Rules of its errors, so SQL can check whether all are waived without reading the findings. */
    errorRules: json('error_rules', z.array(z.string())).notNull(),
    filesScanned: integer('files_scanned').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('scans_key').on(t.sha256, t.policyVersion, t.level),
    check('scans_status', oneOf(t.status, scanStates)),
    check('scans_verdict', oneOf(t.verdict, verdicts)),
  ],
);

/** Released archives that no version uses: an upload of the same bytes must store them again. Rows stay for a few days. */
export const releasedArchives = sqliteTable('released_archives', {
  sha256: text('sha256').primaryKey(),
  releasedAt: time('released_at').notNull(),
});

/** Position of each sweep that walks a store folder, or rows by ID. Null means at the start. */
export const storeSweeps = sqliteTable('store_sweeps', {
  prefix: text('prefix').primaryKey(),
  lastKey: text('last_key'),
});
