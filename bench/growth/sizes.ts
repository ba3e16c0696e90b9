// Measures what a state folder holds: the bytes and rows of each table in D1, and the objects in R2. Reads the files that Miniflare
// writes, while the Worker runs or not.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { databaseFile, store } from '../../scripts/backup/inventory.ts';

export interface Size {
  bytes: number;
  rows: number;
}

export interface Sizes {
  /** Sizes by table. Bytes are whole pages, with those of its indexes. */
  tables: Map<string, Size>;
  /** Rows are objects. */
  store: Size;
}

const sizeSchema = z.object({ bytes: z.int(), rows: z.int() });
const tablesSchema = z.array(z.object({ name: z.string(), bytes: z.int() }));

/** Runs `work` on a database file without changing it. */
export function reading<Result>(file: string, work: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export function sizesOf(state: string): Sizes {
  return { ...sizesOfFile(databaseFile(state)), store: storeSize(join(state, store)) };
}

/** Measures only the database. */
export function sizesOfFile(file: string): Sizes {
  return { tables: reading(file, tableSizes), store: { bytes: 0, rows: 0 } };
}

function tableSizes(db: DatabaseSync): Map<string, Size> {
  const found = tablesSchema.parse(
    db
      .prepare(
        `select s.tbl_name as name, sum(pages.pgsize) as bytes from dbstat pages join sqlite_schema s on s.name = pages.name
         where pages.aggregate = 1 group by 1`,
      )
      .all(),
  );
  const rowsOf = (name: string) =>
    z.object({ rows: z.int() }).parse(db.prepare(`select count(*) as rows from "${name}"`).get()).rows;
  return new Map(found.map(({ bytes, name }) => [name, { bytes, rows: rowsOf(name) }]));
}

/** Adds up the objects of all buckets. */
function storeSize(folder: string): Size {
  if (!existsSync(folder)) return { bytes: 0, rows: 0 };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.sqlite') && !name.endsWith('metadata.sqlite'),
  );
  const sizes = files.map((name) =>
    reading(join(folder, name), (db) =>
      db.prepare("select 1 from sqlite_schema where name = '_mf_objects'").get() === undefined
        ? { bytes: 0, rows: 0 }
        : sizeSchema.parse(
            db.prepare('select coalesce(sum(size), 0) as bytes, count(*) as rows from _mf_objects').get(),
          ),
    ),
  );
  return {
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: sizes.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Returns what was added between two measurements. Tables without a difference are left out. */
export function added(before: Sizes, after: Sizes): Sizes {
  const minus = (one: Size, other: Size = { bytes: 0, rows: 0 }) => ({
    bytes: one.bytes - other.bytes,
    rows: one.rows - other.rows,
  });
  const tables = [...after.tables].map(([name, size]) => [name, minus(size, before.tables.get(name))] as const);
  return {
    tables: new Map(tables.filter(([, { bytes, rows }]) => bytes !== 0 || rows !== 0)),
    store: minus(after.store, before.store),
  };
}

/** Returns the sum of all tables. */
export function together({ tables }: Pick<Sizes, 'tables'>): Size {
  const all = [...tables.values()];
  return { bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), rows: all.reduce((sum, { rows }) => sum + rows, 0) };
}
