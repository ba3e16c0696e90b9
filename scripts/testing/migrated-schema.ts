// Compares two databases created from SQL: one from the migrations, one from the schema. Ignores column order, since a migration can
// only append columns.
import { DatabaseSync } from 'node:sqlite';
import { databaseParts } from '../local/database-parts.ts';

/** Returns one line per difference. Throws if a statement fails. */
export function schemaDifferences(migrations: readonly string[], declared: readonly string[]): string[] {
  const made = partsOf(migrations);
  const wanted = partsOf(declared);
  return [
    ...[...wanted].filter((part) => !made.has(part)).map((part) => `the migrations do not create: ${part}`),
    ...[...made].filter((part) => !wanted.has(part)).map((part) => `the schema does not declare: ${part}`),
  ];
}

function partsOf(statements: readonly string[]): Set<string> {
  const database = new DatabaseSync(':memory:');
  try {
    for (const sql of statements) database.exec(sql);
    return new Set(Array.from(databaseParts(database), ({ text }) => text));
  } finally {
    database.close();
  }
}
