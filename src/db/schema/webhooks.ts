// Who is told of events, and how it went: endpoints, deliveries, attempts. Rules that the database itself keeps
// are here: uniqueness, closed sets, what may be null. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema, type EventType, eventFilterSchema } from '../../contract/events.ts';
import { idOf } from '../../contract/ids.ts';
import { deliveryStates, disableReasons, endpointStates } from '../../contract/states.ts';
import type { DeliveryId, EndpointId, EventId, OrganizationId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

export const endpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text('id').$type<EndpointId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    url: text('url').notNull(),
    description: text('description'),
    /** Null: all. */
    eventFilters: json('event_filters', z.array(eventFilterSchema)),
    /** Null: all, and what happens outside of namespaces. */
    namespaceIds: json('namespace_ids', z.array(idOf('namespace'))),
    status: text('status', { enum: endpointStates }).notNull(),
    disableReason: text('disabled_because', { enum: disableReasons }),
    /** Encrypted, as is the one before, which signs too until its time is over. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousUntil: time('previous_until'),
    /** The last event (its seq) that deliveries were made of. */
    eventCursor: integer('event_cursor').notNull(),
    /** One worker at a time sends to it. */
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    /** The receiver asked to be left alone until then. */
    holdUntil: time('hold_until'),
    /** Since when it has answered nothing but failures, with no day without one; null after a success. */
    failingSince: time('failing_since'),
    lastFailureAt: time('last_failure_at'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    /** Its deliveries go by the sweep, and the row after them. */
    deletedAt: time('deleted_at'),
  },
  (t) => [
    index('webhook_endpoints_organization').on(t.organizationId, t.id),
    index('webhook_endpoints_enabled').on(t.id).where(sql`status = 'enabled' and deleted_at is null`),
    check('webhook_endpoints_status', oneOf(t.status, endpointStates)),
    check('webhook_endpoints_disabled', sql`(status = 'disabled') = (disabled_because is not null)`),
  ],
);

/** One event for one endpoint. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: text('id').$type<DeliveryId>().primaryKey(),
    endpointId: text('endpoint_id').$type<EndpointId>().notNull(),
    eventId: text('event_id').$type<EventId>().notNull(),
    eventType: text('event_type').$type<EventType>().notNull(),
    status: text('status', { enum: deliveryStates }).notNull(),
    /** Of the rows in attempts. */
    attempts: integer('attempts').notNull(),
    /** How many attempts there were when its present schedule began: more than none when it was asked for again. */
    scheduleFrom: integer('schedule_from').notNull(),
    /** While it is pending. */
    nextAt: time('next_at'),
    /** When the event happened. */
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('deliveries_event').on(t.endpointId, t.eventId),
    index('deliveries_listed').on(t.endpointId, t.id),
    index('deliveries_status').on(t.endpointId, t.status, t.createdAt),
    index('deliveries_due').on(t.endpointId, t.nextAt).where(sql`status = 'pending'`),
    index('deliveries_finished').on(t.updatedAt).where(sql`status <> 'pending'`),
    check('deliveries_status', oneOf(t.status, deliveryStates)),
    check('deliveries_next', sql`(status = 'pending') = (next_at is not null)`),
  ],
);

export const attempts = sqliteTable(
  'attempts',
  {
    deliveryId: text('delivery_id').$type<DeliveryId>().notNull(),
    /** From 1. */
    number: integer('number').notNull(),
    startedAt: time('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** Null: no answer came. */
    statusCode: integer('status_code'),
    /** Why it counts as failed; null: it succeeded. */
    error: text('error'),
    /** The beginning of the answer's body. */
    responseExcerpt: text('response_excerpt'),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.number] })],
);
