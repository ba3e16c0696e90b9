// The tables. Rules that the database itself keeps are here: uniqueness, closed sets, what may be null. Migrations are generated from this file.
import { type SQL, sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  check,
  customType,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { logLineSchema } from '../contract/builder.ts';
import { actorRefSchema, eventTypes } from '../contract/events.ts';
import { findingSchema } from '../contract/finding.ts';
import { idOf } from '../contract/ids.ts';
import { jsonObject, jsonValue } from '../contract/json.ts';
import { manifestSchema } from '../contract/manifest.ts';
import { messageSchema } from '../contract/messages.ts';
import { scopeSchema } from '../contract/scopes.ts';
import {
  deploymentStates,
  deploymentSteps,
  deploymentTypes,
  pluginKinds,
  policyLevels,
  queueNames,
  scanStates,
  uploadStates,
  verdicts,
} from '../contract/states.ts';
import type {
  ApiKeyId,
  DeploymentId,
  EventId,
  NamespaceId,
  OrganizationId,
  PluginRowId,
  ScanId,
  UploadId,
  VersionId,
} from '../core/ids.ts';

/** JSON kept as text, and parsed by its schema whenever it is read. */
function json<Output>(name: string, schema: z.ZodType<Output>) {
  return customType<{ data: Output; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => schema.parse(JSON.parse(value)),
  })(name);
}

const time = (name: string) => integer(name, { mode: 'number' });
const flag = (name: string) => integer(name, { mode: 'boolean' });

const oneOf = (column: AnySQLiteColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;

export const organizations = sqliteTable('organizations', {
  id: text('id').$type<OrganizationId>().primaryKey(),
  name: text('name').notNull(),
  createdAt: time('created_at').notNull(),
});

export const quotas = sqliteTable(
  'quotas',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    resource: text('resource', { enum: ['plugins_per_namespace'] }).notNull(),
    maxAllowed: integer('max_allowed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.resource] })],
);

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').$type<ApiKeyId>().primaryKey(),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    /** SHA-256 of the key. The key itself is shown once and kept nowhere. */
    hash: text('hash').notNull().unique(),
    scopes: json('scopes', z.array(scopeSchema)).notNull(),
    /** Null: every namespace of the organization. */
    namespaceIds: json('namespace_ids', z.array(idOf('namespace'))),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [index('api_keys_organization').on(t.organizationId)],
);

export const namespaces = sqliteTable(
  'namespaces',
  {
    id: text('id').$type<NamespaceId>().primaryKey(),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    name: text('name').notNull(),
    type: text('type', { enum: ['standard', 'marketplace'] }).notNull(),
    description: text('description'),
    featureExtractors: json('feature_extractors', z.array(jsonObject)).notNull(),
    /** What clients send and read back without Slipway needing it: payload_indexes, auto_create_indexes, infrastructure, ttl_seconds. */
    settings: json('settings', jsonObject).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    deletedAt: time('deleted_at'),
  },
  (t) => [
    uniqueIndex('namespaces_name').on(t.organizationId, t.name).where(sql`deleted_at is null`),
    check('namespaces_type', oneOf(t.type, ['standard', 'marketplace'])),
  ],
);

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
    hasRealtime: flag('has_realtime').notNull(),
    featureUri: text('feature_uri').notNull(),
    scanId: text('scan_id')
      .$type<ScanId>()
      .notNull()
      .references(() => scans.id),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    deletedAt: time('deleted_at'),
    /** When the archive of a deleted version was given up, or was seen to belong to another version too. */
    archiveReleasedAt: time('archive_released_at'),
  },
  (t) => [
    uniqueIndex('plugin_versions_number')
      .on(t.ownerId, t.kind, t.name, t.major, t.minor, t.patch)
      .where(sql`deleted_at is null`),
    index('plugin_versions_plugin').on(t.pluginId),
    index('plugin_versions_digest').on(t.sha256),
    check('plugin_versions_kind', oneOf(t.kind, pluginKinds)),
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
    rejectedBecause: text('rejected_because', { enum: ['content', 'conflict', 'attempts'] }),
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
    filesScanned: integer('files_scanned').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('scans_key').on(t.sha256, t.policyVersion, t.level),
    check('scans_status', oneOf(t.status, scanStates)),
    check('scans_verdict', oneOf(t.verdict, verdicts)),
  ],
);

