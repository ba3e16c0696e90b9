// Tests that an agent sees and calls a set's tools only, under the set's names and with its fixed parameters.
import { beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { exactScene, realtime } from '../../../support/scenes/exact-plugin.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, stage } from '../../../support/scenes/staged.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { connect, mcpPath } from '../scenes/mcp.ts';

let org: Organization;
beforeAll(async () => {
  ({ org } = await exactScene());
});

async function setTools(name: string, body: object): Promise<void> {
  const raw = JSON.stringify(body).replaceAll('"EXACT"', '{"n":12345678901234567890,"f":1.0}');
  const headers = { 'content-type': 'application/json' };
  expect((await org.send('PUT', `/v1/namespaces/${org.namespaceId}/tool-sets/${name}`, { raw, headers })).status).toBe(
    200,
  );
}

async function live(id: string): Promise<void> {
  expect((await org.post(`${org.plugins}/${id}/deploy`)).status).toBe(200);
  await waitUntil(async () => Object((await org.get(`${org.plugins}/${id}/status`)).body).deployed);
}

test('its tools have its names and words, and fixed parameters that arrive as written', async () => {
  const words = { title: 'See it', description: 'Shows what arrives.' };
  await setTools('words', {
    description: 'For looking closely.',
    tools: [
      { name: 'see', plugin: 'exact', ...words, parameters: 'EXACT' },
      { name: 'gone', plugin: 'absent' },
    ],
  });
  const client = await connect(org, { path: mcpPath(org, 'words') });
  expect(client.getInstructions()).toBe('For looking closely.');
  const { tools } = await client.listTools();
  expect(tools).toMatchObject([{ name: 'see', ...words }]);
  const { structuredContent } = await client.callTool({ name: 'see', arguments: { a: 1 } });
  expect(structuredContent).toMatchObject({ given: "{'n': 12345678901234567890, 'f': 1.0}", seen: "{'a': 1}" });
});

test('plugins beside it, and plugins that are not live, are unknown tools', async () => {
  await setTools('few', {
    tools: [
      { name: 'see', plugin: 'exact' },
      { name: 'gone', plugin: 'absent' },
    ],
  });
  const client = await connect(org, { path: mcpPath(org, 'few') });
  for (const name of ['exact', 'gathers', 'gone'])
    await expect(client.callTool({ name, arguments: {} })).rejects.toThrow(`Unknown tool: ${name}`);
});

test('a pinned tool stays with its version, and another follows the name', async () => {
  await publish(org, plugin({ name: 'moves', files: { 'realtime.py': realtime } }));
  await live('moves_1_0_0');
  await publish(
    org,
    plugin({
      name: 'moves',
      version: '1.1.0',
      files: { 'realtime.py': realtime.replace('"seen"', '"newer": 1, "seen"') },
    }),
  );
  await live('moves_1_1_0');
  await setTools('both', {
    tools: [
      { name: 'pinned', plugin: 'moves', version: '1.0.0' },
      { name: 'latest', plugin: 'moves' },
    ],
  });
  const client = await connect(org, { path: mcpPath(org, 'both') });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['pinned', 'latest']);
  const [pinned, latest] = await Promise.all(
    ['pinned', 'latest'].map((name) => client.callTool({ name, arguments: {} })),
  );
  expect([Object(pinned?.structuredContent).newer, Object(latest?.structuredContent).newer]).toEqual([undefined, 1]);
});

describe('if it demands approval', () => {
  test('only approved versions are tools', async () => {
    expect((await stage(org, { name: 'checked', realtime: true }, { stage: true })).status).toBe(200);
    expect((await approve(await personIn(org, 'Bo'), 'checked_1_0_0')).status).toBe(200);
    await live('checked_1_0_0');
    await setTools('approved', {
      requires_approval: true,
      tools: [
        { name: 'checked', plugin: 'checked' },
        { name: 'exact', plugin: 'exact' },
      ],
    });
    const client = await connect(org, { path: mcpPath(org, 'approved') });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['checked']);
    expect(await client.callTool({ name: 'checked', arguments: { a: 1 } })).toMatchObject({
      structuredContent: { inputs: { a: 1 } },
    });
    await expect(client.callTool({ name: 'exact', arguments: {} })).rejects.toThrow('Unknown tool: exact');
  });
});

test('a key limited to its path calls its tools, and nothing else', async () => {
  await setTools('own', { tools: [{ name: 'see', plugin: 'exact' }] });
  const path = `/v1/namespaces/${org.namespaceId}/tool-sets/own`;
  const created = await org.post('/v1/keys', { name: 'agent', scopes: ['plugins:invoke'], path });
  const key = String(Object(created.body).api_key);
  const client = await connect(org, { key, path: mcpPath(org, 'own') });
  expect(await client.callTool({ name: 'see', arguments: {} })).toMatchObject({ structuredContent: { seen: '{}' } });
  const agent = clientOf(`Bearer ${key}`, org.fetch);
  const elsewhere = [mcpPath(org), `${org.plugins}/by-name/exact/realtime`, `${path}2/mcp`];
  const answers = await Promise.all(elsewhere.map((one) => agent.post(one, {})));
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});
