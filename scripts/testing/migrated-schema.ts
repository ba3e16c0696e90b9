// Compares two databases created from SQL: one from the migrations, one from the schema. Both are SQLite, like D1. Ignores column
// order, since a migration can only append columns.
import { DatabaseSync } from 'node:sqlite';

/** Returns one line per difference. Throws if a statement fails. */
export function schemaDifferences(migrations: readonly string[], declared: readonly string[]): string[] {
  const made = partsOf(migrations);
  const wanted = partsOf(declared);
  return [
    ...[...wanted].filter((part) => !made.has(part)).map((part) => `the migrations do not create: ${part}`),
    ...[...made].filter((part) => !wanted.has(part)).map((part) => `the schema does not declare: ${part}`),
  ];
}

/** Describes the tables, columns, constraints, indexes and triggers that these statements create, one line each. */
function partsOf(statements: readonly string[]): Set<string> {
  const database = new DatabaseSync(':memory:');
  try {
    for (const sql of statements) database.exec(sql);
    return new Set(databaseParts(database));
  } finally {
    database.close();
  }
}

type Row = Record<string, string | number | null>;

function* databaseParts(database: DatabaseSync): Generator<string> {
  const rows = (sql: string, ...values: string[]) => database.prepare(sql).all(...values) as Row[];
  const objects = rows(
    "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%' order by name",
  );
  for (const { name, sql, tbl_name, type } of objects) {
    if (type === 'table') yield* tableParts(String(name), String(sql), rows);
    else yield `${type} ${name} on ${tbl_name}: ${plain(String(sql))}`;
  }
}

function* tableParts(table: string, sql: string, rows: (sql: string, ...values: string[]) => Row[]): Generator<string> {
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
