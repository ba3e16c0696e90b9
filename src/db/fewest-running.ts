// Chooses whose work is done next: that of the organization for which the least is done now. So one with thousands of rows waits for
// itself, and not others for it.
import { type SQL, sql } from 'drizzle-orm';

interface Waiting {
  /** SELECT of `id` and `organization_id` of what waits. */
  waiting: SQL;
  /** SQL: how much of the organization's work is done now. The argument is the organization's ID. */
  running(organizationId: SQL): SQL;
  /** SQL: how much may be done at the same time. */
  allowed(organizationId: SQL): SQL;
}

/**
 * SQL: SELECT of the ID of what is next: the oldest of the organization that has the fewest running, and may have more. Of several such
 * organizations a random one: where one piece of work is done at a time, each has none running whenever the next is chosen.
 */
export function ofFewestRunning({ allowed, running, waiting }: Waiting): SQL {
  const organization = sql`waiting_organizations.organization_id`;
  const counted = sql`select organization_id, ${running(organization)} as running, ${allowed(organization)} as allowed
    from (select distinct organization_id from (${waiting})) waiting_organizations`;
  const next = sql`select organization_id from (${counted}) where running < allowed order by running, random() limit 1`;
  return sql`select min(id) from (${waiting}) where organization_id = (${next})`;
}
