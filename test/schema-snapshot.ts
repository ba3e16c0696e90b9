// Creates a single SQL text that brings an empty database to the state after all migrations. Applying the migrations one by one takes
// ten times as long, and each test file in workerd starts with an empty database.
import { readdir, readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/**
 * Returns the SQL: first the tables, then the rows that migrations insert, and then everything else, so that triggers don't apply to
 * those rows.
 */
export async function schemaSnapshot(): Promise<string> {
  const database = new DatabaseSync(':memory:');
  try {
    const names = (await readdir('migrations')).filter((name) => name.endsWith('.sql')).sort();
    for (const name of names) database.exec(await readFile(`migrations/${name}`, 'utf8'));
    const made = (where: string) =>
      textsOf(
        database,
        `select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' and ${where}`,
      );
    return [...made("type = 'table'"), ...rowsOf(database), ...made("type <> 'table' order by type")].join(';\n');
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync): string[] {
  const tables = textsOf(
    database,
    "select name as sql from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
  );
  return tables.flatMap((table) => {
    const columns = textsOf(database, `select name as sql from pragma_table_info('${table}')`);
    const values = columns.map((column) => `quote("${column}")`).join(` || ', ' || `);
    return textsOf(database, `select 'insert into "${table}" values (' || ${values} || ')' as sql from "${table}"`);
  });
}

function textsOf(database: DatabaseSync, query: string): string[] {
  return database
    .prepare(query)
    .all()
    .map(({ sql }) => String(sql));
}
