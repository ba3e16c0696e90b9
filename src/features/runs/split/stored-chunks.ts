// Before chunks are stored as separate objects, reserves bytes for them from the organization's stored-bytes budget.
import { and, eq, sql } from 'drizzle-orm';
import type { Lease } from '../../../db/lease.ts';
import { runs } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { ByteReservation, budgetFull, roomFor } from '../../../limits/stored-bytes.ts';
import type { Run } from '../run.ts';

/** The run was cancelled, or another worker is splitting it. */
export class SplitLost extends Error {
  override readonly name = 'SplitLost';
}

export interface SplitClaim {
  run: Run;
  lease: Lease;
}

/** Reserves the bytes. The reservation is in the run's row. *Dies:* the next pass stores the same chunks under it. */
export function reserveChunks({ db }: Pick<Deps, 'db'>, { lease, run }: SplitClaim): ByteReservation {
  const { organizationId, storedChunkBytes } = run;
  const extend = async (bytes: number) => {
    const [row] = await db
      .update(runs)
      .set({ storedChunkBytes: sql`${runs.storedChunkBytes} + ${roomFor(organizationId, bytes)}` })
      .where(and(lease.isHeld, eq(runs.status, 'splitting')))
      .returning({ reserved: runs.storedChunkBytes });
    if (!row) throw new SplitLost();
    return row.reserved;
  };
  return new ByteReservation(storedChunkBytes, extend, (missing) => budgetFull(db, organizationId, missing));
}
