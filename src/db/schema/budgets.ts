// Tables of monthly usage and budgets. The database enforces uniqueness, enumerations and nullability as declared here. Migrations are
// generated from these files.
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { budgetActions, budgetSetters } from '../../contract/budgets.ts';
import type { NamespaceId, OrganizationId, PluginRowId } from '../../core/ids.ts';
import { oneOf, time } from '../columns.ts';

/** One plugin's usage in one month. A deleted namespace's rows stay, because they count for its organization. */
export const usageMonths = sqliteTable(
  'usage_months',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** `YYYY-MM`, in UTC. */
    month: text('month').notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    calls: integer('calls').notNull(),
    /** How long its instances were awake. */
    instanceMs: integer('instance_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.month, t.namespaceId, t.pluginId] }),
    index('usage_months_age').on(t.month),
  ],
);

/** Bytes that an organization stored in a month, as of the month's last day. A sweep records it once a day. */
export const storedMonths = sqliteTable(
  'stored_months',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** `YYYY-MM`, in UTC. */
    month: text('month').notNull(),
    bytes: integer('bytes').notNull(),
    recordedAt: time('recorded_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.month] }), index('stored_months_age').on(t.month)],
);

/** How much of each instance's time awake was counted, so that repeated and overlapping reports count it once. */
export const countedInstances = sqliteTable(
  'counted_instances',
  {
    id: text('id').notNull(),
    /** Time by the builder's clock. */
    startedAt: integer('started_at').notNull(),
    countedMs: integer('counted_ms').notNull(),
    countedAt: time('counted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.id, t.startedAt] }), index('counted_instances_age').on(t.countedAt)],
);

/** Monthly budgets of organizations and namespaces. A null limit doesn't limit. */
export const budgets = sqliteTable(
  'budgets',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The organization itself or one of its namespaces. */
    scope: text('scope').$type<OrganizationId | NamespaceId>().notNull(),
    setBy: text('set_by', { enum: budgetSetters }).notNull(),
    instanceSeconds: integer('instance_seconds'),
    calls: integer('calls'),
    storedBytes: integer('stored_bytes'),
    onExceeded: text('on_exceeded', { enum: budgetActions }).notNull(),
    /** The month that the three columns below belong to. Empty before the first check. */
    month: text('month').notNull().default(''),
    /** The highest threshold in percent that the month's usage has reached. */
    instanceSecondsReached: integer('instance_seconds_reached').notNull().default(0),
    callsReached: integer('calls_reached').notNull().default(0),
    storedBytesReached: integer('stored_bytes_reached').notNull().default(0),
    checkedAt: time('checked_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.scope, t.setBy] }),
    index('budgets_to_check').on(t.checkedAt),
    check('budgets_set_by', oneOf(t.setBy, budgetSetters)),
    check('budgets_on_exceeded', oneOf(t.onExceeded, budgetActions)),
  ],
);
