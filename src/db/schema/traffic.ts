// The tables of counted calls. The database enforces uniqueness, enumerations and nullability as declared here. Migrations are generated
// from these files.
import { getTableColumns, sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';

/** Calls of one version in one hour, in all and by the minute. Isolates add to both; nothing is decided by them. */
export const callCounts = sqliteTable(
  'call_counts',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** When the hour began. */
    at: time('at').notNull(),
    /** The number of the version, or the commit of a Go plugin. */
    version: text('version').notNull(),
    calls: integer('calls').notNull(),
    errors: integer('errors').notNull(),
    /** The number of calls by bucket of latency (contract/traffic.ts). */
    latencies: json('latencies', z.array(z.int())).notNull(),
    /** Answers that were compared with what the manifest declares, and those that did not match. */
    checked: integer('checked').notNull(),
    mismatched: integer('mismatched').notNull(),
    /**
     * Calls by the minute of the hour, as lists of numbers (contract/traffic.ts). A row of its own for each minute would be four with its
     * indexes.
     */
    minutes: json('minutes', z.record(z.string(), z.array(z.int()))).notNull(),
    /** Not any more when their retention has ended. A column of its own, so that no minute changes an index. */
    hasMinutes: integer('has_minutes', { mode: 'boolean' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.pluginId, t.at, t.version] }),
    index('call_counts_age').on(t.at),
    index('call_counts_of_namespace').on(t.namespaceId, t.at),
    index('call_counts_minutes').on(t.at).where(sql`has_minutes`),
  ],
);

const { minutes, hasMinutes, ...hour } = getTableColumns(callCounts);
/** The columns of a whole hour. Its minutes are many times as large. */
export const hourColumns = hour;

/**
 * Calls of one plugin since it has its row. A plugin without one is counted in the row whose IDs are empty. Metrics are read from here; nothing
 * is decided by them.
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
    /** How long all of them took. */
    durationMs: integer('duration_ms').notNull(),
    lastAt: time('last_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId] })],
);
