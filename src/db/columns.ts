// Kinds of column that the tables share.
import { type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, customType, integer } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';

/** JSON kept as text, and parsed by its schema whenever it is read. */
export function json<Output>(name: string, schema: z.ZodType<Output>) {
  return customType<{ data: Output; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => schema.parse(JSON.parse(value)),
  })(name);
}

export const time = (name: string) => integer(name, { mode: 'number' });
export const flag = (name: string) => integer(name, { mode: 'boolean' });

/** SQL: the column's JSON list is one, and holds none but these. */
export function holdsOnly(column: AnySQLiteColumn, allowed: Iterable<string>): SQL {
  const values = sql.join(
    [...allowed].map((value) => sql`${value}`),
    sql`, `,
  );
  return sql`${column} is not null and not exists (select 1 from json_each(${column}) n where n.value not in (${values}))`;
}

export const oneOf = (column: AnySQLiteColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
