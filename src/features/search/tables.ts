// Tables of the search's index: the words of each plugin, and blocks of postings. Both can be made again from plugins and archives.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { OrganizationId, PluginRowId } from '../../core/ids.ts';
import { flag, lease, reference } from '../../db/columns.ts';
import { organizations } from '../../db/schema/access.ts';

/** One row for each plugin. A trigger adds it and raises `revision` in the batch that changes the plugin's active version. */
export const searchWords = sqliteTable(
  'search_words',
  {
    id: text('id').$type<PluginRowId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    /** The plugin's number in its organization, by which postings name it. */
    number: integer('number').notNull(),
    /** Number of changes, and the one whose words were last read. If they differ, the plugin is due to be read. */
    revision: integer('revision').notNull(),
    readRevision: integer('read_revision').notNull(),
    /** Version of the rules by which its texts became terms (terms.ts). The sweep reads those of earlier rules again. */
    termsVersion: integer('terms_version').notNull().default(0),
    /** Number of times that a worker began to read its version and README and didn't end. */
    tries: integer('tries').notNull().default(0),
    /** Its lines (lines.ts) while it is in the queue. They replace those in the blocks. Empty for a plugin that is no longer found. */
    queued: text('queued'),
    /** Its lines in the blocks. Null if it was never merged. */
    merged: text('merged'),
    /** True while it is being merged. Until then, `queued` doesn't change. */
    merging: flag('merging').notNull(),
    /** Lease of the merge. Only the first row of those merged together has it. */
    ...lease,
  },
  (t) => [
    uniqueIndex('search_words_number').on(t.organizationId, t.number),
    index('search_words_due').on(t.number).where(sql`revision <> read_revision`),
    index('search_words_queue').on(t.organizationId, t.number).where(sql`queued is not null`),
    index('search_words_merging').on(t.organizationId, t.number).where(sql`merging`),
  ],
);

/** Sorted lines of an organization's plugins, from the term `first` to the next block's. */
export const searchBlocks = sqliteTable(
  'search_blocks',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Empty for the first block. */
    first: text('first').notNull(),
    lines: text('lines').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.first] })],
);
