// Tests that the networked examples work against local servers, with and without their permissions.
// @module-tag go
// @module-tag long
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExecutableSpec } from '../../../src/contract/builder/instances.ts';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { artifactOf, coldCacheMs, executableSpec, goMod, operate, startGoBuilder } from '../go-support.ts';
import { eventually, type Files, type TestBuilder } from '../support.ts';
import { type NameServer, nameServer } from './name-server.ts';
import { type RespServer, respServer } from './resp-server.ts';

let builder: TestBuilder;
let dns: NameServer;
let web: Server;
let port: number;
let store: RespServer;
let count = 0;
let tokens = 0;

const secret = 'a client secret & more';

/** Serves tokens to clients that authenticate, the API to clients with a token, and lookups to everyone. */
function serve(): Server {
  return createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    const expected = Buffer.from(`reports:${encodeURIComponent(secret).replaceAll('%20', '+')}`).toString('base64');
    if (request.url === '/token') tokens++;
    if (request.url === '/token')
      return authorization === `Basic ${expected}`
        ? reply(200, { access_token: 'token-1', expires_in: 3600 })
        : reply(401, { error: 'invalid_client' });
    if (request.url === '/orders')
      return authorization === 'Bearer token-1' ? reply(200, { orders: [7] }) : reply(401, {});
    return reply(200, { found: new URL(request.url ?? '', 'http://api').searchParams.get('text') });
  });
}

beforeAll(async () => {
  dns = await nameServer((name, type) => (type === 'A' && name.endsWith('.example.com') ? [127, 0, 0, 1] : []));
  web = serve();
  store = await respServer();
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  builder = await startGoBuilder({
    env: { BUILDER_EGRESS_NETWORKS: '127.0.0.1/32', BUILDER_NAME_SERVERS: dns.address },
  });
});
afterAll(async () => {
  await builder.close();
  web.close();
  store.close();
  dns.close();
});

function example(name: string): Files {
  const folder = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  const files = readdirSync(folder).filter((file) => /\.(?:go|py)$/.test(file));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

async function startedGo(name: string, rest: Partial<ExecutableSpec>): Promise<string> {
  const artifact = await artifactOf(builder, { 'go.mod': goMod(), ...example(name) });
  const id = `dep_example_${count++}`;
  expect((await builder.put(id, executableSpec(artifact, rest))).at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

const result = async (id: string, method: string, params: object) => (await operate(builder, id, method, params)).body;
const connections = async (id: string) => (await builder.logs(id)).filter((line) => line.includes('network: '));

describe('http_lookup', () => {
  const asked = async (permissions: Permissions) => {
    const id = `dep_lookup_${count++}`;
    const spec = { ...(await builder.putPlugin(example('http_lookup'), [], 'http_lookup')), permissions };
    expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
    const url = `http://api.example.com:${port}/lookup`;
    return { id, answer: (await builder.invoke(id, { text: 'Ada' }, { url })).body };
  };

  test('http_lookup sends its requests to its granted host', async () => {
    const { id, answer } = await asked({ network: [`api.example.com:${port}`] });
    expect(answer).toMatchObject({ status: 'success', result: { answer: { found: 'Ada' } } });
    await eventually(() => connections(id)).toHaveLength(1);
  });

  test('http_lookup names the host that lacks a grant', async () => {
    const { answer } = await asked({ network: ['other.example.com'] });
    expect(answer).toMatchObject({
      status: 'error',
      error: {
        message: `403: api.example.com:${port} was refused: it is not granted. Ask for it in \`permissions\`.`,
      },
    });
  });
});

describe('http-auth', () => {
  const request = () => ({
    action: 'request',
    params: {
      token_url: `http://auth.example.com:${port}/token`,
      client_id: 'reports',
      url: `http://api.example.com:${port}/orders`,
    },
  });

  test('http-auth uses its secret to get one token, and sends requests with the token', {
    timeout: coldCacheMs,
  }, async () => {
    const permissions = { network: [`auth.example.com:${port}`, `api.example.com:${port}`] };
    const id = await startedGo('http-auth', { permissions, secrets: { OAUTH_CLIENT_SECRET: secret } });
    const answer = { result: { output: { status: 200, body: '{"orders":[7]}' } } };
    expect(await result(id, 'execute', request())).toMatchObject(answer);
    expect(await result(id, 'execute', request())).toMatchObject(answer);
    expect(tokens).toBe(1);
  });

  test('http-auth fails without the network, and names the missing permission', { timeout: coldCacheMs }, async () => {
    const id = await startedGo('http-auth', { secrets: { OAUTH_CLIENT_SECRET: secret } });
    expect(await result(id, 'execute', request())).toMatchObject({
      error: { code: 'plugin_error', message: expect.stringContaining('auth.example.com') },
    });
  });
});

describe('tcp-store', () => {
  const config = { connection_string: '127.0.0.1:6379' };
  const filters = [{ attribute: 'id', operator: 'eq', value: 7 }];
  const record = { version: '1.0', data: { id: 7, name: 'Ada' } };

  test('tcp-store stores, finds, changes and deletes records through its forward', {
    timeout: coldCacheMs,
  }, async () => {
    const id = await startedGo('tcp-store', {
      kind: 'storage',
      permissions: { forward: { '6379': `store.example.com:${store.port}` } },
    });
    expect(await result(id, 'health', { config })).toEqual({ result: { healthy: true } });
    expect(await result(id, 'store', { config, cir: record })).toMatchObject({ result: { success: true } });
    expect([...store.values.keys()]).toEqual(['record:7']);
    const updates = { filters, updates: { name: 'Grace' } };
    expect(await result(id, 'update', { config, query: {}, updates })).toMatchObject({ result: { affected_items: 1 } });
    expect(await result(id, 'retrieve', { config, query: { filters } })).toMatchObject({
      result: [{ data: { id: 7, name: 'Grace' } }],
    });
    expect(await result(id, 'delete', { config, query: { filters } })).toMatchObject({ result: { affected_items: 1 } });
    expect(store.values.size).toBe(0);
  });

  test("tcp-store can't reach its store without the forward", { timeout: coldCacheMs }, async () => {
    const id = await startedGo('tcp-store', { kind: 'storage' });
    expect(await result(id, 'health', { config })).toMatchObject({
      error: { message: expect.stringContaining('is the forward granted that leads to the store?') },
    });
  });
});
