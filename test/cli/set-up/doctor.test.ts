// Tests what `slipway doctor` reports about a server, its clock, the API key, the namespace and a local builder.
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';
import { doctor, inOrder, listening, type Served, serverThat } from './doctor-server.ts';

function builder(name: string, answer: object = {}) {
  const reported = { python: '3.12.1', sandbox: 'namespaces', capabilities: ['sources', 'builds'] };
  return { name, mode: 'active', condition: 'ok', ...reported, ...answer };
}

test.each<[string, Served, string[], number, string[]]>([
  ['everything in order', {}, ['--api-key', 'sk_known'], 0, inOrder],
  ['an invalid key', {}, ['--api-key', 'sk_old'], 1, [...inOrder.slice(0, 3), 'key wrong']],
  [
    'a wrong clock and no key',
    { headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' } },
    [],
    1,
    ['server right', 'contract right', 'clock wrong', 'key wrong'],
  ],
  [
    'a server of another version',
    { version: '0.2.0' },
    ['--api-key', 'sk_known'],
    0,
    ['server right', 'contract lacking', ...inOrder.slice(2)],
  ],
  [
    'an unknown namespace',
    {},
    ['--api-key', 'sk_known', '--namespace', 'other'],
    1,
    [...inOrder.slice(0, 4), 'namespace wrong'],
  ],
  [
    'a key with several namespaces',
    { routes: { '/v1/namespaces/list': { results: [{ namespace_name: 'one' }, { namespace_name: 'two' }] } } },
    ['--api-key', 'sk_known'],
    0,
    [...inOrder.slice(0, 4), 'namespace lacking'],
  ],
])('slipway doctor reports in order: %s', async (_, served, args, code, expected) => {
  const found = await doctor(await serverThat(served), args);
  expect([found.code, found.lines]).toEqual([code, expected]);
});

const ready = { status: 200, body: { status: 'ready' } };
const notReady = {
  status: 503,
  body: {
    error: { type: 'ServiceUnavailableError', code: 'not-ready', message: 'Not ready: the builder cannot be used' },
  },
};

test('a server that is not ready is reported with what does not answer', async () => {
  const { code, items } = await doctor(await serverThat({ readiness: notReady }));
  expect(code).toBe(1);
  expect(items).toContainEqual({
    name: 'ready',
    status: 'wrong',
    detail: 'Not ready: the builder cannot be used',
    fix: 'look for `part.failed` in the log of the server; a builder must run, and have the BUILDER_TOKEN of the Worker',
  });
  const found = await doctor(await serverThat({ readiness: ready }));
  expect([found.code, found.lines]).toEqual([0, inOrder.toSpliced(3, 0, 'ready right')]);
});

test.each([
  ['other builders do its work', 0, 'lacking', ready],
  ['deployments wait for it', 1, 'wrong', notReady],
])(
  'a dead builder beside a local server is reported with what follows: %s',
  async (effect, code, status, readiness) => {
    const url = await serverThat({ readiness });
    const dead = 'http://127.0.0.1:1';
    const local = { url, api_key: 'sk_known', namespace_id: 'ns_1', builder_url: dead };
    const state = folderOf({ 'local.json': JSON.stringify(local) });
    const found = await doctor(url, [], { SLIPWAY_STATE: state });
    expect([found.code, found.items.at(-1)]).toMatchObject([
      code,
      { name: 'builder', status, detail: `${dead} does not respond as a builder: ${effect}` },
    ]);
  },
);

const unanswered = { condition: 'late', python: null, sandbox: null, capabilities: null };

test.each<[string, object[], string[]]>([
  ['one builder is part of the server', [builder('builder 1', unanswered)], []],
  [
    'two that are alike',
    [builder('builder 1'), builder('east', { mode: 'draining' })],
    ['right builder 1: Python 3.12.1, sandbox namespaces', 'right east: Python 3.12.1, sandbox namespaces, draining'],
  ],
  [
    'one that does not answer',
    [builder('builder 1'), builder('east', unanswered)],
    ['right builder 1: Python 3.12.1, sandbox namespaces', 'lacking east: late'],
  ],
  [
    'two that differ',
    [builder('builder 1'), builder('east', { python: '3.13.0', capabilities: ['sources'] })],
    [
      'right builder 1: Python 3.12.1, sandbox namespaces',
      'right east: Python 3.13.0, sandbox namespaces',
      'lacking the builders differ in Python, sandbox or capabilities: a plugin may work on one only',
    ],
  ],
])('several builders are shown, and compared: %s', async (_, builders, expected) => {
  const { items } = await doctor(await serverThat({ routes: { '/v1/builders': { builders } } }));
  const shown = items.filter(({ name }) => name === 'builder').map(({ detail, status }) => `${status} ${detail}`);
  expect(shown).toEqual(expected);
});

test('a namespace is shown with its name, its ID and its origin', async () => {
  const routes = { '/v1/namespaces/staging': { namespace_id: 'ns_2', namespace_name: 'staging' } };
  const { items } = await doctor(await serverThat({ routes }), ['--api-key', 'sk_known'], {
    SLIPWAY_NAMESPACE: 'staging',
  });
  expect(items.at(-1)).toEqual({ name: 'namespace', status: 'right', detail: 'staging (SLIPWAY_NAMESPACE): ns_2' });
});

test('the builder beside a local server is checked', { tags: 'long' }, async () => {
  const url = await serverThat();
  const body = JSON.stringify({ error: { code: 'unauthorized', message: 'Authentication failed.' } });
  const builder = createServer((_, response) => void response.writeHead(401).end(body));
  const local = { url, api_key: 'sk_known', namespace_id: 'ns_1', builder_url: await listening(builder) };
  const state = folderOf({ 'local.json': JSON.stringify(local) });
  expect(await doctor(url, [], { SLIPWAY_STATE: state })).toMatchObject({
    code: 0,
    lines: [...inOrder, 'builder right'],
  });
  const confined = folderOf({
    'local.json': JSON.stringify(local),
    'builder/confinement.json': JSON.stringify({
      sandbox: 'landlock',
      cgroup: 'none',
      disk: { temp: 'sampled', data: 'sampled' },
      shortfalls: [{ effect: 'Go plugins are disabled.', reason: 'Go is not on PATH. Install Go.' }],
    }),
  });
  const [builderItem, machine] = (await doctor(url, [], { SLIPWAY_STATE: confined })).items.slice(-2);
  expect(builderItem?.detail).toMatch(
    /, sandbox landlock, cgroup none, temporary folders limited by measuring, data folders by measuring$/,
  );
  expect(machine).toEqual({
    name: 'machine',
    status: 'lacking',
    detail: 'Go plugins are disabled.',
    fix: 'Go is not on PATH. Install Go.',
  });
  builder.close();
  builder.closeAllConnections();
  const { code, lines } = await doctor(url, [], { SLIPWAY_STATE: state });
  expect([code, lines.at(-1)]).toEqual([1, 'builder wrong']);
});

test('the builder beside a server stored by slipway login is checked from every folder', { tags: 'long' }, async () => {
  const url = await serverThat();
  const body = JSON.stringify({ error: { code: 'unauthorized', message: 'Authentication failed.' } });
  const builder = await listening(createServer((_, response) => void response.writeHead(401).end(body)));
  const local = { url, api_key: 'sk_known', namespace_id: 'ns_1', builder_url: builder };
  const cwd = folderOf({ '.slipway/local.json': JSON.stringify(local) });
  const HOME = folderOf({});
  expect((await slipwayInProcess(['login', '--local', cwd], { cwd, env: { HOME, SLIPWAY_STATE: '' } })).code).toBe(0);
  expect((await doctor(url, [], { HOME })).lines).toContain('builder right');
});

test.each([
  ['a page', '<!doctype html>'],
  ['other JSON', '{"info": {}}'],
])('a server that answers with %s is not mistaken for Slipway', async (_, body) => {
  const url = await listening(createServer((_request, response) => void response.end(body)));
  const { code, items } = await doctor(url);
  expect([code, items.map(({ name, status, detail }) => [name, status, detail])]).toEqual([
    1,
    [['server', 'wrong', `${url} (--base-url) does not respond as Slipway`]],
  ]);
});

test("a key copied with a line break is reported as such and isn't sent", async () => {
  const { code, items } = await doctor(await serverThat(), ['--api-key', 'sk_\nknown']);
  expect([code, items.at(-1)]).toMatchObject([
    1,
    { name: 'key', status: 'wrong', detail: 'the key from --api-key contains a line break at position 4' },
  ]);
});

const minute = 60_000;

test.each([
  ['half a minute behind', -minute / 2, 'right'],
  ['half a minute ahead', minute / 2, 'right'],
  ['two minutes behind', -2 * minute, 'wrong'],
  ['two minutes ahead', 2 * minute, 'wrong'],
])("a server's clock that is %s is reported as right or wrong", async (_, skewMs, status) => {
  const date = new Date(Date.now() + skewMs).toUTCString();
  const { items } = await doctor(await serverThat({ headers: { date } }));
  expect(items.find(({ name }) => name === 'clock')?.status).toBe(status);
});

test("another program on the builder's port is not mistaken for the builder", { tags: 'long' }, async () => {
  const url = await serverThat();
  const other = await listening(createServer((_, response) => void response.end('{"status": "ok"}')));
  const local = { url, api_key: 'sk_known', namespace_id: 'ns_1', builder_url: other };
  const state = folderOf({ 'local.json': JSON.stringify(local) });
  const { code, items } = await doctor(url, [], { SLIPWAY_STATE: state });
  expect([code, items.at(-1)]).toMatchObject([1, { name: 'builder', status: 'wrong' }]);
});

test('an unreachable server is reported with a fix', async () => {
  const args = ['doctor', '--base-url', 'http://127.0.0.1:9'];
  const env = { PATH: folderOf({}) };
  const { code, stdout } = await slipwayInProcess(args, { cwd: folderOf({}), env });
  const [line, fix] = stdout.slice(stdout.indexOf('✗ server')).split('\n');
  expect([code, line, fix]).toEqual([
    1,
    expect.stringContaining('✗ server    Connection to http://127.0.0.1:9 failed: '),
    '  fix       start a local server with `npm start`, or set another URL with --base-url or SLIPWAY_BASE_URL',
  ]);
});
