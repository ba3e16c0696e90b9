// Has SQLite refresh its index statistics once an hour. Unchanged tables cost nothing. With statistics from before a table grew, SQLite
// may scan the whole table, so those of small tables are dropped: without any, it expects many rows, and uses indexes.
import { sql } from 'drizzle-orm';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';

const walkName = 'optimize';

/** Tables with fewer rows can grow a hundredfold before the next hour. */
const smallRows = 1000;

export async function optimizeDatabase({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  if ((await readWalk(db, walkName)) === hour) return;
  await db.run(sql`pragma optimize`);
  await dropSmall(db);
  await recordWalk(db, walkName, hour);
}

/** A statistic begins with a number of rows; partial indexes of large tables have few. SQLite has no table of them before the first. */
async function dropSmall(db: Deps['db']): Promise<void> {
  const known = await db.all(sql`select 1 from sqlite_schema where name = 'sqlite_stat1'`);
  if (known.length === 0) return;
  const large = sql`(select tbl from sqlite_stat1 where cast(stat as integer) >= ${smallRows})`;
  await db.run(sql`delete from sqlite_stat1 where tbl not in ${large}`);
  await db.run(sql`analyze sqlite_schema`);
}
