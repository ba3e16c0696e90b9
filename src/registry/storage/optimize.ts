// Has SQLite refresh its index statistics once an hour. With statistics from before a table grew, it may scan the whole table.
// Unchanged tables cost nothing. Migrations do the same.
import { sql } from 'drizzle-orm';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';

const walkName = 'optimize';

export async function optimizeDatabase({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  if ((await readWalk(db, walkName)) === hour) return;
  await db.run(sql`pragma optimize`);
  await recordWalk(db, walkName, hour);
}