export const deployments = sqliteTable(
  'deployments',
  {
    id: text('id').$type<DeploymentId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id')
      .$type<PluginRowId>()
      .notNull()
      .references(() => plugins.id),
    versionId: text('version_id')
      .$type<VersionId>()
      .notNull()
      .references(() => pluginVersions.id),
    /** Its ordinal within (namespace, version). */
    generation: integer('generation').notNull(),
    /** Its place among the wishes for (namespace, plugin): a pointer moves only to a newer ticket. */
    ticket: integer('ticket').notNull(),
    type: text('type', { enum: deploymentTypes }).notNull(),
    parameters: json('parameters', jsonObject).notNull(),
    status: text('status', { enum: deploymentStates }).notNull(),
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    attempts: integer('attempts').notNull().default(0),
    /** Not before this time again: the backoff between attempts. */
    nextAttemptAt: time('next_attempt_at'),
    error: text('error'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    promotedAt: time('promoted_at'),
    /** Set when the last pointer left it: its instance may go from then on. */
    stopAfter: time('stop_after'),
    /** When its instance was seen to be gone; null while one may still run. */
    instanceStoppedAt: time('instance_stopped_at'),
  },
  (t) => [
    uniqueIndex('deployments_generation').on(t.namespaceId, t.versionId, t.generation),
    index('deployments_plugin').on(t.namespaceId, t.pluginId, t.ticket),
    index('deployments_unfinished').on(t.status, t.updatedAt),
    index('deployments_to_stop').on(t.stopAfter).where(sql`instance_stopped_at is null and stop_after is not null`),
    check('deployments_status', oneOf(t.status, deploymentStates)),
    check('deployments_type', oneOf(t.type, deploymentTypes)),
  ],
);

export const deploymentStepRows = sqliteTable(
  'deployment_steps',
  {
    deploymentId: text('deployment_id')
      .$type<DeploymentId>()
      .notNull()
      .references(() => deployments.id),
    step: text('step', { enum: deploymentSteps }).notNull(),
    /** The deployment's attempt that ran it last. */
    attempt: integer('attempt').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    error: text('error'),
    log: json('log', z.array(logLineSchema)),
  },
  (t) => [
    primaryKey({ columns: [t.deploymentId, t.step] }),
    check('deployment_steps_step', oneOf(t.step, deploymentSteps)),
  ],
);

/**
 * Two kinds of row. Subject `ver_…`: which deployment serves that version in that namespace. Subject `plg_…`: which version
 * the plugin's name serves there; that row also hands out the tickets. Moved by deploy/promote.ts only.
 */
export const livePointers = sqliteTable(
  'live_pointers',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    subjectId: text('subject_id').$type<VersionId | PluginRowId>().notNull(),
    targetId: text('target_id').$type<DeploymentId | VersionId>(),
    ticket: integer('ticket').notNull(),
    lastTicket: integer('last_ticket').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.subjectId] }), index('live_pointers_target').on(t.targetId)],
);

export const events = sqliteTable(
  'events',
  {
    id: text('id').$type<EventId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>(),
    type: text('type', { enum: eventTypes }).notNull(),
    actor: json('actor', actorRefSchema).notNull(),
    /** The id of the thing that changed. */
    subjectId: text('subject_id').notNull(),
    data: json('data', jsonObject).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('events_organization').on(t.organizationId, t.id), index('events_subject').on(t.subjectId, t.id)],
);

export const outbox = sqliteTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    queue: text('queue', { enum: queueNames }).notNull(),
    body: json('body', messageSchema).notNull(),
    createdAt: time('created_at').notNull(),
    dueAt: time('due_at').notNull(),
    sentAt: time('sent_at'),
  },
  (t) => [
    index('outbox_unsent').on(t.dueAt).where(sql`sent_at is null`),
    check('outbox_queue', oneOf(t.queue, queueNames)),
  ],
);

export const deadLetters = sqliteTable('dead_letters', {
  id: text('id').primaryKey(),
  queue: text('queue').notNull(),
  body: json('body', jsonValue),
  reason: text('reason').notNull(),
  createdAt: time('created_at').notNull(),
});
