// What happened, and what is still to be told: events, outbox, dead letters. Rules that the database itself keeps
// are here: uniqueness, closed sets, what may be null. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema, type EventType } from '../../contract/events.ts';
import { jsonObject, jsonValue } from '../../contract/json.ts';
import { messageSchema } from '../../contract/messages.ts';
import { queueNames } from '../../contract/states.ts';
import type { EventId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

export const events = sqliteTable(
  'events',
  {
    id: text('id').$type<EventId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>(),
    type: text('type').$type<EventType>().notNull(),
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
