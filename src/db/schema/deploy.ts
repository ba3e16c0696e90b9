// Tables of deployments, their steps, live pointers and promotions. The database enforces uniqueness, enumerations and nullability as
// declared here. Migrations are generated from these files.
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { buildErrorSchema } from '../../contract/builder/builds.ts';
import { scalingSchema } from '../../contract/builder/fleets.ts';
import { buildOutputSchema } from '../../contract/builder/go-plugins.ts';
import type { CgroupKind, SandboxKind } from '../../contract/builder/instances.ts';
import { logLineSchema } from '../../contract/builder/logs/line.ts';
import { placementSchema } from '../../contract/plugin/placement.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import type { SkipReason } from '../../contract/skipped-versions.ts';
import { deploymentStates, deploymentSteps, deploymentTypes } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId, VersionId } from '../../core/ids.ts';
import { flag, json, jsonText, lease, oneOf, reference, time, timestamps } from '../columns.ts';
import { pluginVersions } from './registry.ts';

export const builds = sqliteTable(
  'builds',
  {
    /** `buildKey` from contract/builder/builds.ts. */
    key: text('key').primaryKey(),
    built: json('built', buildOutputSchema),
    /** Stored only for errors that the same source causes every time. */
    error: json('error', buildErrorSchema),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('builds_artifact').on(sql`(built ->> '$.artifact.sha256')`),
    index('builds_wasm').on(sql`(built ->> '$.wasm.artifact.sha256')`),
    index('builds_failed').on(t.createdAt).where(sql`error is not null`),
  ],
);

/** Log bytes that an organization stored on a day. A row is deleted with its day's lines, when their retention is over. */
export const logBudgets = sqliteTable(
  'log_budgets',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Days since 1970-01-01, in UTC. */
    day: integer('day').notNull(),
    bytes: integer('bytes').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.day] }), index('log_budgets_day').on(t.day)],
);

// Partial indexes only serve queries that repeat their condition with the same literals: `isUnfinished`, `isCurrent` and `isCounting`.
const unfinishedStates = "('queued', 'claimed', 'building', 'starting', 'verifying', 'ready')";
const currentStates = "('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted')";
const uncountedStates = "('superseded', 'cancelled', 'stopped')";
const scaled = `scaling is not null and status in ${currentStates}`;
const packed = "placement ->> '$.shared.container' is not null and instance_stopped_at is null";
const keptAwake = "status = 'promoted' and scaling ->> '$.min' > 0";
const unfinished = `status in ${unfinishedStates}`;
const current = `status in ${currentStates}`;

