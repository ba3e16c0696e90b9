// Tests `slipway grants`: which permissions it sends for which plugin, and its output.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const permissions = { network: ['api.example.com'], timeout_s: 60 };
const grant = {
  ...{
    plugin: 'lookup',
    kind: 'extractor',
    namespace_id: 'ns_1',
    permissions,
    granted_by: { type: 'key', id: 'key_1' },
  },
  ...{ created_at: '2026-03-01T10:00:00.000Z', updated_at: '2026-03-01T10:00:00.000Z' },
};

async function ran(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(['grants', ...args], environment);
  const sent = server.received.map(({ body, method, url }) => [
    `${method} ${url}`,
    body === '' ? null : JSON.parse(body),
  ]);
  return { ...ended, sent };
}

test.each<[string[], object]>([
  [
    ['--network', 'api.example.com', '*.internal.example:9042', '--timeout-s', '60', '--later-timeout-s', '600'],
    {
      kind: 'extractor',
      namespace: 'ns_1',
      permissions: {
        network: ['api.example.com', '*.internal.example:9042'],
        timeout_s: 60,
        later_timeout_s: 600,
      },
      add: true,
    },
  ],
  [
    ['--kind', 'storage', '--forward', '9042=db.example.com:9042', '5432=sql.example.com:5432', '--secret', 'A', 'B'],
    {
      kind: 'storage',
      permissions: { forward: { '9042': 'db.example.com:9042', '5432': 'sql.example.com:5432' }, secrets: ['A', 'B'] },
      add: true,
    },
  ],
  [['--org', '--memory-mb', '4096', '--replace'], { kind: 'extractor', permissions: { memory_mb: 4096 }, add: false }],
])('slipway grants give %j sends the permissions for that plugin', async (options, body) => {
  const { exit, sent, stdout } = await ran(['give', 'lookup', ...options], { body: grant });
  expect(sent).toEqual([['PUT /v1/grants', { plugin: 'lookup', ...body }]]);
  expect([exit, stdout]).toEqual(['done', '✓ lookup is granted:\n  network api.example.com\n  calls of 60 s\n']);
});

test('slipway grants give without permissions sends those that the active version requests', async () => {
  const versions = { active_version: '1.0.1', serving_version: null, results: [{ version: '1.0.1' }] };
  const { sent } = await ran(
    ['give', 'lookup'],
    { body: versions },
    { body: { plugin: { permissions: { requested: permissions, granted: null, missing: permissions } } } },
    { body: grant },
  );
  expect(sent).toEqual([
    ['GET /v1/namespaces/ns_1/plugins/by-name/lookup/versions?limit=1000', null],
    ['GET /v1/namespaces/ns_1/plugins/lookup_1_0_1', null],
    ['PUT /v1/grants', { plugin: 'lookup', kind: 'extractor', namespace: 'ns_1', permissions, add: true }],
  ]);
});

test('slipway grants give without permissions sends those that an installed Go plugin requests', async () => {
  const { sent } = await ran(
    ['give', 'auth', '--kind', 'pipeline'],
    { body: { name: 'auth', plugin_definition: { permissions } } },
    { body: { ...grant, kind: 'pipeline' } },
  );
  expect(sent).toEqual([
    ['GET /api/plugins/auth', null],
    ['PUT /v1/grants', { plugin: 'auth', kind: 'pipeline', permissions, add: true }],
  ]);
});

