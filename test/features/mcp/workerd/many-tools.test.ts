// Tests that two hundred tools come in pages, each once, at the cost of one round trip a page, and which names are left out.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { meteredD1 } from '../../../support/database/metered-d1.ts';
import { testApp } from '../../../support/deps.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { copyLive } from '../scenes/copies.ts';
import { connect } from '../scenes/mcp.ts';

const many = 200;

test('two hundred tools come in pages, each once, at one round trip a page', async () => {
  const { org } = await exactScene();
  await copyLive(org, 'exact', many);
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
