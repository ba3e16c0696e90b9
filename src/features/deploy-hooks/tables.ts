// Tables of deploy hooks and their pushes. The database enforces uniqueness, enumerations and nullability as declared here. Migrations
// are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { hookActions, hookProviders, pushStates } from '../../contract/features/deploy-hooks/states.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import { endpointStates, pluginKinds } from '../../contract/states.ts';
import type {
  DeployHookId,
  DeploymentId,
  OrganizationId,
  PluginRowId,
  PushId,
  UploadId,
  VersionId,
} from '../../core/ids.ts';
import { json, lease, oneOf, time, timestamps } from '../../db/columns.ts';
import type { OwnerId } from '../../db/schema/registry.ts';

const patterns = z.array(z.string());

export const deployHooks = sqliteTable(
  'deploy_hooks',
  {
    id: text('id').$type<DeployHookId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The plugin's owner. */
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    kind: text('kind', { enum: pluginKinds }).notNull(),
    pluginName: text('plugin_name').notNull(),
    description: text('description'),
    provider: text('provider', { enum: hookProviders }).notNull(),
    action: text('action', { enum: hookActions }).notNull(),
    repository: text('repository').notNull(),
    /** The plugin's folder. Null for the repository's root. */
    path: text('path'),
    /** Patterns of branches and tags whose pushes are processed. */
    branches: json('branches', patterns).notNull(),
    tags: json('tags', patterns).notNull(),
    /** How the name gets to a pushed version. Null to use the plugin's or the namespace's setting. */
    release: json('release', releaseChoiceSchema),
    status: text('status', { enum: endpointStates }).notNull(),
    /** Encrypted, like the previous secret, which is also accepted until `previousUntil`, and the token. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousUntil: time('previous_until'),
    /** Token for reporting push states to the provider's API at this URL. */
    statusToken: text('status_token'),
    statusUrl: text('status_url'),
    /** Lease of the worker processing a push. */
    ...lease,
    /** The rate limit's current minute, and the requests received in it. */
    windowStart: time('window_start').notNull(),
    windowCount: integer('window_count').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    /** IDs of the people who changed it or rotated its secret. Null before the first change. */
    changedBy: json('changed_by', z.array(z.string())),
    ...timestamps,
    /** When it was deleted. The sweep deletes its pushes, then the row. */
    deletedAt: time('deleted_at'),
  },
  (t) => [
    index('deploy_hooks_organization').on(t.organizationId, t.id),
    index('deploy_hooks_deleted').on(t.id).where(sql`deleted_at is not null`),
    check('deploy_hooks_kind', oneOf(t.kind, pluginKinds)),
    check('deploy_hooks_provider', oneOf(t.provider, hookProviders)),
    check('deploy_hooks_action', oneOf(t.action, hookActions)),
    check('deploy_hooks_status', oneOf(t.status, endpointStates)),
  ],
);

/** One request that a hook accepted. */
export const pushes = sqliteTable(
  'pushes',
  {
    id: text('id').$type<PushId>().primaryKey(),
    hookId: text('hook_id').$type<DeployHookId>().notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The provider's delivery ID, which identifies repeated deliveries. */
    deliveryKey: text('delivery_key').notNull(),
    /** The provider's event name. */
    event: text('event').notNull(),
    /** Full name of the branch or tag. Null if the request named none. */
    ref: text('ref'),
    status: text('status', { enum: pushStates }).notNull(),
    /** Why it was ignored or failed. */
    reason: text('reason'),
    message: text('message'),
    /** The commit that the ref resolved to. */
    commitHash: text('commit_hash'),
    uploadId: text('upload_id').$type<UploadId>(),
    versionId: text('version_id').$type<VersionId>(),
    deploymentId: text('deployment_id').$type<DeploymentId>(),
    supersededBy: text('superseded_by').$type<PushId>(),
    /** Number of fetches that failed for a temporary reason, and when the next one is due. */
    attempts: integer('attempts').notNull(),
    nextAt: time('next_at').notNull(),
    /** Number of workers that died while they had the push. */
    lost: integer('lost').notNull().default(0),
    /** When to report its state to the provider, how often that failed, and the state last reported. */
    reportAt: time('report_at'),
    reportAttempts: integer('report_attempts').notNull(),
    reported: text('reported'),
    ...timestamps,
    endedAt: time('ended_at'),
  },
  (t) => [
    uniqueIndex('pushes_delivery').on(t.hookId, t.deliveryKey),
    index('pushes_listed').on(t.hookId, t.id),
    index('pushes_open').on(t.hookId, t.id).where(sql`ended_at is null`),
    index('pushes_deploying').on(t.deploymentId).where(sql`status = 'deploying'`),
    index('pushes_unfinished').on(t.updatedAt).where(sql`ended_at is null`),
    index('pushes_ended').on(t.endedAt).where(sql`ended_at is not null`),
    index('pushes_to_report').on(t.organizationId, t.reportAt).where(sql`report_at is not null`),
    check('pushes_status', oneOf(t.status, pushStates)),
  ],
);