test.each<[string, string[], Record<string, object>, string]>([
  [
    'give',
    ['give', 'auth', '--network', 'api.example.com'],
    { 'GET /api/plugins/auth': { name: 'auth' }, 'PUT /v1/grants pipeline': { ...grant, kind: 'pipeline' } },
    '✓ auth is granted:\n  network api.example.com\n  calls of 60 s\n',
  ],
  [
    'give, of what it asks for,',
    ['give', 'tcp-store'],
    { 'GET /api/storage-plugins/tcp-store': { plugin_definition: { permissions } }, 'PUT /v1/grants storage': grant },
    '✓ tcp-store is granted:\n  network api.example.com\n  calls of 60 s\n',
  ],
  [
    'revoke',
    ['revoke', 'tcp-store', '--yes'],
    {
      'GET /api/plugins/tcp-store': { name: 'tcp-store' },
      'DELETE /v1/grants?plugin=tcp-store&kind=pipeline': { success: true },
    },
    '✓ tcp-store has no grants left\n',
  ],
])('%s detects the kind of an installed Go plugin', async (_, args, answers, expected) => {
  const server = createServer(async (request, response) => {
    const { kind = '' } = JSON.parse((await text(request)) || '{}');
    const answer = answers[`${request.method} ${request.url} ${kind}`.trim()];
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? { error: { message: 'Not found' } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const SLIPWAY_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { SLIPWAY_BASE_URL, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stdout } = await inProcess(['grants', ...args], environment);
  expect([exit, stdout]).toEqual(['done', expected]);
});

test.each<[string, string[], Scripted[], string]>([
  [
    '--org without permissions',
    ['lookup', '--org'],
    [],
    '✗ the permissions are missing\n  fix      Name what to grant to a plugin of the organization, as in --network api.example.com.\n',
  ],
  [
    'a plugin that asks for no permissions',
    ['auth', '--kind', 'pipeline'],
    [{ body: { name: 'auth', plugin_definition: null } }],
    '✗ auth asks for no permissions\n  fix      Name what to grant, as in --network api.example.com.\n',
  ],
  ['a URL', ['lookup', '--network', 'https://api.example.com'], [], '✗ network 0 must be a host in lower case'],
  [
    'a forward without a port',
    ['lookup', '--forward', '9042=db'],
    [],
    '✗ forward 9042 must be a host in lower case with a port',
  ],
  ['a forward without a local port', ['lookup', '--forward', 'db:9042'], [], 'Use PORT=HOST:PORT'],
  ['a fraction', ['lookup', '--timeout-s', '1.5'], [], 'Use a whole number.'],
  ['a time above the limit', ['lookup', '--timeout-s', '121'], [], '✗ timeout_s must be at most 120'],
])('slipway grants give for %s is refused before anything is granted', async (_, args, answers, message) => {
  const { exit, sent, stderr } = await ran(['give', ...args], ...answers);
  expect(exit).toBe('usage');
  expect(stderr).toContain(message);
  expect(sent.filter(([request]) => !String(request).startsWith('GET'))).toEqual([]);
});

const forbidden = (message: string): Scripted => ({
  status: 403,
  body: {
    success: false,
    status: 403,
    error: { message, type: 'ForbiddenError' },
    detail: message,
    request_id: 'req_1',
  },
});

test.each([
  ['give', ['--org', '--network', 'api.example.com'], 'This key lacks the scope policy:admin'],
  [
    'give',
    ['--org', '--network', 'api.example.com'],
    'This key is bound to namespaces, but this operation covers the whole organization.',
  ],
  ['revoke', ['--org', '--yes'], 'This key lacks the scope policy:admin'],
])('%s with an unauthorized key prints the reason for the refusal', async (command, options, message) => {
  const { exit, stderr, stdout } = await ran([command, 'lookup', ...options], forbidden(message));
  expect([exit, stdout]).toEqual(['denied', '']);
  expect(stderr).toContain(`✗ ${message}`);
});

test.each<[string[], string]>([
  [[], 'plugin=lookup&kind=extractor&namespace=ns_1'],
  [['--org'], 'plugin=lookup&kind=extractor'],
  [['--kind', 'storage'], 'plugin=lookup&kind=storage'],
])('slipway grants revoke %j accepts the same plugin names as give', async (options, query) => {
  const { exit, sent, stdout } = await ran(['revoke', 'lookup', '--yes', ...options], {
    body: { success: true, plugin: 'lookup' },
  });
  expect([exit, stdout]).toEqual(['done', '✓ lookup has no grants left\n']);
  expect(sent).toEqual([[`DELETE /v1/grants?${query}`, null]]);
});

test("slipway grants list prints each plugin's grants", async () => {
  const results = [grant, { ...grant, plugin: 'shared', namespace_id: null, permissions: {} }];
  const { stdout } = await ran(['list'], { body: { results, pagination: { limit: 50, next_cursor: null } } });
  expect(stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
    ['PLUGIN', 'KIND', 'NAMESPACE', 'GRANTED', 'SINCE'],
    ['lookup', 'extractor', 'ns_1', 'network api.example.com, calls of 60 s', '2026-03-01 10:00:00Z'],
    ['shared', 'extractor', 'organization', '-', '2026-03-01 10:00:00Z'],
    [''],
  ]);
  expect((await ran(['list'], { body: { results: [], pagination: { limit: 50, next_cursor: null } } })).stdout).toBe(
    'No grants.\n',
  );
});

test('the list accepts --limit and --cursor, and ends with a note that there are more results', async () => {
  const body = { results: [], pagination: { limit: 2, next_cursor: 'bmV4dA' } };
  const paged = await ran(['list', '--limit', '2', '--cursor', 'YWJj', '--json'], { body });
  expect([paged.exit, paged.stderr, paged.sent]).toEqual(['done', '', [['GET /v1/grants?limit=2&cursor=YWJj', null]]]);
  expect(JSON.parse(paged.stdout)).toMatchObject({ results: [], pagination: { next_cursor: 'bmV4dA' } });
  expect(await ran(['list'], { body })).toMatchObject({
    exit: 'done',
    stderr: 'There are more results; repeat with --cursor bmV4dA\n',
  });
});

test('a grant is not revoked without a confirmation', async () => {
  const { exit, sent, stderr } = await ran(['revoke', 'notes']);
  expect([exit, stderr.slice(stderr.indexOf('✗'))]).toEqual([
    'usage',
    '✗ confirmation required: Revoke the grant of notes\n  fix      Repeat the command with --yes: there is no terminal to ask on, or --no-input is set.\n',
  ]);
  expect(sent).toEqual([]);
});
