// Has SQLite refresh its index statistics once an hour. With statistics from before a table grew, it may scan the whole table.
// Unchanged tables cost nothing. Migrations do the same.
import { eq, sql } from 'drizzle-orm';
import { storeSweeps } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const walkName = 'optimize';

export async function optimizeDatabase({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  const [last] = await db.select().from(storeSweeps).where(eq(storeSweeps.prefix, walkName)).limit(1);
  if (last?.lastKey === hour) return;
  await db.run(sql`pragma optimize`);
  await db
    .insert(storeSweeps)
    .values({ prefix: walkName, lastKey: hour })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey: hour } });
}
