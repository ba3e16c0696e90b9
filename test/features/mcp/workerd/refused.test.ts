// Tests that wrong uses of tools are refused as they are elsewhere, and never name what belongs to others.
import { beforeAll, describe, expect, test } from 'vitest';
import { builderLimits } from '../../../../src/contract/limits/builder.ts';
import { clientOf, origin } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { keyOf, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';
import { stage } from '../../../support/scenes/staged.ts';
import { callHeaders, callText, connect, mcpPath } from '../scenes/mcp.ts';

let org: Organization;
beforeAll(async () => {
  ({ org } = await exactScene({ onlyExact: true }));
});

/** Sends one call as another caller, or in another form. */
function call(authorization: string | null, { headers = {}, path = mcpPath(org), raw = callText('exact', '{}') } = {}) {
  return clientOf(authorization, org.fetch).send('POST', path, {
    raw,
    headers: { ...callHeaders('exact'), ...headers },
  });
}

const bearer = async (options: Parameters<typeof keyOf>[1] = {}) => `Bearer ${await keyOf(org, options)}`;

const callers: [who: string, status: number, authorization: () => Promise<string | null>][] = [
  ['no key', 401, async () => null],
  ['a wrong key', 401, async () => 'Bearer sk_wrong'],
  ['a revoked key', 401, () => bearer({ revokedAt: 1 })],
  ['an expired key', 401, () => bearer({ expiresAt: 1 })],
  ['a key that may not call', 403, () => bearer({ scopes: ['plugins:read'] })],
];

test.each(callers)('%s is refused with %i', async (_, status, authorization) => {
  const sent = await authorization();
  expect((await call(sent)).status).toBe(status);
  expect((await call(sent, { path: mcpPath(org, 'absent') })).status).toBe(status);
});

const strangers: [who: string, authorization: () => Promise<string>][] = [
  ["another organization's key", async () => `Bearer ${(await organization()).key}`],
  ['a key of another namespace', async () => bearer({ namespaceIds: [await namespaceIn(org, 'elsewhere')] })],
];

test.each(strangers)('%s learns nothing', async (_, authorization) => {
  const sent = await authorization();
  const raw = callText('exact', '{}').replace('tools/call', 'tools/list');
  const listed = await call(sent, { raw, headers: { 'mcp-method': 'tools/list' } });
  const answers = [await call(sent), await call(sent, { path: mcpPath(org, 'absent') }), listed];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('arguments that are no object are refused', async () => {
  const { body } = await call(`Bearer ${org.key}`, { raw: callText('exact', '[1]') });
  expect(body).toMatchObject({ error: { code: -32_602 } });
});

const forms: [what: string, status: number, sent: NonNullable<Parameters<typeof call>[1]>][] = [
  ['another origin', 403, { headers: { origin: 'https://evil.example' } }],
  ["another site's page", 403, { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['a body that is no JSON', 422, { raw: '{"jsonrpc":' }],
  ['an empty body', 422, { raw: '' }],
  ['a batch of messages', 422, { raw: `[${callText('exact', '{}')}]` }],
  ['a number', 422, { raw: '1' }],
  ['a deep nest', 422, { raw: callText('exact', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`) }],
  ['arguments that are too long', 413, { raw: callText('exact', `{"a":"${'x'.repeat(builderLimits.callBytes)}"}`) }],
  ['a set that does not exist', 404, { path: '' }],
];

test.each(forms)('%s is refused with %i', async (what, status, sent) => {
  const path = what.startsWith('a set') ? mcpPath(org, 'absent') : mcpPath(org);
  expect((await call(`Bearer ${org.key}`, { ...sent, path })).status).toBe(status);
});

test.each(['{}', '{"jsonrpc":"2.0","id":0,"params":{}}', '{"jsonrpc":"2.0","id":0,"method":1}'])(
  'a message without a method is refused: %s',
  async (body) => {
    const headers = { ...callHeaders('exact'), 'content-type': 'application/json', authorization: `Bearer ${org.key}` };
    const answered = await org.fetch(new Request(`${origin}${mcpPath(org)}`, { method: 'POST', headers, body }));
    expect(answered.status).toBe(400);
  },
);

test.each([
  ['*/*', 200],
  ['', 200],
  ['application/json, text/event-stream, */*;q=0.1', 200],
  ['text/html', 406],
])('a client of revision 2025-11-25 that accepts %j gets %i', async (accept, status) => {
  const headers = new Headers({ 'content-type': 'application/json', authorization: `Bearer ${org.key}`, accept });
  if (accept === '') headers.delete('accept');
  const body = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"exact","arguments":{"a":1}}}';
  const answered = await org.fetch(new Request(`${origin}${mcpPath(org)}`, { method: 'POST', headers, body }));
  expect(answered.status).toBe(status);
  if (status === 200) expect(await answered.text()).toContain('"back":{"a":1}');
});

test('a query, as in a URL with a key, is no authentication', async () => {
  expect((await call(null, { path: `${mcpPath(org)}?key=${org.key}` })).status).toBe(401);
});

test.each(['GET', 'DELETE'])('%s, for which a server needs sessions, is not allowed', async (method) => {
  expect((await org.send(method, mcpPath(org))).status).toBe(405);
});

describe('a tool is unknown', () => {
  const unknown: [what: string, make: () => Promise<string>][] = [
    ['that does not exist', async () => 'absent'],
    ['whose name is no name', async () => '../exact'],
    [
      'whose plugin waits for approval',
      async () => {
        await stage(org, { name: 'waiting', realtime: true }, { stage: true });
        return 'waiting';
      },
    ],
    [
      'whose plugin is not deployed',
      async () => {
        await publish(org, plugin({ name: 'resting', realtime: true }));
        return 'resting';
      },
    ],
    [
      'of another organization',
      async () => {
        const other = await organization();
        await publish(other, plugin({ name: 'foreign', realtime: true }));
        return 'foreign';
      },
    ],
    ['of a Go kind that is not installed', async () => 'pipeline-absent'],
  ];

  test.each(unknown)('%s', async (_, make) => {
    const name = await make();
    const client = await connect(org);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).not.toContain(name);
    await expect(client.callTool({ name, arguments: {} })).rejects.toThrow(`Unknown tool: ${name}`);
  });
});

test("a plugin's error is the tool's error", async () => {
  await publish(org, plugin({ name: 'fails', files: { 'realtime.py': failing } }));
  await org.post(`${org.plugins}/fails_1_0_0/deploy`);
  const client = await connect(org);
  await expect
    .poll(async () => client.callTool({ name: 'fails', arguments: {} }).catch(() => undefined), { timeout: 60_000 })
    .toMatchObject({ isError: true, content: [{ type: 'text', text: 'ValueError: give a number' }] });
});

test('an answer that no model could read is refused with the reason', async () => {
  const client = await connect(org);
  const result = await client.callTool({ name: 'exact', arguments: { a: 'x'.repeat(600_000) } });
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("a tool's may have 1024 KiB") }],
  });
});

test('an endless subscription is refused', async () => {
  const raw = callText('exact', '{}')
    .replace('tools/call', 'subscriptions/listen')
    .replace('"params":{', '"params":{"notifications":{},');
  const headers = { 'mcp-method': 'subscriptions/listen' };
  expect((await call(`Bearer ${org.key}`, { raw, headers })).text).toContain('"error"');
});

const failing = `class FailingInferenceService:
    def run_inference(self, inputs, parameters):
        raise ValueError("give a number")
`;
