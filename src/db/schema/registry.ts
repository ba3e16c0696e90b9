// What was published: plugins, versions, uploads, scans. Rules that the database itself keeps
// are here: uniqueness, closed sets, what may be null. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/events.ts';
import { findingSchema } from '../../contract/finding.ts';
import { buildOutputSchema, definitionSchema, gitSourceSchema, installErrorSchema } from '../../contract/go-plugins.ts';
import { jsonObject } from '../../contract/json.ts';
import { manifestSchema } from '../../contract/manifest.ts';
import { pluginKinds, policyLevels, scanStates, uploadStates, verdicts } from '../../contract/states.ts';
import type { NamespaceId, OrganizationId, PluginRowId, ScanId, UploadId, VersionId } from '../../core/ids.ts';
import { flag, json, oneOf, time } from '../columns.ts';
import { organizations } from './access.ts';

/** Whose a plugin is: a namespace's, or a whole organization's. Names are unique within it (D11). */
export type OwnerId = NamespaceId | OrganizationId;

export const plugins = sqliteTable(
  'plugins',
  {
    id: text('id').$type<PluginRowId>().primaryKey(),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    name: text('name').notNull(),
    /** A fact of the catalogue, never a route (D3). */
    activeVersionId: text('active_version_id').$type<VersionId>(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [uniqueIndex('plugins_name').on(t.ownerId, t.kind, t.name), check('plugins_kind', oneOf(t.kind, pluginKinds))],
);

export const pluginVersions = sqliteTable(
  'plugin_versions',
  {
    id: text('id').$type<VersionId>().primaryKey(),
    pluginId: text('plugin_id')
      .$type<PluginRowId>()
      .notNull()
      .references(() => plugins.id),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    name: text('name').notNull(),
    major: integer('major').notNull(),
    minor: integer('minor').notNull(),
    patch: integer('patch').notNull(),
    description: text('description'),
    message: text('message'),
    /** Of the stored zip; its archive and index are found by it. */
    sha256: text('sha256').notNull(),
    /** Of what was uploaded; another one when that was a tar.gz (D24). */
    uploadSha256: text('upload_sha256').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    manifest: json('manifest', manifestSchema),
    /** Of a Go plugin: the repository and commit, what plugin.yaml says, the executable. */
    source: json('origin', gitSourceSchema),
    definition: json('definition', definitionSchema),
    built: json('built', buildOutputSchema),
    hasRealtime: flag('has_realtime').notNull(),
    featureUri: text('feature_uri').notNull(),
    scanId: text('scan_id')
      .$type<ScanId>()
      .notNull()
      .references(() => scans.id),
    /** What the policy says of it, waivers counted: since it was accepted, or since it was judged again. Null: as its scan says. */
    verdict: text('verdict', { enum: verdicts }),
    /** The version of the policy that the verdict is of. Lower than the present one, or 0: it is to be judged again. */
    evaluatedPolicy: integer('judged_policy').notNull().default(0),
    /** Whoever judges it again holds it until then; after a failure, it is left alone until then. */
    evaluationLeaseUntil: time('judging_until'),
    evaluationAttempts: integer('judging_attempts').notNull().default(0),
    createdBy: json('created_by', actorRefSchema).notNull(),
    /** Its place among the activations of its plugin: the active version has the highest, the one active before it the next. */
    activation: integer('activation'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    deletedAt: time('deleted_at'),
    /** When the archive of a deleted version began to be given up: who relies on it must store it again. */
    releaseBeganAt: time('release_began_at'),
    /** When the archive of a deleted version was given up, or was seen to belong to another version too. */
    archiveReleasedAt: time('archive_released_at'),
  },
  (t) => [
    uniqueIndex('plugin_versions_number')
      .on(t.ownerId, t.kind, t.name, t.major, t.minor, t.patch)
      .where(sql`deleted_at is null`),
    index('plugin_versions_artifact').on(sql`(built ->> '$.artifact.sha256')`),
    index('plugin_versions_plugin').on(t.pluginId),
    index('plugin_versions_digest').on(t.sha256),
    index('plugin_versions_to_judge').on(t.evaluatedPolicy, t.organizationId).where(sql`deleted_at is null`),
    index('plugin_versions_stored').on(t.organizationId, t.sha256, t.sizeBytes).where(sql`deleted_at is null`),
    check('plugin_versions_kind', oneOf(t.kind, pluginKinds)),
  ],
);

/** Versions of the organization's plugins that a namespace may use as it uses its own (D18, D19). */
export const enabledPlugins = sqliteTable(
  'enabled_plugins',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    versionId: text('version_id')
      .$type<VersionId>()
      .notNull()
      .references(() => pluginVersions.id),
    pluginId: text('plugin_id')
      .$type<PluginRowId>()
      .notNull()
      .references(() => plugins.id),
    /** What deployments of it in the namespace are given. */
    parameters: json('parameters', jsonObject).notNull(),
    /** As a version's own: its place among the activations of the plugin, but in this namespace. */
    activation: integer('activation'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.versionId] }),
    index('enabled_plugins_plugin').on(t.namespaceId, t.pluginId),
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
    /** No version was sent: the server's number beats the manifest's (D13). */
    versionChosenByServer: flag('version_chosen_by_server').notNull(),
    description: text('description'),
    message: text('message'),
    announcedBytes: integer('announced_bytes'),
    /** What the confirming client said of the object; checked when it is read. */
    expectedEtag: text('expected_etag'),
    expectedBytes: integer('expected_bytes'),
    status: text('status', { enum: uploadStates }).notNull(),
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    /** Claims so far; an upload that kills its worker every time is given up. */
    attempts: integer('attempts').notNull().default(0),
    expiresAt: time('expires_at').notNull(),
    /** Set when it is accepted. */
    versionId: text('version_id').$type<VersionId>(),
    /** What archive/, scan/ and manifest/ found. Null before the verdict, and when it is over 100 KB: then R2 has it as findings/<id>.json. */
    findings: json('findings', z.array(findingSchema)),
    /** Of an install: which source is fetched, and why nothing came of it. */
    source: json('origin', gitSourceSchema),
    refusal: json('refusal', installErrorSchema),
    rejectionReason: text('rejected_because', { enum: ['content', 'conflict', 'attempts'] }),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    index('uploads_name').on(t.ownerId, t.kind, t.name),
    index('uploads_unfinished').on(t.status, t.updatedAt),
    check('uploads_status', oneOf(t.status, uploadStates)),
  ],
);

