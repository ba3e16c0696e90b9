// Tests `slipway api`: it reaches every API operation, puts fields where the operation expects them, and sends and prints bytes
// unchanged.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { operationsIn } from '../../../src/cli/manage/api/operations.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, slipway } from '../slipway.ts';

const text = await readFile('openapi.json', 'utf8');
const documented = { body: text };
const pathsSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});

async function sent(args: string[], answer: { body?: unknown; status?: number } = { body: {} }) {
  const byPath = /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(args[0] ?? '');
  await using server = await scriptedServer(...(byPath ? [] : [documented]), answer);
  const environment = {
    SLIPWAY_API_KEY: 'sk_own',
    SLIPWAY_ADMIN_TOKEN: 'operator',
    SLIPWAY_BASE_URL: server.url,
    SLIPWAY_NAMESPACE: 'ns_0000000000000000000000000a',
  };
  const ended = await inProcess(['api', ...args], environment);
  return {
    ...ended,
    requests: server.received.map(({ method, url }) => `${method} ${url}`),
    last: server.received.at(-1),
  };
}

test('every documented operation is listed with its path parameters', () => {
  const { paths } = pathsSchema.parse(JSON.parse(text));
  const documentedIds = Object.values(paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  const operations = operationsIn(JSON.parse(text));
  expect(operations.map(({ id }) => id).toSorted()).toEqual(documentedIds.toSorted());
  for (const { id, parameters, path } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
    const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect([id, named.toSorted()]).toEqual([id, inPath]);
  }
});

test('fields fill the path, the query and the body, and numbers stay as written', async () => {
  const { last, exit } = await sent([
    ...['createNamespace', '-f', 'namespace_name=eu', '-F', 'vector_features=[1.50, 9007199254740993]'],
  ]);
  expect(exit).toBe('done');
  expect([last?.method, last?.url, last?.body]).toEqual([
    'POST',
    '/v1/namespaces',
    '{"namespace_name":"eu","vector_features":[1.50, 9007199254740993]}',
  ]);
  expect(last?.headers).toMatchObject({ authorization: 'Bearer sk_own', 'content-type': 'application/json' });
});

test("the connection's namespace is the default, and the OpenAPI document is requested without a key", async () => {
  const { last, requests } = await sent(['listplugins', '-f', 'limit=5']);
  expect(requests).toEqual(['GET /openapi.json', 'GET /v1/namespaces/ns_0000000000000000000000000a/plugins?limit=5']);
  expect(last?.headers.authorization).toBe('Bearer sk_own');
});

test('operator operations are sent with the admin token', async () => {
  const { last } = await sent(['setQuotas', '-f', 'organization_id=org_1', '-F', 'live_deployments=50']);
  expect([last?.method, last?.url, last?.body]).toEqual([
    'PATCH',
    '/v1/admin/organizations/org_1/quotas',
    '{"live_deployments":50}',
  ]);
  expect(last?.headers.authorization).toBe('Bearer operator');
});

test('a method and a path are sent unchanged, with a file as the body', async () => {
  const folder = folderOf({ 'body.bin': Uint8Array.of(0, 255, 10) });
  await using server = await scriptedServer({
    headers: { 'content-type': 'text/plain' },
    body: Uint8Array.of(7, 0, 200),
  });
  const ran = await slipway(
    [...['api', 'PUT', '/v1/x', '--body', join(folder, 'body.bin')], '-H', 'content-type: application/octet-stream'],
    { env: { SLIPWAY_API_KEY: 'sk_own', SLIPWAY_BASE_URL: server.url } },
  );
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: Buffer.from([7, 0, 200]).toString() });
  expect(server.received).toMatchObject([
    { method: 'PUT', url: '/v1/x', headers: { 'content-type': 'application/octet-stream', 'content-length': '3' } },
  ]);
});

test('the answer is printed unchanged, and a refusal as in every other command', async () => {
  const { stdout } = await sent(['GET', '/v1/organization'], { body: '{"n":1.0,"big":12345678901234567890}' });
  expect(stdout).toBe('{"n":1.0,"big":12345678901234567890}');
  const problem = { type: 'about:blank', title: 'Not found', status: 404, detail: 'there is none', code: 'not-found' };
  const refused = await sent(['GET', '/v1/gone'], { status: 404, body: problem });
  expect([refused.exit, refused.stdout, refused.stderr]).toEqual([
    'failed',
    '',
    expect.stringContaining('there is none'),
  ]);
});

test('a terminal gets the answer indented, with its numbers unchanged', async () => {
  const headers = { 'content-type': 'application/json' };
  await using server = await scriptedServer({ headers, body: '{"n":1.0,"list":[{"big":12345678901234567890}]}' });
  const environment = { SLIPWAY_API_KEY: 'sk_own', SLIPWAY_BASE_URL: server.url };
  const { stdout } = await inProcess(['api', 'GET', '/v1/organization'], environment, { isTTY: true });
  expect(stdout).toBe('{\n  "n": 1.0,\n  "list": [\n    {\n      "big": 12345678901234567890\n    }\n  ]\n}\n');
});

test('a path can include a query', async () => {
  const { requests } = await sent(['DELETE', '/api/v1/plugins/plg_1?force=true']);
  expect(requests).toEqual(['DELETE /api/v1/plugins/plg_1?force=true']);
});

test('operations are listed and searched, and described with their fields', async () => {
  const { stdout } = await sent(['--search', 'quotas']);
  expect(stdout).toContain('setQuotas');
  expect(stdout).not.toContain('listSecrets');
  const described = await sent(['setQuotas', '--describe']);
  expect(described.stdout).toMatch(/^setQuotas {2}PATCH \/v1\/admin\/organizations\/\{organization_id\}\/quotas\n/);
  expect(described.stdout).toMatch(/\norganization_id +path +required/);
  expect(described.stdout).toMatch(/\nlive_deployments +body/);
});

test.each([
  [['setQuota'], /no operation setQuota/],
  [['GET'], /GET needs a path/],
  [['GET', '//example.com/v1'], /must begin with one \//],
  [['GET', 'https://example.com/v1'], /must begin with one \//],
  [['fetch', '/v1/x'], /fetch is not a method/],
  [['setQuotas'], /setQuotas needs organization_id/],
  [['getOrganization', '-f', 'color=red'], /has no color/],
  [['createNamespace', '-f', 'namespace_name'], /NAME=VALUE/],
  [['createNamespace', '-f', 'a=1', '-f', 'a=2'], /a is given twice/],
  [['POST', '/v1/x', '-H', 'nonsense'], /NAME:VALUE/],
  [['POST', '/v1/x', '--body', '/absent'], /cannot read \/absent/],
  [['POST', '/v1/x', '--body', '-', '-f', 'a=1'], /not both/],
])('%j is refused before any request with a key', async (args, message) => {
  const { exit, requests, stderr } = await sent(args);
  expect([exit, stderr]).toEqual(['usage', expect.stringMatching(message)]);
  expect(requests.filter((request) => request !== 'GET /openapi.json')).toEqual([]);
});
