// Tests an organization's export: it has everything the organization owns and nothing else, without secrets, in parts of limited size.
import { env } from 'cloudflare:workers';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { toLongTextStream } from '../../../../src/core/paced-streams.ts';
import { exportOrganization, parseExportPosition } from '../../../../src/features/organization-export/export.ts';
import { exportedTables, notExported } from '../../../../src/features/organization-export/exported-tables.ts';
import { features } from '../../../../src/features.ts';
import { tablesOfNobody } from '../../../../src/organizations/removal-steps.ts';
import { schema } from '../../../../src/schema.ts';
import { type ClosingScene, closingScene } from '../../../support/scenes/closing.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const nobodys = tablesOfNobody({ features });

const lineSchema = z.union([
  z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) }),
  z.object({ object: z.object({ key: z.string(), size: z.int(), url: z.string() }) }),
  z.object({ end: z.object({ rows: z.int(), objects: z.int(), next: z.string().optional() }) }),
]);
type Line = z.infer<typeof lineSchema>;

const nameOf = (table: SQLiteTable) => getTableConfig(table).name;
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
const withoutUrl = (line: Line) => ('object' in line ? { object: { ...line.object, url: '' } } : line);

let scene: ClosingScene;
let another: Organization;
let text = '';
beforeAll(async () => {
  scene = await closingScene('exported');
  another = await organization({ name: 'another', fetch: scene.fetch });
  text = await (await requestExport()).text();
});

async function requestExport(path = 'organization/export', key = scene.org.key): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  return scene.fetch(new Request(`http://slipway.test/v1/${path}`, { headers }));
}

/** Exports the organization in many small parts. Returns all their lines, and what their ends counted. */
async function exportedInParts(): Promise<{ parts: Line[]; seen: { rows: number; objects: number } }> {
  const parts: Line[] = [];
  const seen = { rows: 0, objects: 0 };
  for (let from: string | undefined, count = 0; count === 0 || from !== undefined; count++) {
    const limits = { pageRows: 2, pageBytes: 1, trips: 3 };
    const position = from === undefined ? null : parseExportPosition(from);
    const stream = toLongTextStream(exportOrganization(scene.deps, scene.org.id, position, limits));
    const lines = linesOf(await new Response(stream).text());
    const end = lines.pop();
    if (end === undefined || !('end' in end)) throw new Error('no end');
    seen.rows += end.end.rows;
    seen.objects += end.end.objects;
    from = end.end.next;
    parts.push(...lines);
    expect(count).toBeLessThan(500);
  }
  return { parts, seen };
}

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

test('an export in many small parts has the same lines as a single part', async () => {
  const lines = async () => linesOf(await (await requestExport()).text()).map(withoutUrl);
  let whole = await lines();
  let inParts = await exportedInParts();
  // What other files' messages still change has no effect on the next attempt.
  for (let after = await lines(); JSON.stringify(after) !== JSON.stringify(whole); after = await lines()) {
    whole = after;
    inParts = await exportedInParts();
  }
  expect(inParts.parts.map(withoutUrl)).toEqual(whole.slice(0, -1));
  expect(whole.at(-1)).toEqual({ end: inParts.seen });
});

test('a position that no export has returned is refused', async () => {
  const { status, body } = await scene.org.get('/v1/organization/export?from=x');
  const message = '`from` is not a `next` value from an export. Send it as you received it, or start over without it.';
  expect([status, body]).toEqual([422, expect.objectContaining({ error: expect.objectContaining({ message }) })]);
});

test.each(['organization/export', 'events/export'])(
  'an organization has one export at a time, and others have theirs: %s',
  async (path) => {
    const first = await requestExport(path);
    const refused = await requestExport('organization/export');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    const others = await requestExport(path, another.key);
    expect(others.status).toBe(200);
    await others.text();
    await first.text();
    const next = await requestExport();
    expect(next.status).toBe(200);
    await next.text();
  },
);
