// Tables of later calls, and of the secrets that sign callback requests. Large bodies and answers are in R2. The database enforces
// uniqueness, enumerations and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { idSchema } from '../../contract/ids.ts';
import { callPriorities, laterCallStates } from '../../contract/states.ts';
import type { CallId, DeploymentId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { json, lease, oneOf, time } from '../columns.ts';

/** A version or a name in a namespace, or a Go plugin. */
const calleeSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('version'), namespaceId: idSchema('namespace'), pluginId: z.string() }),
  z.object({ by: z.literal('name'), namespaceId: idSchema('namespace'), name: z.string() }),
  z.object({ by: z.literal('kind'), kind: z.enum(['pipeline', 'storage']), name: z.string() }),
]);

/** SQL: the call ended without a result. Few calls do, so they have their own index, for lists. */
export const withoutResult = sql`status in ('failed', 'cancelled', 'expired')`;

export const laterCallRows = sqliteTable(
  'later_calls',
  {
    id: text('id').$type<CallId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    callee: json('callee', calleeSchema).notNull(),
    /** ID of the accepted request, which each run gets. */
    requestId: text('request_id').notNull(),
    /** Trace of the accepted request. Null if it sent none. */
    traceparent: text('traceparent'),
    priority: text('priority', { enum: callPriorities }).notNull(),
    status: text('status', { enum: laterCallStates }).notNull(),
    /** Number of started runs. */
    runs: integer('runs').notNull(),
    /** When its next run is due. */
    dueAt: time('due_at').notNull(),
    /** When it expires if it hasn't started. */
    expiresAt: time('expires_at').notNull(),
    ...lease,
    /** The call's body and answer, if small. Null if they are in R2 or missing. */
    body: text('body'),
    answer: text('answer'),
    /** Sizes of its body and answer, wherever they are stored. */
    bodyBytes: integer('body_bytes').notNull().default(0),
    answerBytes: integer('answer_bytes').notNull().default(0),
    /** The deployment that answered. */
    deploymentId: text('deployment_id').$type<DeploymentId>(),
    /** Callback URL for its result, and the number of attempts. */
    callbackUrl: text('callback_url'),
    callbackAttempts: integer('callback_attempts').notNull().default(0),
    /**
     * When to send its result next; while a worker sends it, when that worker counts as dead. Null before the call ends, and after
     * sending is over.
     */
    callbackAt: time('callback_at'),
    /** The worker sending it. */
    callbackToken: text('callback_token'),
    /** Why the last attempt failed. */
    callbackError: text('callback_error'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    startedAt: time('started_at'),
    endedAt: time('ended_at'),
  },
  (t) => [
    index('later_calls_listed').on(t.organizationId, t.id),
    index('later_calls_queued').on(t.priority, t.organizationId, t.dueAt).where(sql`status = 'queued'`),
    index('later_calls_expiring').on(t.expiresAt).where(sql`status = 'queued'`),
    index('later_calls_running').on(t.organizationId).where(sql`status = 'running'`),
    index('later_calls_leased').on(t.leaseUntil).where(sql`status = 'running'`),
    index('later_calls_without_result').on(t.status, t.organizationId, t.id).where(withoutResult),
    index('later_calls_ended').on(t.endedAt).where(sql`ended_at is not null`),
    index('later_calls_callbacks').on(t.organizationId, t.callbackAt).where(sql`callback_at is not null`),
    index('later_calls_called_back').on(t.organizationId).where(sql`callback_token is not null`),
    check('later_calls_priority', oneOf(t.priority, callPriorities)),
    check('later_calls_status', oneOf(t.status, laterCallStates)),
  ],
);

/** Signs the results sent to a namespace's callbacks. */
export const callbackSecrets = sqliteTable('callback_secrets', {
  namespaceId: text('namespace_id').$type<NamespaceId>().primaryKey(),
  /** Encrypted, like the previous secret, which also signs until `previousUntil`. */
  secret: text('secret').notNull(),
  previousSecret: text('previous_secret'),
  previousUntil: time('previous_until'),
  updatedAt: time('updated_at').notNull(),
});
