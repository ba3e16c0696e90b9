// Tests that what an agent may read about a set's tools comes in pages, and that the tools themselves are one page.
import { beforeAll, expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { copyLive } from '../scenes/copies.ts';
import { connect, mcpPath } from '../scenes/mcp.ts';

const names = Array.from({ length: toolLimits.perSet }, (_, nth) => `tool_${nth + 1}`);
const thirty = names.slice(0, 30);

let org: Organization;
beforeAll(async () => {
  org = await organization();
  const files = { 'README.md': '# Read me\n', 'tests/examples/first.json': '{"inputs": {}}\n' };
  await publish(org, plugin({ name: 'documented', realtime: true, files }));
  await org.post(`${org.plugins}/documented_1_0_0/deploy`);
  await waitUntil(async () => Object((await org.get(`${org.plugins}/documented_1_0_0/status`)).body).deployed);
  await copyLive(org, 'documented', names.length + 1);
  await setTools('thirty', thirty);
  await setTools('largest', names);
});

async function setTools(set: string, plugins: string[]): Promise<void> {
  const tools = plugins.map((name) => ({ name, plugin: name }));
  const path = `/v1/namespaces/${org.namespaceId}/tool-sets/${set}`;
  expect((await org.send('PUT', path, { body: { tools } })).status).toBe(200);
}

/** Connects to a set, and counts the members of the pages that it gets. */
async function connectTo(set: string, member: 'tools' | 'resources') {
  const pages: number[] = [];
  const fetch: Organization['fetch'] = async (request) => {
    const response = await org.fetch(request);
    if (request.headers.get('mcp-method') === `${member}/list`)
      pages.push(Object(await response.clone().json()).result[member].length);
    return response;
  };
  return { client: await connect({ ...org, fetch }, { path: mcpPath(org, set) }), pages };
}

test("a set's resources come in pages of twenty tools, each once, in the set's order", async () => {
  const { client, pages } = await connectTo('thirty', 'resources');
  const { resources } = await client.listResources();
  const parts = thirty.flatMap((name) => [`slipway://tools/${name}/readme`, `slipway://tools/${name}/examples`]);
  expect([resources.map(({ uri }) => uri), pages]).toEqual([parts, [40, 20]]);
});

test('the tools of the largest set are one page', async () => {
  const { client, pages } = await connectTo('largest', 'tools');
  const { tools } = await client.listTools();
  expect([tools.map(({ name }) => name), pages]).toEqual([names, [names.length]]);
});

test('a page after a tool that left the set is refused, with what to do', async () => {
  const client = await connect(org, { path: mcpPath(org, 'thirty') });
  await expect(client.listResources({ cursor: 'left' })).rejects.toThrow('List again without a cursor.');
});
