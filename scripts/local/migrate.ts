// Applies migrations/ to a D1 database. Uses the table of `wrangler d1 migrations apply`, so both can be used on one database.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const table = `create table if not exists d1_migrations (
  id integer primary key autoincrement,
  name text unique,
  applied_at timestamp default current_timestamp not null
)`;

/** Returns the number of applied migrations. Each runs in one batch together with its entry in the table. */
export async function migrate(db: D1Database, folder: string): Promise<number> {
  await db.prepare(table).run();
  const { results } = await db.prepare('select name from d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort();
  for (const name of files) {
    const statements = (await readFile(join(folder, name), 'utf8'))
      .split('--> statement-breakpoint')
      .filter((statement) => statement.trim() !== '');
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('insert into d1_migrations (name) values (?)').bind(name),
    ]);
  }
  return files.length;
}
