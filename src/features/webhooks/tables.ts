// Tables of webhooks: endpoints, their lanes and deliveries. The database enforces uniqueness, enumerations and nullability as declared
// here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { type EventType, eventFilterSchema } from '../../contract/events/events.ts';
import { deliveryStates, disableReasons } from '../../contract/features/webhooks/feature.ts';
import { idSchema } from '../../contract/ids.ts';
import { endpointStates } from '../../contract/states.ts';
import type { DeliveryId, EndpointId, EventId, OrganizationId } from '../../core/ids.ts';
import { json, lease, oneOf, time, timestamps } from '../../db/columns.ts';

// Partial indexes only serve queries that repeat their condition with the same literals.
const summaryWanted = `instr(event_filters, '"attention.') > 0 and status = 'enabled' and deleted_at is null`;

/** SQL: the endpoint receives daily summaries. Those for all events don't, since nobody asked them for one. */
export const wantsSummary = sql.raw(summaryWanted);

export const endpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text('id').$type<EndpointId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    url: text('url').notNull(),
    description: text('description'),
    /** Null means all events. */
    eventFilters: json('event_filters', z.array(eventFilterSchema)),
    /** Null means all namespaces, plus events outside namespaces. */
    namespaceIds: json('namespace_ids', z.array(idSchema('namespace'))),
    status: text('status', { enum: endpointStates }).notNull(),
    disableReason: text('disabled_because', { enum: disableReasons }),
    /** Encrypted, like the previous secret, which also signs until `previousUntil`. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousUntil: time('previous_until'),
    /** `seq` of the last event with a delivery. */
    eventCursor: integer('event_cursor').notNull(),
    /** Rises with each attempt that times out, and falls with each response (`webhooks.hanging`). */
    hangScore: integer('hang_score').notNull().default(0),
    /** Attempt time limit while the receiver hangs often. Null means `signedRequests.timeoutMs`. */
    timeoutMs: integer('timeout_ms'),
    /** The receiver asked for no deliveries until then. */
    pausedUntil: time('hold_until'),
    /** Start of the current series of failures, with at least one failure a day. Null after a success. */
    failingSince: time('failing_since'),
    lastFailureAt: time('last_failure_at'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
    /** When it was deleted. The sweep deletes its deliveries, then the row. */
    deletedAt: time('deleted_at'),
  },
  (t) => [
    index('webhook_endpoints_organization').on(t.organizationId, t.id),
    index('webhook_endpoints_deleted').on(t.deletedAt).where(sql`deleted_at is not null`),
    index('webhook_endpoints_summaries').on(t.organizationId).where(sql.raw(summaryWanted)),
    index('webhook_endpoints_enabled').on(t.id).where(sql`status = 'enabled' and deleted_at is null`),
    check('webhook_endpoints_status', oneOf(t.status, endpointStates)),
    check('webhook_endpoints_disabled', sql`(status = 'disabled') = (disabled_because is not null)`),
  ],
);

/** Parallel workers of one endpoint: each holds a lane's lease and sends that lane's deliveries. */
export const webhookLanes = sqliteTable(
  'webhook_lanes',
  {
    endpointId: text('endpoint_id').$type<EndpointId>().notNull(),
    lane: integer('lane').notNull(),
    ...lease,
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.lane] })],
);

/** The day of an organization's last summary, in days since 1970-01-01 (summaries.ts). */
export const summaries = sqliteTable('attention_summaries', {
  organizationId: text('organization_id').$type<OrganizationId>().primaryKey(),
  day: integer('day').notNull(),
});

const attemptSchema = z.object({
  /** Counts from 1. */
  number: z.int(),
  startedAt: z.int(),
  durationMs: z.int(),
  /** Null if there was no response. */
  statusCode: z.int().nullable(),
  /** Why the attempt failed. Null if it succeeded. */
  error: z.string().nullable(),
  /** Start of the response body. */
  responseExcerpt: z.string().nullable(),
});

/** One event for one endpoint. Each index costs a row write per delivery, so there are few. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: text('id').$type<DeliveryId>().primaryKey(),
    endpointId: text('endpoint_id').$type<EndpointId>().notNull(),
    eventId: text('event_id').$type<EventId>().notNull(),
    eventType: text('event_type').$type<EventType>().notNull(),
    status: text('status', { enum: deliveryStates }).notNull(),
    /** Number of attempts so far. */
    attempts: integer('attempts').notNull(),
    /** Number of attempts when its current retry schedule started: above zero after a redelivery request. */
    scheduleFrom: integer('schedule_from').notNull(),
    /** Time of the next attempt, while pending. */
    nextAt: time('next_at'),
    /** When the event happened. */
    ...timestamps,
    /** The endpoint's lane whose worker sends it. */
    lane: integer('lane').notNull().default(0),
    /** Its stored attempts, oldest first. */
    attemptsMade: json('attempts_made', z.array(attemptSchema)).notNull(),
  },
  (t) => [
    uniqueIndex('deliveries_event').on(t.endpointId, t.eventId),
    index('deliveries_failed').on(t.endpointId, t.eventId).where(sql`status = 'failed'`),
    index('deliveries_due_in_lane').on(t.endpointId, t.lane, t.nextAt).where(sql`status = 'pending'`),
    check('deliveries_status', oneOf(t.status, deliveryStates)),
    check('deliveries_next', sql`(status = 'pending') = (next_at is not null)`),
  ],
);
