// Records how far each walk has come that handles a page per sweep.
import { eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { storeSweeps } from './schema/registry.ts';

/** Returns the last key that the walk has handled, or null at its start. */
export async function readWalk(db: Db, name: string): Promise<string | null> {
  const [progress] = await db.select().from(storeSweeps).where(eq(storeSweeps.prefix, name)).limit(1);
  return progress?.lastKey ?? null;
}

/** Builds the statement that records the walk's last key. */
export function recordWalk(db: Db, name: string, lastKey: string | null) {
  return db
    .insert(storeSweeps)
    .values({ prefix: name, lastKey })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey } });
}
