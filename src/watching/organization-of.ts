// Finds the organization of a row, for the log.
import { sql } from 'drizzle-orm';
import type { OrganizationRows } from '../db/owned-table.ts';
import { withDatabaseTimeout } from '../db/stale-cache.ts';
import type { Deps } from '../deps.ts';

/** Returns undefined if the row is gone, or the database doesn't respond soon. */
export async function organizationOf(
  { db }: Pick<Deps, 'db'>,
  rows: OrganizationRows,
  id: string,
): Promise<string | undefined> {
  try {
    const found = await withDatabaseTimeout(
      db
        .select({ organization: sql<string>`${rows.organizationId}` })
        .from(rows)
        .where(sql`${rows.id} = ${id}`),
    );
    return found[0]?.organization;
  } catch {
    return undefined;
  }
}
