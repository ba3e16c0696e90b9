// Table for build results, keyed by their inputs: the same source is built, or rejected, only once per recipe.
import { sql } from 'drizzle-orm';
import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { buildErrorSchema } from '../../contract/builder/builds.ts';
import { buildOutputSchema } from '../../contract/plugin/go-plugins.ts';
import { json, time } from '../columns.ts';

export const builds = sqliteTable(
  'builds',
  {
    /** `buildKey` of contract/builder/builds.ts. */
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
