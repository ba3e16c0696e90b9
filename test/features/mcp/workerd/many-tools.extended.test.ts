// Tests that two hundred tools come in pages, each once, at the cost of one round trip a page, and that a
// version is described once, and which names are left out.
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { meteredD1 } from '../../../support/database/metered-d1.ts';
import { testApp } from '../../../support/deps.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { copyLive } from '../scenes/copies.ts';
import { connect } from '../scenes/mcp.ts';

const many = 200;

/** Returns an app and, for each page of tools that it listed, its number of statements. */
function meteredApp() {
  const { db, total } = meteredD1(env.DB);
  const app = testApp({ db: database(db) });
  const statements: number[] = [];
  const fetch: typeof app.fetch = async (request) => {
    const before = total().statements;
    const response = await app.fetch(request);
    if (request.headers.get('mcp-method') === 'tools/list') statements.push(total().statements - before);
    return response;
  };
  return { fetch, statements };
}

test('two hundred tools come in pages, each once, at one round trip a page, and one more for new versions', async () => {
  const { org } = await exactScene({ onlyExact: true });
  await copyLive(org, 'exact', many);
  const { fetch, statements } = meteredApp();
  const client = await connect({ ...org, fetch });
  const { tools } = await client.listTools();
  expect(new Set(tools.map(({ name }) => name)).size).toBe(many + 1);
  expect(tools.length).toBe(many + 1);
  const again = await connect({ ...org, fetch });
  expect((await again.listTools()).tools).toEqual(tools);
  const pages = Math.ceil((many + 1) / toolLimits.perPage);
  const each = (count: number) => Array.from({ length: pages }, () => count);
  expect(statements).toEqual([...each(3), ...each(2)]);
});

test('versions with large schemas are read a few at a time, and each has its own description', async () => {
  const { org } = await exactScene({ onlyExact: true });
  const few = 12;
  await copyLive(org, 'exact', few);
  const schema = (name: string) => ({ type: 'object', properties: { [name]: { description: 'a'.repeat(30_000) } } });
  const large = sql`json_set(manifest, '$.input_schema', json(${JSON.stringify(schema('x'))}), '$.output_schema', json(${JSON.stringify(schema('y'))}))`;
  await database(env.DB).run(
    sql`update plugin_versions set manifest = ${large}, description = name where name like 'tool_%'`,
  );
  const { fetch, statements } = meteredApp();
  const { tools } = await (await connect({ ...org, fetch })).listTools();
  const copies = tools.filter(({ name }) => name.startsWith('tool_'));
  expect(copies.map(({ description, name }) => [name, description])).toEqual(copies.map(({ name }) => [name, name]));
  expect(copies.length).toBe(few);
  for (const { inputSchema, outputSchema } of copies) {
    expect(Object.keys(Object(inputSchema.properties))).toEqual(['x']);
    expect(JSON.stringify(outputSchema)).toContain('"y"');
  }
  expect(statements).toEqual([4]);
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
