// Tables of call counts. The database enforces uniqueness, enumerations and nullability as declared here. Migrations are generated from
// these files.
import { getTableColumns, sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';

/** Counts of batches, as in contract/traffic.ts. The default is for rows from before batches were counted. */
const batchColumns = () => ({
  batchedCalls: integer('batched_calls').notNull().default(0),
  batchMillionths: integer('batch_millionths').notNull().default(0),
  batchWaitMs: integer('batch_wait_ms').notNull().default(0),
});

/** One version's calls in one hour, in total and by the minute. Isolates add to both; no decision depends on them. */
export const callCounts = sqliteTable(
  'call_counts',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** Start of the hour. */
    at: time('at').notNull(),
    /** The version's number, or a Go plugin's commit. */
    version: text('version').notNull(),
    calls: integer('calls').notNull(),
    errors: integer('errors').notNull(),
    /** Number of calls per latency bucket (contract/traffic.ts). */
    latencies: json('latencies', z.array(z.int())).notNull(),
    /** Responses checked against the manifest's declaration, and those that didn't match. */
    checked: integer('checked').notNull(),
    mismatched: integer('mismatched').notNull(),
    /**
     * Calls by the minute of the hour, as lists of numbers (contract/traffic.ts). A separate row per minute would be four writes with
     * its indexes.
     */
    minutes: json('minutes', z.record(z.string(), z.array(z.int()))).notNull(),
    /** False once their retention has ended. A separate column, so no minute changes an index. */
    hasMinutes: integer('has_minutes', { mode: 'boolean' }).notNull(),
    ...batchColumns(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.pluginId, t.at, t.version] }),
    index('call_counts_age').on(t.at),
    index('call_counts_of_namespace').on(t.namespaceId, t.at),
    index('call_counts_minutes').on(t.at).where(sql`has_minutes`),
  ],
);

const { minutes, hasMinutes, ...hour } = getTableColumns(callCounts);
/** Columns of a whole hour, without its minutes, which are many times larger. */
export const hourColumns = hour;

/**
 * One plugin's calls since its row was created. Plugins without a row are counted in the row with empty IDs. Only metrics read these;
 * no decision depends on them.
 */
export const callTotals = sqliteTable(
  'call_totals',
  {
    namespaceId: text('namespace_id').$type<NamespaceId | ''>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId | ''>().notNull(),
    calls: integer('calls').notNull(),
    errors: integer('errors').notNull(),
    /** As in `call_counts`. */
    latencies: json('latencies', z.array(z.int())).notNull(),
    /** Total duration of these calls. */
    durationMs: integer('duration_ms').notNull(),
    lastAt: time('last_at').notNull(),
    ...batchColumns(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId] })],
);
