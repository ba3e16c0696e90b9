// Table of the builders behind a Worker that calls them by URL (decision 137). The database enforces uniqueness, enumerations and
// nullability as declared here. Migrations are generated from these files.
import { check, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { builderModes, builderSources } from '../../contract/builder/machine/reports.ts';
import { oneOf, time } from '../columns.ts';

/** Builders of the settings, inserted by the sweep, and those that an operator added. Only the operator removes the latter. */
export const builders = sqliteTable(
  'builders',
  {
    /** Decides which instances it is the home of. For a builder of the settings its host and port. */
    name: text('name').primaryKey(),
    url: text('url').notNull().unique(),
    source: text('source', { enum: builderSources }).notNull(),
    mode: text('mode', { enum: builderModes }).notNull().default('active'),
    addedAt: time('added_at').notNull(),
    /** When it first failed to answer the sweep. Null while it answers. */
    silentSince: time('silent_since'),
    /**
     * When the sweep gave it up. It gets no requests until it answers again and has ended its instances, which may have missed a stop or
     * a revoked grant.
     */
    lostAt: time('lost_at'),
  },
  (t) => [
    check('builders_source', oneOf(t.source, builderSources)),
    check('builders_mode', oneOf(t.mode, builderModes)),
  ],
);
