// Tables of events and their seals, the outbox and dead letters. The database enforces uniqueness, enumerations and nullability as
// declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import type { EventType } from '../../contract/events/events.ts';
import { jsonObject, jsonValue } from '../../contract/json.ts';
import { queueNames } from '../../contract/states.ts';
import type { EventId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

export const events = sqliteTable(
  'events',
  {
    /** Commit order of the events. IDs sort by their writers' clocks, so their order may differ. */
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').$type<EventId>().notNull().unique(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>(),
    type: text('type').$type<EventType>().notNull(),
    actor: json('actor', actorRefSchema).notNull(),
    /** The changed resource's ID. */
    subjectId: text('subject_id').notNull(),
    data: json('data', jsonObject).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('events_organization').on(t.organizationId, t.seq),
    index('events_time').on(t.organizationId, t.createdAt),
    index('events_subject').on(t.subjectId, t.seq),
    index('events_type').on(t.organizationId, t.type, t.seq),
    index('events_rollbacks').on(t.namespaceId, t.subjectId, t.seq).where(sql`type = 'plugin.rolled_back'`),
    index('events_namespace').on(t.namespaceId, t.seq).where(sql`namespace_id is not null`),
  ],
);

/** Sealed blocks of an organization's events. Each contains the previous block's hash (docs/events.md). */
export const eventBlocks = sqliteTable(
  'event_blocks',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Counts from 1 without gaps. */
    number: integer('number').notNull(),
    previous: text('previous').notNull(),
    hash: text('hash').notNull(),
    events: integer('events').notNull(),
    lastSeq: integer('last_seq').notNull(),
    sealedAt: time('sealed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.number] }),
    uniqueIndex('event_blocks_last').on(t.organizationId, t.lastSeq),
  ],
);

/**
 * Blocks moved to the store with their events: an organization's consecutive blocks, in one object. The organization's newest block
 * always stays in `event_blocks`, since the next one continues it.
 */
export const eventArchives = sqliteTable(
  'event_archives',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    firstBlock: integer('first_block').notNull(),
    lastBlock: integer('last_block').notNull(),
    /** Hash of its last block, which the next archive continues. */
    lastHash: text('last_hash').notNull(),
    lastSeq: integer('last_seq').notNull(),
    /** Time of its last event. */
    lastEventAt: time('last_event_at').notNull(),
    events: integer('events').notNull(),
    /** The object's digest. */
    sha256: text('sha256').notNull(),
    archivedAt: time('archived_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.lastBlock] })],
);

/** Progress of work that walks a table from start to end: the `seq` of the last processed event. */
export const progress = sqliteTable('progress', {
  work: text('work', { enum: ['sealing', 'fan-out'] }).primaryKey(),
  seq: integer('seq').notNull(),
});

export const outbox = sqliteTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    queue: text('queue', { enum: queueNames }).notNull(),
    body: json('body', jsonObject).notNull(),
    createdAt: time('created_at').notNull(),
    dueAt: time('due_at').notNull(),
    sentAt: time('sent_at'),
  },
  (t) => [
    index('outbox_unsent').on(t.dueAt).where(sql`sent_at is null`),
    index('outbox_subject').on(sql`(body ->> '$.id')`),
    check('outbox_queue', oneOf(t.queue, queueNames)),
  ],
);

export const deadLetters = sqliteTable(
  'dead_letters',
  {
    id: text('id').primaryKey(),
    queue: text('queue').notNull(),
    body: json('body', jsonValue),
    reason: text('reason').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('dead_letters_created').on(t.createdAt), index('dead_letters_subject').on(sql`(body ->> '$.id')`)],
);
