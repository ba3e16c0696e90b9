// Tables of call counts. The database enforces uniqueness, enumerations and nullability as declared here. Migrations are generated from
// these files.
import { getTableColumns, sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';
import type { OwnerId } from './registry.ts';

/** Counts that came later, as in contract/traffic.ts. The default is for rows from before. */
const laterColumns = () => ({
  batchedCalls: integer('batched_calls').notNull().default(0),
  batchMillionths: integer('batch_millionths').notNull().default(0),
  batchWaitMs: integer('batch_wait_ms').notNull().default(0),
  invalidInputs: integer('invalid_inputs').notNull().default(0),
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
    ...laterColumns(),
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
    ...laterColumns(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId] })],
);

/**
 * One plugin's use on one day (UTC). Isolates add downloads; the sweep fills in the rest from hours and callers, so that no call writes
 * here. No decision depends on it.
 */
export const pluginDays = sqliteTable(
  'plugin_days',
  {
    /** The namespace of the use, or the organization, whose own downloads belong to no namespace. */
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** Days since 1970. */
    day: integer('day').notNull(),
    calls: integer('calls').notNull(),
    /** Keys that called it. */
    callers: integer('callers').notNull(),
    /** Sources, archives and executables that were read. */
    downloads: integer('downloads').notNull(),
    /** Start of the day's last hour with a call. */
    calledAt: time('called_at'),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.pluginId, t.day] }), index('plugin_days_age').on(t.day)],
);

/** Keys that called a plugin in the last days. A key's first call in a day writes one row, and no index but the primary key. */
export const pluginCallers = sqliteTable(
  'plugin_callers',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** A key, or what acts without one. */
    caller: text('caller').notNull(),
    /** The last day with a call, in days since 1970. */
    lastDay: integer('last_day').notNull(),
    /** Bit n is set if it called on the nth day before the last one. Setting a bit twice changes nothing. */
    days: integer('days').notNull(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId, t.caller] })],
);
