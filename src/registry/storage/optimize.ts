// Has SQLite refresh its statistics once an hour, by which it chooses between indexes: those of a table that has grown since would let it read all
// of it. A table that has not costs nothing. Migrations do the same.
import { eq, sql } from 'drizzle-orm';
import { storeSweeps } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const walkName = 'optimize';

export async function optimizeDatabase({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  const last = await db.query.storeSweeps.findFirst({ where: eq(storeSweeps.prefix, walkName) });
  if (last?.lastKey === hour) return;
  await db.run(sql`pragma optimize`);
  await db
    .insert(storeSweeps)
    .values({ prefix: walkName, lastKey: hour })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey: hour } });
}
