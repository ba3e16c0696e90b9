// Tests which databases the commands accept that open a state folder. test/e2e/start/errors.test.ts covers `npm start`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateProblem } from '../../../scripts/local/state-schema.ts';
import { temporaryFolder } from '../standby/follower.ts';
import { ownMigrations, writeDatabase } from './old-state.ts';

const [first = ''] = ownMigrations;
const newer = "insert into d1_migrations (name) values ('0999_newer.sql');";

async function stateWith(applied: string[], sql: string): Promise<string> {
  const state = await temporaryFolder();
  writeFileSync(join(state, 'state.json'), '{"format": 1}');
  writeDatabase(state, applied, sql);
  return state;
}

test.each<[string, string[], string]>([
  ['all migrations', ownMigrations, ''],
  ['only the first migration', [first], ''],
  ["tables of D1's own", ownMigrations, 'create table _cf_METADATA (key integer)'],
  [
    'the tables of Litestream, and an index of one',
    [first],
    'create table _litestream_seq (id integer, seq integer); create index seqs on _litestream_seq (seq)',
  ],
  ['columns and tables that a newer Slipway added', ownMigrations, `${newer} create table added (id text)`],
  ['an index that a newer Slipway replaced', ownMigrations, `${newer} drop index advisories_import`],
])('a database with %s is accepted', async (_, applied, sql) => {
  expect(await stateProblem(await stateWith(applied, sql))).toBeUndefined();
});

test.each<[string, string[], string, string]>([
  ['an older text of a migration', [first], 'drop table budgets', 'it lacks the table budgets. Another version or'],
  [
    'an older text of all',
    ownMigrations,
    'drop index advisories_import',
    'it lacks the index advisories_import on adv',
  ],
  ['a column that is gone', [first], 'alter table budgets add old text', 'it has the column budgets.old. Another'],
  [
    "another branch's migration",
    [first],
    `${newer} create table added (id text)`,
    'it has the migration 0999_newer.sql. Another version or branch made it. Start that one',
  ],
  [
    'a skipped migration',
    ownMigrations,
    `delete from d1_migrations where name = '${first}'`,
    `it lacks the migration ${first}. Another`,
  ],
  ['tables, and no list of migrations', [first], 'drop table d1_migrations', 'it has the table advisories. Another'],
  [
    'a table that a newer Slipway removed',
    ownMigrations,
    `${newer} drop table budgets`,
    'was changed by a newer Slipway (0999_newer.sql), and lacks the table budgets. Start the newer one',
  ],
])('a database with %s is refused', async (_, applied, sql, reason) => {
  const state = await stateWith(applied, sql);
  const problem = await stateProblem(state);
  expect(problem).toContain(`the database in the state folder ${state} `);
  expect(problem).toContain(reason);
});

test('a damaged database is refused with its reason', async () => {
  const state = await stateWith(ownMigrations, '');
  const folder = join(state, 'platform/v3/d1/miniflare-D1DatabaseObject');
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'rows'.repeat(2000));
  expect(await stateProblem(state)).toContain("can't be read (file is not a database)");
});

test('a database with one damaged page is refused', async () => {
  const state = await stateWith(ownMigrations, '');
  const folder = join(state, 'platform/v3/d1/miniflare-D1DatabaseObject');
  const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.sqlite')) ?? '');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 20 * 4096, 21 * 4096);
  writeFileSync(path, bytes);
  expect(await stateProblem(state)).toMatch(
    /^the database in the state folder \S+ is damaged \(.*page.*\)\. Restore a backup, or save what can be read/,
  );
});

test('a state folder without a database is accepted', async () => {
  const state = await temporaryFolder();
  await mkdir(join(state, 'platform/v3/d1'), { recursive: true });
  writeFileSync(join(state, 'state.json'), '{"format": 1}');
  expect(await stateProblem(state)).toBeUndefined();
});
