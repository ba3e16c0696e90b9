// The table of stored logs by day. The database enforces uniqueness and nullability as declared here. Migrations are generated from these
// files.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { OrganizationId } from '../../core/ids.ts';

/** Bytes of logs that an organization stored on a day. A row is deleted with the lines of its day, when their retention is over. */
export const logBudgets = sqliteTable(
  'log_budgets',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Days since 1970-01-01, in UTC. */
    day: integer('day').notNull(),
    bytes: integer('bytes').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.day] }), index('log_budgets_day').on(t.day)],
);
