// Claims an import for one worker at a time.
import { and, sql } from 'drizzle-orm';
import { leases } from '../../contract/limits/leases.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { writeAndRead } from '../../db/client.ts';
import { type Lease, newLease } from '../../db/lease.ts';
import { advisoryImports } from '../../db/schema/advisories.ts';
import type { Deps } from '../../deps.ts';
import type { AdvisoryImport } from './imports.ts';

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

/** Returns undefined if nothing is due, or if another worker has the import. */
export async function claimImport(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  id: AdvisoryImportId,
): Promise<ClaimedImport | undefined> {
  const now = clock.now();
  const lease = newLease(advisoryImports, id, leases.advisoryImport, now);
  const isDue = sql`(${advisoryImports.status} = 'reading' or (${advisoryImports.status} = 'open' and ${advisoryImports.url} is not null))`;
  const claim = db
    .update(advisoryImports)
    .set({ ...lease.taken, attempts: sql`${advisoryImports.attempts} + 1`, updatedAt: now })
    .where(and(lease.isFree, isDue));
  const { rows } = await writeAndRead(db, [claim], { rows: db.select().from(advisoryImports).where(lease.isHeld) });
  const [row] = rows;
  return row && { row, lease };
}
