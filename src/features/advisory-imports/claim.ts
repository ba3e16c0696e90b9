// Claims an import for one worker at a time.

import { and, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { importLease } from '../../contract/features/advisory-imports/limits.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { writeAndRead } from '../../db/client.ts';
import { type Lease, newLease } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import type { AdvisoryImport } from './imports.ts';
import { advisoryImports } from './tables.ts';

const other = alias(advisoryImports, 'other');

export interface ClaimedImport {
  row: AdvisoryImport;
  lease: Lease;
}

/** Thrown for a zip that can't be read, which fails the import. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

/** Thrown when another worker has the import, or it ended. */
export class ImportLost extends Error {
  override readonly name = 'ImportLost';
}

/** Returns undefined if nothing is due, if another worker has the import, or if it has to wait for other fetches. */
export async function claimImport(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  id: AdvisoryImportId,
): Promise<ClaimedImport | undefined> {
  const now = clock.now();
  const lease = newLease(advisoryImports, id, importLease, now);
  const { leaseUntil, status, url } = other;
  // The first condition is the index's.
  const isFetching = sql`${status} in ('open', 'reading') and ${status} = 'open' and ${url} is not null and ${leaseUntil} > ${now}`;
  const mayFetch = sql`(select count(*) from ${advisoryImports} ${other} where ${isFetching}) < ${advisoryImportLimits.fetchedAtOnce}`;
  const isDue = sql`(${advisoryImports.status} = 'reading' or (${advisoryImports.status} = 'open' and ${advisoryImports.url} is not null and ${mayFetch}))`;
  const claim = db
    .update(advisoryImports)
    .set({ ...lease.taken, attempts: sql`${advisoryImports.attempts} + 1`, updatedAt: now })
    .where(and(lease.isFree, isDue));
  const { rows } = await writeAndRead(db, [claim], { rows: db.select().from(advisoryImports).where(lease.isHeld) });
  const [row] = rows;
  return row && { row, lease };
}
