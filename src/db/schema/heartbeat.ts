// Table for the heartbeat: when the primary was last known to be written, by which a reader knows how old a replica is (decision 90).
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
