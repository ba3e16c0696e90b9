// The tables of counted calls. The database enforces uniqueness, enumerations and nullability as declared here. Migrations are generated
// from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { countSteps } from '../../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

/** Calls of one version in one hour, or in one minute. Isolates add to both; nothing is decided by them. */
export const callCounts = sqliteTable(
  'call_counts',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    step: text('step', { enum: countSteps }).notNull(),
    /** When the hour or the minute began. */
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
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.pluginId, t.step, t.at, t.version] }),
    index('call_counts_age').on(t.step, t.at),
    index('call_counts_hours').on(t.namespaceId, t.at).where(sql`step = 'hour'`),
    check('call_counts_step', oneOf(t.step, countSteps)),
  ],
);

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
