// Reserves room in the organization's budget of stored bytes for what a worker writes of a chunk's results, before it writes it.
import { sql } from 'drizzle-orm';
import { runChunks } from '../../db/schema/runs.ts';
import { ByteReservation, budgetFull, roomFor } from '../../db/stored-bytes.ts';
import type { Deps } from '../../deps.ts';
import { ChunkLost, type ClaimedChunk } from './claim-chunk.ts';

/** A reservation counts while the chunk is worked on. The commit counts what was written in its place; what dies releases it with the chunk. */
export function reserveResults({ db }: Pick<Deps, 'db'>, { chunk, lease }: ClaimedChunk): ByteReservation {
  const { organizationId, reservedBytes } = chunk;
  const extend = async (bytes: number) => {
    const [row] = await db
      .update(runChunks)
      .set({ reservedBytes: sql`${runChunks.reservedBytes} + ${roomFor(organizationId, bytes)}` })
      .where(lease.isHeld)
      .returning({ reserved: runChunks.reservedBytes });
    if (!row) throw new ChunkLost();
    return row.reserved;
  };
  return new ByteReservation(reservedBytes, extend, (missing) => budgetFull(db, organizationId, missing));
}
