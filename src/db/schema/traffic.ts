// The table of counted calls. The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';

/** Calls of one version in one hour. Isolates add to it; nothing is decided by it. */
export const callHours = sqliteTable(
  'call_hours',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    /** When the hour began. */
    hour: time('hour').notNull(),
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
  (t) => [primaryKey({ columns: [t.namespaceId, t.pluginId, t.hour, t.version] }), index('call_hours_hour').on(t.hour)],
);
