// Tests the relay: what a plugin with a grant reaches, and what its author reads about it. test/builder/breakout/relay.test.ts covers
// attacks on the relay.
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { type NameServer, nameServer } from './name-server.ts';

let builder: TestBuilder;
let dns: NameServer;
let web: HttpServer;
let store: Server;

const portOf = (server: Server) => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
};
const listening = (server: Server) =>
  new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))));

beforeAll(async () => {
  dns = await nameServer((name, type) => (type === 'A' && name.endsWith('.example.com') ? [127, 0, 0, 1] : []));
  web = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(JSON.stringify({ ...request.headers, url: request.url, body })));
  });
  store = createServer((socket) => socket.on('data', (data) => socket.end(`stored ${data}`)));
  await Promise.all([listening(web), listening(store)]);
  builder = await TestBuilder.start({
    env: { BUILDER_EGRESS_NETWORKS: '127.0.0.1/32', BUILDER_NAME_SERVERS: dns.address },
  });
});
afterAll(async () => {
  await builder.close();
  for (const server of [web, store]) server.close();
  dns.close();
});

const client = handler(
  [
    'def predict(self, request):',
    '    kind = request["kind"]',
    '    if kind == "environment":',
    '        return {name: value for name, value in os.environ.items() if "PROXY" in name.upper()}',
    '    if kind == "exit":',
    '        os._exit(9)',
    '    if kind == "wait":',
    '        time.sleep(request["seconds"])',
    '        return {}',
    '    if kind == "forward":',
    '        with socket.create_connection(("127.0.0.1", request["port"])) as found:',
    '            found.sendall(b"row")',
    '            return {"answer": found.makefile().read()}',
    '    if kind == "hold":',
    '        ended = []',
    '        for port in request["ports"]:',
    '            held = socket.create_connection(("127.0.0.1", port))',
    '            if port == 3128:',
    '                held.sendall(f"CONNECT {request[\'to\']} HTTP/1.1\\r\\n\\r\\n".encode())',
    '                held.recv(1024)',
    '            ended.append(held)',
    '        print("holds")',
    '        for held in ended: held.makefile("rb").read()',
    '        kind = "connect"',
    '    if kind == "connect":',
    '        with socket.create_connection(("127.0.0.1", 3128)) as found:',
    '            found.sendall(f"CONNECT {request[\'to\']} HTTP/1.1\\r\\n\\r\\n".encode())',
    '            lines = found.makefile()',
    '            status = lines.readline().strip()',
    '            if " 200 " in status:',
    '                lines.readline()',
    '                found.sendall(b"row")',
    '            return {"status": status, "rest": lines.read().splitlines()[-1]}',
    '    try:',
    '        sent = urllib.request.Request(request["url"], data=request.get("data", "").encode() or None)',
    '        with urllib.request.urlopen(sent) as answer:',
    '            return json.load(answer)',
    '    except urllib.error.HTTPError as error:',
    '        return {"status": error.code, "text": error.read().decode()}',
  ].join('\n'),
  'import json\nimport os\nimport socket\nimport time\nimport urllib.request',
);

