// Tests that two hundred tools come in pages, each once, at the cost of one round trip a page, and which names are left out.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { meteredD1 } from '../../../support/database/metered-d1.ts';
import { testApp } from '../../../support/deps.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { connect } from '../scenes/mcp.ts';

const many = 200;

/** Copies the live plugin `exact` as it is, under other names. */
async function copyLive(namespaceId: string): Promise<void> {
  const own = `(select id from plugins where owner_id = '${namespaceId}' and name = 'exact')`;
  const version = `(select id from plugin_versions where plugin_id = ${own})`;
  const tables: [table: string, where: string, changes: Record<string, string>][] = [
    ['plugins', `id = ${own}`, { id: 'id || i', name: "'tool_' || i", active_version_id: 'active_version_id || i' }],
    ['plugin_versions', `id = ${version}`, { id: 'id || i', plugin_id: 'plugin_id || i', name: "'tool_' || i" }],
    [
      'deployments',
      `version_id = ${version}`,
      { id: 'id || i', version_id: 'version_id || i', plugin_id: 'plugin_id || i' },
    ],
    ['live_pointers', `subject_id = ${own}`, { subject_id: 'subject_id || i', target_id: 'target_id || i' }],
    ['live_pointers', `subject_id = ${version}`, { subject_id: 'subject_id || i', target_id: 'target_id || i' }],
  ];
  for (const [table, where, changes] of tables) {
    const row = await env.DB.prepare(`select * from ${table} where ${where}`).first();
    const columns = Object.keys(row ?? {});
    const values = columns.map((column) => changes[column] ?? `"${column}"`);
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many})
        insert into ${table} ("${columns.join('", "')}") select ${values} from (select * from ${table} where ${where}), n`,
    ).run();
  }
}

test('two hundred tools come in pages, each once, at one round trip a page', async () => {
  const { org } = await exactScene();
  await copyLive(org.namespaceId);
  const { db, total } = meteredD1(env.DB);
  const app = testApp({ db: database(db) });
  const statements: number[] = [];
  const fetch: typeof app.fetch = async (request) => {
    const before = total().statements;
    const response = await app.fetch(request);
    if (request.headers.get('mcp-method') === 'tools/list') statements.push(total().statements - before);
    return response;
  };
  const client = await connect({ ...org, fetch });
  const { tools } = await client.listTools();
  expect(new Set(tools.map(({ name }) => name)).size).toBe(many + 3);
  expect(tools.length).toBe(many + 3);
  const pages = Math.ceil((many + 3) / toolLimits.perPage);
  expect(statements).toEqual(Array.from({ length: pages }, () => 2));
});

test('a Go plugin whose name many models refuse is not listed', async () => {
  const { org } = await exactScene();
  const renamed = (name: string, to: string, kind = 'pipeline') =>
    env.DB.prepare(`update plugin_versions set kind = ?, name = ? where name = ? and owner_id = ?`)
      .bind(kind, to, name, org.namespaceId)
      .run();
  await renamed('gathers', 'rates.v2');
  await renamed('yields', 'y'.repeat(55));
  const client = await connect(org);
  const { tools } = await client.listTools();
  expect(tools.map(({ name, title }) => [name, title])).toEqual([
    ['exact', 'Exact'],
    [`pipeline-${'y'.repeat(55)}`, `Y${'y'.repeat(54)} (pipeline)`],
  ]);
  await renamed('y'.repeat(55), 'y'.repeat(56));
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['exact']);
  await renamed('rates.v2', 'gathers', 'extractor');
  await renamed('y'.repeat(56), 'yields', 'extractor');
});
