// The table of the daily budgets of stored logs. The database enforces uniqueness and nullability as declared here. Migrations are generated
// from these files.
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { OrganizationId } from '../../core/ids.ts';

/** Bytes of logs that an organization stored on the newest day with any. */
export const logBudgets = sqliteTable('log_budgets', {
  organizationId: text('organization_id').$type<OrganizationId>().primaryKey(),
  /** Days since 1970-01-01, in UTC. */
  day: integer('day').notNull(),
  bytes: integer('bytes').notNull(),
});
