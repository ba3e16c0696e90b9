// Table for the heartbeat: the last known write to the primary, from which a reader derives a replica's age (decision 90).
import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { time } from '../columns.ts';

/** One row. */
export const heartbeats = sqliteTable(
  'heartbeats',
  {
    id: integer('id').primaryKey(),
    at: time('at').notNull(),
  },
  (t) => [check('heartbeats_one', sql`${t.id} = 1`)],
);
