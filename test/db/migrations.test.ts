import { env } from 'cloudflare:workers';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { schema } from '../../src/db/client.ts';

test('the migrations create the tables of the schema, and no others', async () => {
  const { results } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not in ('d1_migrations', '_cf_METADATA') order by name",
  ).all<{ name: string }>();
  const declared = Object.values(schema).flatMap((value) => (is(value, SQLiteTable) ? [getTableName(value)] : []));
  expect(results.map(({ name }) => name)).toEqual(declared.sort());
});
