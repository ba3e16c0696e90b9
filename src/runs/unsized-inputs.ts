// Looks at inputs that may be sent to a URL without a size, and deletes those that are larger than what is reserved for them.
import { and, eq, sql } from 'drizzle-orm';
import { runLimits } from '../contract/limits/batches.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { runs } from '../db/schema/runs.ts';
import type { Deps } from '../deps.ts';
import { inputKey } from './keys.ts';

/** Selects open runs that reserved the default. Any of them: where there are many, each is looked at now and then. */
export function selectUnsized({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(sql`${runs.status} = 'open'`, eq(runs.storedInputBytes, runLimits.reservedInputBytes)))
    .orderBy(sql`random()`)
    .limit(sweepLimits.changedByFew);
}

/** The URL still works afterwards: a smaller file may be sent. */
export async function deleteOversized(
  { blobs, log }: Pick<Deps, 'blobs' | 'log'>,
  { id }: Pick<typeof runs.$inferSelect, 'id'>,
): Promise<void> {
  const sent = await blobs.head(inputKey(id));
  if (!sent || sent.size <= runLimits.reservedInputBytes) return;
  await blobs.delete(inputKey(id));
  log.warn('run.input_too_large', { run: id, bytes: sent.size });
}
