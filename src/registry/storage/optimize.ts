// Has SQLite refresh its statistics once a day, by which it chooses between indexes. Migrations do the same.
import { eq, sql } from 'drizzle-orm';
import { storeSweeps } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const walkName = 'optimize';

export async function optimizeDatabase({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const last = await db.query.storeSweeps.findFirst({ where: eq(storeSweeps.prefix, walkName) });
  if (last?.lastKey === today) return;
  await db.run(sql`pragma optimize`);
  await db
    .insert(storeSweeps)
    .values({ prefix: walkName, lastKey: today })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey: today } });
}