export const scans = sqliteTable(
  'scans',
  {
    id: text('id').$type<ScanId>().primaryKey(),
    sha256: text('sha256').notNull(),
    policyVersion: text('policy_version').notNull(),
    level: text('level', { enum: policyLevels }).notNull(),
    status: text('status', { enum: scanStates }).notNull(),
    verdict: text('verdict', { enum: verdicts }).notNull(),
    /** Null: over 100 KB, kept in R2 as findings/<id>.json. */
    findings: json('findings', z.array(findingSchema)),
    /** The rules that its errors are of, so that whether all of them are waived can be asked without the findings. */
    errorRules: json('error_rules', z.array(z.string())).notNull().default(sql`'[]'`),
    filesScanned: integer('files_scanned').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('scans_key').on(t.sha256, t.policyVersion, t.level),
    check('scans_status', oneOf(t.status, scanStates)),
    check('scans_verdict', oneOf(t.verdict, verdicts)),
  ],
);

/** Archives that belong to no version and were given up: who relies on one must store it again. A row is told of for some days. */
export const releasedArchives = sqliteTable('released_archives', {
  sha256: text('sha256').primaryKey(),
  releasedAt: time('released_at').notNull(),
});

/** Where the sweep for stray objects has come to in each folder of the store; null: at its beginning. */
export const storeSweeps = sqliteTable('store_sweeps', {
  prefix: text('prefix').primaryKey(),
  lastKey: text('last_key'),
});