let count = 0;
async function granted(permissions: Permissions): Promise<string> {
  const id = `dep_granted_${count++}`;
  const spec = { ...(await builder.putPlugin(client)), permissions };
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

const linesOf = async (id: string) => (await builder.logs(id)).filter((line) => line.includes('network: '));

describe('a plugin with hosts', () => {
  test('a plugin with hosts reaches them through the proxy in its environment', {
    tags: ['namespaces'],
  }, async () => {
    const port = portOf(web);
    const id = await granted({ network: [`*.example.com:${port}`] });
    expect(await builder.result(id, { kind: 'environment' })).toEqual(
      Object.fromEntries(
        ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'].map((name) => [
          name,
          'http://127.0.0.1:3128',
        ]),
      ),
    );
    const url = `http://api.example.com:${port}/v1?q=1`;
    expect(await builder.result(id, { kind: 'fetch', url, data: 'hello' })).toMatchObject({
      host: `api.example.com:${port}`,
      url: '/v1?q=1',
      body: 'hello',
    });
    await eventually(() => linesOf(id)).toEqual([
      expect.stringMatching(new RegExp(`network: api\\.example\\.com:${port}, \\d+ bytes sent, \\d+ received$`)),
    ]);
  });

  test('a plugin with hosts reaches them with CONNECT, and the bytes are counted', {
    tags: ['namespaces'],
  }, async () => {
    const to = `db.example.com:${portOf(store)}`;
    const id = await granted({ network: [to] });
    expect(await builder.result(id, { kind: 'connect', to })).toEqual({
      status: 'HTTP/1.1 200 Connection Established',
      rest: 'stored row',
    });
    await eventually(() => linesOf(id)).toEqual([expect.stringMatching(`network: ${to}, 3 bytes sent, 10 received$`)]);
  });

  test('a plugin that contacts a host without asking for it gets an error that names the host', {
    tags: ['namespaces'],
  }, async () => {
    const id = await granted({ network: ['api.example.com'] });
    const text = 'other.example.com:80 was refused: it is not granted. Ask for it in `permissions`.\n';
    const url = 'http://other.example.com/';
    expect(await builder.result(id, { kind: 'fetch', url })).toEqual({ status: 403, text });
    await eventually(() => linesOf(id)).toEqual([
      expect.stringMatching(/network: other\.example\.com:80 was refused: it is not granted$/),
    ]);
  });

  test("a plugin that can't reach a host gets an error that says so", { tags: ['namespaces'] }, async () => {
    const id = await granted({ network: ['absent.test', 'api.example.com:1'] });
    expect(await builder.result(id, { kind: 'fetch', url: 'http://absent.test/' })).toEqual({
      status: 502,
      text: 'absent.test does not resolve to an address\n',
    });
    expect(await builder.result(id, { kind: 'connect', to: 'api.example.com:1' })).toEqual({
      status: 'HTTP/1.1 502 api.example.com:1 cannot be reached',
      rest: 'api.example.com:1 cannot be reached',
    });
  });
});

test('a forward leads to its host and port, even after the process restarts', {
  tags: ['namespaces'],
}, async () => {
  const id = await granted({ forward: { '9042': `db.example.com:${portOf(store)}` } });
  const read = () => builder.result(id, { kind: 'forward', port: 9042 });
  expect(await read()).toEqual({ answer: 'stored row' });
  await builder.invoke(id, { kind: 'exit' });
  await eventually(async () => (await builder.status(id)).restarts).toBe(1);
  await eventually(async () => (await builder.status(id)).state).toBe('ready');
  expect(await read()).toEqual({ answer: 'stored row' });
});

test('a call in progress loses its connections, and gets no new ones, when its grant is revoked', {
  tags: ['namespaces'],
}, async () => {
  const to = `db.example.com:${portOf(store)}`;
  const id = await granted({ network: [to], forward: { '9042': to } });
  const held = builder.result(id, { kind: 'hold', ports: [3128, 9042], to });
  await eventually(() => builder.logs(id)).toContain('stdout: holds');
  expect((await builder.send('POST', `/instances/${id}/cut-off`)).status).toBe(204);
  expect(await held).toEqual({
    status: `HTTP/1.1 403 ${to} was refused: its grant was revoked.`,
    rest: `${to} was refused: its grant was revoked.`,
  });
  expect(JSON.stringify(await builder.invoke(id, { kind: 'forward', port: 9042 }))).not.toContain('stored row');
  await builder.invoke(id, { kind: 'exit' });
  await eventually(async () => (await builder.status(id)).restarts).toBe(1);
  await eventually(async () => (await builder.status(id)).state).toBe('ready');
  expect(await builder.result(id, { kind: 'connect', to })).toMatchObject({
    rest: `${to} was refused: its grant was revoked.`,
  });
});

test('a plugin that requests nothing has neither a proxy nor its variables', { tags: ['namespaces'] }, async () => {
  const id = await granted({ memory_mb: 256 });
  expect(await builder.result(id, { kind: 'environment' })).toEqual({});
  expect(await builder.invoke(id, { kind: 'connect', to: 'api.example.com:80' })).toMatchObject({
    body: { status: 'error', error: { message: expect.stringContaining('Network is unreachable') } },
  });
});

test("a call's time limit is the granted time limit", async () => {
  const [short, long] = await Promise.all([granted({ timeout_s: 1 }), granted({ timeout_s: 20 })]);
  const [cancelled, answered] = await Promise.all([
    builder.invoke(short, { kind: 'wait', seconds: 2 }),
    builder.invoke(long, { kind: 'wait', seconds: 2 }),
  ]);
  expect([cancelled.status, answered.status]).toEqual([504, 200]);
});
