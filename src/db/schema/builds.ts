// What builds came to, by what they were made of: the same source by the same recipe is built once, and refused once.
import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { buildErrorSchema } from '../../contract/builds.ts';
import { buildOutputSchema } from '../../contract/go-plugins.ts';
import { json, time } from '../columns.ts';

export const builds = sqliteTable('builds', {
  /** contract/builds.ts: buildKey. */
  key: text('key').primaryKey(),
  built: json('built', buildOutputSchema),
  /** Kept only when the same source fails in the same way each time. */
  error: json('error', buildErrorSchema),
  createdAt: time('created_at').notNull(),
});
