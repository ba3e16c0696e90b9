import { env } from 'cloudflare:workers';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema.ts';

test('the migrations create exactly the tables in the schema', async () => {
  const { results } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not in ('d1_migrations', '_cf_METADATA') order by name",
  ).all<{ name: string }>();
  const declared = Object.values(schema).flatMap((value) => (is(value, SQLiteTable) ? [getTableName(value)] : []));
  expect(results.map(({ name }) => name)).toEqual(declared.sort());
});

test('the migrations, applied one by one, create the same database that tests start with', async () => {
  const { EMPTY_DB, MIGRATIONS } = env;
  await EMPTY_DB.batch(MIGRATIONS.flatMap(({ queries }) => queries).map((query) => EMPTY_DB.prepare(query)));
  const contents = async (db: D1Database) => {
    const [objects, progress] = await db.batch([
      db.prepare(
        "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%' order by type, name",
      ),
      db.prepare('select * from progress order by 1'),
    ]);
    return { objects: objects?.results, progress: progress?.results };
  };
  expect(await contents(EMPTY_DB)).toEqual(await contents(env.DB));
});
