// Tests that two hundred tools come in pages, each once, at the cost of one round trip a page.
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
