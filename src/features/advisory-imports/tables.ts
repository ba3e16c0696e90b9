// Tables of imports of advisories, and of the URLs that are imported daily.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { advisoryImportStates } from '../../contract/features/advisory-imports/feature.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { json, lease, oneOf, time, timestamps } from '../../db/columns.ts';

const importCountsSchema = z.object({
  /** Records read so far. */
  records: z.int(),
  /** Records about packages of known ecosystems. */
  kept: z.int(),
  /** Kept records that were new or differed from the stored ones. */
  changed: z.int(),
  /** Ignored ranges of commits. */
  git_ranges: z.int(),
  /** Files that aren't OSV records. */
  invalid: z.int(),
  /** Why the first of them isn't read. */
  first_invalid: z.string().nullable().default(null),
});

/** Imports of a zip with one OSV record per file. The zip is in the store as advisory-imports/<id>.zip until the import ends. */
export const advisoryImports = sqliteTable(
  'advisory_imports',
  {
    id: text('id').$type<AdvisoryImportId>().primaryKey(),
    /** Where the zip came from. Null: an operator sent it. */
    url: text('url'),
    status: text('status', { enum: advisoryImportStates }).notNull(),
    sizeBytes: integer('size_bytes'),
    /** Number of files in the zip; null until it is open. */
    files: integer('files'),
    /** Number of files read. A worker that takes over continues there. */
    cursor: integer('cursor').notNull(),
    counts: json('counts', importCountsSchema).notNull(),
    error: text('error'),
    ...lease,
    attempts: integer('attempts').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    ...timestamps,
    endedAt: time('ended_at'),
  },
  (t) => [
    index('advisory_imports_unfinished').on(t.updatedAt).where(sql`status in ('open', 'reading')`),
    index('advisory_imports_ended').on(t.endedAt).where(sql`ended_at is not null`),
    check('advisory_imports_status', oneOf(t.status, advisoryImportStates)),
  ],
);

/** URLs of zips that are imported daily. */
export const advisorySources = sqliteTable(
  'advisory_sources',
  {
    url: text('url').primaryKey(),
    nextAt: time('next_at').notNull(),
    lastImportId: text('last_import_id').$type<AdvisoryImportId>(),
    /** ETag and SHA-256 of the zip that was read last. Null after a failure. */
    etag: text('etag'),
    sha256: text('sha256'),
    /** Why the last import failed; null if it didn't. */
    error: text('error'),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('advisory_sources_due').on(t.nextAt)],
);
