// Makes the database of a state folder, as another version of Slipway left it.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = 'platform/v3/d1/miniflare-D1DatabaseObject';
export const ownMigrations = readdirSync('migrations')
  .filter((name) => name.endsWith('.sql'))
  .sort();

/** Applies migrations of this version, then runs `sql`, which says how the other version differs. */
export function writeDatabase(state: string, applied: string[], sql: string): void {
  mkdirSync(join(state, folder), { recursive: true });
  const db = new DatabaseSync(join(state, folder, 'one.sqlite'));
  db.exec('create table d1_migrations (id integer primary key autoincrement, name text unique, applied_at timestamp)');
  db.exec('begin');
  for (const name of applied) {
    db.exec(readFileSync(join('migrations', name), 'utf8'));
    db.prepare('insert into d1_migrations (name) values (?)').run(name);
  }
  db.exec('commit');
  db.exec(sql);
  db.close();
}
