// Tests an organization's export: it has everything the organization owns and nothing else, without secrets, in parts of limited size.
import { env } from 'cloudflare:workers';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { exportedTables, notExported } from '../../../../src/features/organization-export/exported-tables.ts';
import { features } from '../../../../src/features.ts';
import { tablesOfNobody } from '../../../../src/organizations/removal-steps.ts';
import { schema } from '../../../../src/schema.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { exportScene, linesOf } from '../scenes/export.ts';

const nobodys = tablesOfNobody({ features });

const nameOf = (table: SQLiteTable) => getTableConfig(table).name;

const { requestExport, scene } = await exportScene();
const text = await (await requestExport()).text();

test("every table is exported, or states why it isn't", () => {
  const tables = Object.values(schema).flatMap((entry) => (is(entry, SQLiteTable) ? [nameOf(entry)] : []));
  const exported = exportedTables({ features }).flatMap(({ table, with: column }) => [
    table,
    ...(column ? [column.table] : []),
  ]);
  const known = new Set([...exported.map(nameOf), ...Object.keys(notExported({ features })), ...Object.keys(nobodys)]);
  expect(
    tables.filter((name) => !known.has(name)),
    'add it to src/features/organization-export/exported-tables.ts',
  ).toEqual([]);
});

test("the export has each of the organization's database rows once", async () => {
  const lines = linesOf(text);
  for (const { table, where } of exportedTables({ features })) {
    const name = nameOf(table);
    const found = await env.DB.prepare(`select * from "${name}"${where ? ' where deleted_at is null' : ''}`).all();
    const own = found.results.filter((row) => !JSON.stringify(row).includes('another'));
    const rows = lines.flatMap((line) => ('table' in line && line.table === name ? [line.row] : []));
    const ofOthers = own.filter((row) => Object.values(row).every((value) => value !== scene.org.id)).length;
    expect(rows.length, name).toBeGreaterThanOrEqual(own.length - ofOthers);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size, name).toBe(rows.length);
  }
  expect(text).not.toContain('another');
});

test('the last line counts the rows and objects', () => {
  const lines = linesOf(text);
  const countOf = (kind: string) => lines.filter((line) => kind in line).length;
  expect(lines.at(-1)).toEqual({ end: { rows: countOf('table'), objects: countOf('object') } });
});

test('an export contains no secret, not even encrypted or as a digest', async () => {
  const columns = ['hash', 'sealed', 'secret', 'previous_secret', 'status_token'];
  const lines = linesOf(text);
  const found = lines.flatMap((line) => ('table' in line ? Object.keys(line.row) : []));
  expect(columns.filter((column) => found.includes(column))).toEqual([]);
  expect(text).not.toContain(scene.org.key);
});

test("the export has the organization's default placement", async () => {
  const org = await organization();
  await org.patch('/v1/organization/settings', { placement: 'ray' });
  expect((await org.get('/v1/organization/export')).text).toContain('"placement":"ray"');
});

test('objects can be downloaded from their URLs, and have the announced size', async () => {
  const objects = linesOf(text).flatMap((line) => ('object' in line ? [line.object] : []));
  const folders = new Set(objects.map(({ key }) => key.split('/')[0]));
  expect(folders).toContain('archives');
  for (const { key, size, url } of objects) {
    const response = await scene.fetch(new Request(url));
    expect([response.status, (await response.arrayBuffer()).byteLength], key).toEqual([200, size]);
  }
});

test('a position that no export has returned is refused', async () => {
  const { status, body } = await scene.org.get('/v1/organization/export?from=x');
  const message = '`from` is not a `next` value from an export. Send it as you received it, or start over without it.';
  expect([status, body]).toEqual([422, expect.objectContaining({ error: expect.objectContaining({ message }) })]);
});
