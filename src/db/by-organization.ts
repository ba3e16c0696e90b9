// Selects a few waiting rows per organization, so thousands of one organization's rows don't delay the others and aren't all read.
import { type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';

/** Organizations per selection. */
const organizationsMax = 500;
/** Rows examined per organization. */
const lookedAtMax = 50;

interface Waiting {
  table: SQLiteTable & { id: AnySQLiteColumn };
  /** Alias of the table, for the examined rows. */
  lookedAt: SQLiteTable & { id: AnySQLiteColumn };
  organizationId: AnySQLiteColumn;
  orderedBy: AnySQLiteColumn;
  /** Condition of an index on the organization and `orderedBy`, exactly as in the index. */
  isWaiting: SQL;
  /** Condition on `lookedAt` that selects among the examined rows. */
  isDue: SQL | undefined;
  /** Number of rows to select per organization. */
  perOrganization: number;
}

/** SQL: SELECT of the IDs. Goes from one organization to the next in the index. Null, as in rows without a lease, comes first. */
export function fewPerOrganization(waiting: Waiting): SQL {
  const { table, lookedAt, organizationId, orderedBy, isWaiting, isDue, perOrganization } = waiting;
  const next = (behind: SQL) => sql`select min(${organizationId}) from ${table} where ${isWaiting} ${behind}`;
  const first = sql`select * from ${table} where ${organizationId} = waiting_organizations.id and ${isWaiting} order by ${orderedBy} limit ${lookedAtMax}`;
  const chosen = sql`select ${lookedAt.id} from (${first}) ${lookedAt} where ${isDue} limit ${perOrganization}`;
  return sql`with recursive waiting_organizations(id) as (${next(sql``)}
    union all select (${next(sql`and ${organizationId} > waiting_organizations.id`)}) from waiting_organizations
      where waiting_organizations.id is not null limit ${organizationsMax})
    select ${table.id} from waiting_organizations cross join ${table} on ${table.id} in (${chosen})`;
}

/** SQL: the row's place among the selected ones of its organization, from 1. For selections that read few rows. */
export function placeInOrganization(organizationId: AnySQLiteColumn, orderedBy: AnySQLiteColumn): SQL<number> {
  return sql<number>`row_number() over (partition by ${organizationId} order by ${orderedBy})`;
}