export const deployments = sqliteTable(
  'deployments',
  {
    id: text('id').$type<DeploymentId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    /** Refers to a plugin through the version: with its own foreign key, each plugin deletion would have to read this table. */
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    versionId: reference('version_id', () => pluginVersions.id),
    /** Sequence number within (namespace, version). */
    generation: integer('generation').notNull(),
    /** Sequence number of the deployment request within (namespace, plugin). A pointer moves only to a newer ticket. */
    ticket: integer('ticket').notNull(),
    type: text('type', { enum: deploymentTypes }).notNull(),
    parameters: jsonText('parameters').notNull(),
    status: text('status', { enum: deploymentStates }).notNull(),
    /** Where its instance runs. */
    placement: json('placement', placementSchema).notNull(),
    /** How many instances it may have. Null for one, which sleeps when idle. */
    scaling: json('scaling', scalingSchema),
    /** Requested by a rollback: once promoted, the plugin's name serves its version, whichever version is active by then (D4). */
    takesName: flag('takes_name').notNull().default(false),
    ...lease,
    attempts: integer('attempts').notNull().default(0),
    /** Earliest time of the next attempt, after the backoff. */
    nextAttemptAt: time('next_attempt_at'),
    error: text('error'),
    /** How the plugin's name gets to its version. Null, like `immediate`, moves all calls at once. */
    release: json('release', releaseChoiceSchema),
    /** The requesting span. Null if it isn't recorded. */
    traceparent: text('traceparent'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
    promotedAt: time('promoted_at'),
    /** How its instance is confined. Null before the first start, and if the builder doesn't report it. */
    sandbox: text('sandbox').$type<SandboxKind>(),
    /** Mechanism that limits its memory, if known. */
    cgroup: text('cgroup').$type<CgroupKind>(),
    /** The namespace's `secretRevision` at the request. Null if its version asks for no secrets. */
    secretRevision: integer('secret_revision'),
    /** When its instance may be stopped. Set once no pointer refers to the deployment. */
    stopAfter: time('stop_after'),
    /** When its instance was found stopped. Null while one may still run. */
    instanceStoppedAt: time('instance_stopped_at'),
  },
  (t) => [
    uniqueIndex('deployments_generation').on(t.namespaceId, t.versionId, t.generation),
    index('deployments_plugin').on(t.namespaceId, t.pluginId, t.ticket),
    index('deployments_listed').on(t.namespaceId, t.id),
    index('deployments_version').on(t.versionId, t.id),
    index('deployments_named').on(t.namespaceId, t.pluginId, t.id),
    index('deployments_in_state').on(t.namespaceId, t.status, t.id),
    index('deployments_at_work').on(t.organizationId, t.leaseUntil).where(sql.raw(unfinished)),
    index('deployments_unfinished').on(t.updatedAt).where(sql.raw(unfinished)),
    index('deployments_current').on(t.namespaceId, t.pluginId).where(sql.raw(current)),
    index('deployments_scaled').on(t.organizationId, t.namespaceId, t.pluginId).where(sql.raw(scaled)),
    index('deployments_packed').on(t.organizationId).where(sql.raw(packed)),
    index('deployments_kept_awake').on(t.promotedAt).where(sql.raw(keptAwake)),
    index('deployments_counting')
      .on(t.namespaceId, t.versionId, t.ticket)
      .where(sql.raw(`status not in ${uncountedStates}`)),
    index('deployments_promoted').on(t.namespaceId, t.versionId, t.promotedAt).where(sql`promoted_at is not null`),
    index('deployments_new').on(t.promotedAt).where(sql`status = 'promoted' and type = 'realtime'`),
    index('deployments_ended').on(t.updatedAt).where(sql`status in ('failed', 'superseded', 'cancelled', 'stopped')`),
    index('deployments_to_stop').on(t.stopAfter).where(sql`instance_stopped_at is null and stop_after is not null`),
    check('deployments_status', oneOf(t.status, deploymentStates)),
    check('deployments_type', oneOf(t.type, deploymentTypes)),
  ],
);

type DeploymentsOrAlias = { status: SQLWrapper };
type PackedOrAlias = { instanceStoppedAt: SQLWrapper; placement: SQLWrapper };

/** SQL: the deployment has work left. */
export function isUnfinished({ status }: DeploymentsOrAlias = deployments): SQL {
  return sql`${status} in ${sql.raw(unfinishedStates)}`;
}

/** SQL: the deployment has work left, or was promoted and not stopped yet. */
export function isCurrent({ status }: DeploymentsOrAlias = deployments): SQL {
  return sql`${status} in ${sql.raw(currentStates)}`;
}

/** SQL: the deployment may have several instances, or keeps one awake, and was not stopped yet. */
export function isScaled({ scaling, status }: DeploymentsOrAlias & { scaling: SQLWrapper } = deployments): SQL {
  return sql`${scaling} is not null and ${status} in ${sql.raw(currentStates)}`;
}

/** SQL: the deployment's instances stay awake while its version is live. */
export function isKeptAwake({ scaling, status }: DeploymentsOrAlias & { scaling: SQLWrapper } = deployments): SQL {
  return sql`${status} = 'promoted' and ${scaling} ->> '$.min' > 0`;
}

/** SQL: the deployment has a place in a shared container, which it keeps until its instance was found stopped. */
export function isPacked({ instanceStoppedAt, placement }: PackedOrAlias = deployments): SQL {
  return sql`${placement} ->> '$.shared.container' is not null and ${instanceStoppedAt} is null`;
}

/** SQL: the deployment counts for its version's status, unless the pointer has moved since. */
export function isCounting({ status }: DeploymentsOrAlias = deployments): SQL {
  return sql`${status} not in ${sql.raw(uncountedStates)}`;
}

export const deploymentStepRows = sqliteTable(
  'deployment_steps',
  {
    deploymentId: reference('deployment_id', () => deployments.id),
    step: text('step', { enum: deploymentSteps }).notNull(),
    /** The deployment attempt that last ran the step. */
    attempt: integer('attempt').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    error: text('error'),
    /** The newest lines of its log (rollouts/steps/steps.ts). */
    log: json('log', z.array(logLineSchema)),
    /** Total number of log lines. */
    logLines: integer('log_lines').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.deploymentId, t.step] }),
    check('deployment_steps_step', oneOf(t.step, deploymentSteps)),
  ],
);

/**
 * Two kinds of rows. For subject `ver_…`, the deployment that serves this version in the namespace. For subject `plg_…`, the version
 * that the plugin's name serves there; this row also issues the tickets. Only pointers/promote.ts moves pointers.
 */
export const livePointers = sqliteTable(
  'live_pointers',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    subjectId: text('subject_id').$type<VersionId | PluginRowId>().notNull(),
    targetId: text('target_id').$type<DeploymentId | VersionId>(),
    ticket: integer('ticket').notNull(),
    lastTicket: integer('last_ticket').notNull(),
    /** Ticket of a plugin's promotion for which the namespace's `keep_live_versions` hasn't been applied yet. */
    limitTicket: integer('limit_ticket'),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.subjectId] }),
    index('live_pointers_target').on(t.targetId),
    index('live_pointers_subject').on(t.subjectId).where(sql`target_id is not null`),
    index('live_pointers_to_limit').on(t.updatedAt).where(sql`limit_ticket is not null`),
  ],
);

/**
 * Plugins that serve realtime calls in a namespace or are being deployed there, as the quota counts them. Maintained by triggers
 * (decision 46).
 */
export const livePlugins = sqliteTable(
  'live_plugins',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId] })],
);

export type LeftBecause = Extract<SkipReason, 'rolled_back' | 'reverted' | 'undeployed'>;

/**
 * The line of versions that a plugin's name has served in a namespace, and of reverted candidates. A rollback goes back in it (D4). A row
 * is kept until its version is deleted.
 */
export const promotions = sqliteTable(
  'promotions',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    versionId: reference('version_id', () => pluginVersions.id),
    /** The ticket that moved the name to the version: its place in the line, which going back to it doesn't change. */
    ticket: integer('ticket').notNull(),
    promotedAt: time('promoted_at').notNull(),
    /** Why a person, a crash or a release gave the version up. Null again once it has the name. */
    leftBecause: text('left_because').$type<LeftBecause>(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.pluginId, t.versionId] }),
    index('promotions_order').on(t.namespaceId, t.pluginId, t.ticket),
    index('promotions_version').on(t.versionId),
  ],
);
