// Describes a database's schema as text, so that two schemas can be compared. Both are SQLite, like D1.
import type { DatabaseSync } from 'node:sqlite';

/** The table that `wrangler d1 migrations apply` uses, so that it and `npm start` work on one database. */
export const migrationsTable = 'd1_migrations';

type Row = Record<string, string | number | null>;

export interface DatabasePart {
  table: string;
  text: string;
}

/** Describes the tables, columns, constraints, indexes and triggers of a database. Ignores the order of columns. */
export function* databaseParts(database: DatabaseSync): Generator<DatabasePart> {
  const rows = (sql: string, ...values: string[]) => database.prepare(sql).all(...values) as Row[];
  const objects = rows(`select type, name, tbl_name, sql from sqlite_schema where name not glob 'sqlite_*'
    and tbl_name not glob '_cf_*' and tbl_name <> '${migrationsTable}' order by name`);
  for (const { name, sql, tbl_name, type } of objects) {
    const table = String(tbl_name);
    const texts =
      type === 'table' ? tableTexts(table, String(sql), rows) : [`${type} ${name} on ${table}: ${plain(String(sql))}`];
    for (const text of texts) yield { table, text };
  }
}

function* tableTexts(table: string, sql: string, rows: (sql: string, ...values: string[]) => Row[]): Generator<string> {
  yield `table ${table}`;
  for (const { dflt_value, hidden, name, notnull, pk, type } of rows('select * from pragma_table_xinfo(?)', table)) {
    const rules = [type, notnull ? 'not null' : '', dflt_value === null ? '' : `default ${dflt_value}`];
    rules.push(pk ? `primary key ${pk}` : '', hidden ? 'generated' : '');
    yield `column ${table}.${name}: ${rules.filter((rule) => rule !== '').join(' ')}`;
  }
  for (const key of rows('select * from pragma_foreign_key_list(?)', table))
    yield `foreign key ${table}.${key.from}: ${key.table}.${key.to} on delete ${key.on_delete} on update ${key.on_update}`;
  for (const check of checksOf(sql)) yield `check of ${table}: ${plain(check)}`;
  if (/\bautoincrement\b/i.test(sql)) yield `autoincrement of ${table}`;
}

/** Returns the conditions inside `CHECK(…)`, up to the matching parenthesis. */
function checksOf(sql: string): string[] {
  return [...sql.matchAll(/\bcheck\s*\(/gi)].map(({ 0: opening, index }) => {
    const start = index + opening.length;
    let depth = 1;
    let end = start;
    for (; depth > 0 && end < sql.length; end++) depth += sql[end] === '(' ? 1 : sql[end] === ')' ? -1 : 0;
    return sql.slice(start, end - 1);
  });
}

/** Removes quotes, because SQLite adds them to names when a table is renamed. */
function plain(sql: string): string {
  return sql.replaceAll(/["`]/g, '').replaceAll(/\s+/g, ' ').trim();
}
