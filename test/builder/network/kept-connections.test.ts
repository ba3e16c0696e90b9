// Tests connections that the builder keeps open for later requests to the same server, such as calls to a Ray cluster. Names resolve to
// 127.8.0.1 or 127.8.0.2, which the operator allows here, or to an address that isn't public.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import { BlockList, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Egress } from '../../../builder/server/egress/egress.ts';
import type { KeptLimits } from '../../../builder/server/egress/kept-connections.ts';
import { egressLimits, keptConnections } from '../../../src/contract/limits/egress.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const [cert, key] = [fixture('hooks.example.com.crt'), fixture('hooks.example.com.key')];
const [first, second, inside] = ['127.8.0.1', '127.8.0.2', '127.0.0.1'] as const;
const name = 'https://hooks.example.com/';
const networks = new BlockList();
networks.addSubnet('127.8.0.0', 16, 'ipv4');
/** Longer than any test takes. */
const never = 3_600_000;

let servers: Server[] = [];
let securePort = 0;
let plainPort = 0;
/** The connections to all servers, oldest first. */
let connections: { to: string | undefined; closed: Promise<unknown> }[] = [];
let requests = 0;
let respond: RequestListener = (_request, response) => response.end();

async function listen(server: Server, port: number, address: string): Promise<number> {
  server.keepAliveTimeout = never;
  server.on('connection', (socket: Socket) => {
    const closed = new Promise((resolve) => socket.on('close', resolve));
    connections.push({ to: socket.localAddress, closed });
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  servers.push(server);
  const bound = server.address();
  return typeof bound === 'object' ? (bound?.port ?? 0) : 0;
}

beforeAll(async () => {
  const counted: RequestListener = (request, response) => {
    requests++;
    respond(request, response);
  };
  for (const address of [first, second, inside])
    securePort = await listen(createServer({ cert, key }, counted), securePort, address);
  plainPort = await listen(createHttpServer(counted), 0, inside);
});
beforeEach(() => {
  connections = [];
  requests = 0;
  respond = (_request, response) => response.end();
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

/** Returns an egress whose resolver returns one address after another, and repeats the last one. */
function egressTo(addresses: string[], limits: Partial<KeptLimits> = {}) {
  const asked: string[] = [];
  const resolve = async (hostname: string) => {
    const address = addresses[Math.min(asked.push(hostname), addresses.length) - 1] ?? '';
    return [{ address, family: 4 }];
  };
  const rules = { allowLoopback: true, ownPorts: new Set<string>(), networks };
  const outside = { resolve, httpsPort: securePort, ca: cert };
  const kept = { ...keptConnections, idleMs: never, checkedMs: never, ...limits };
  const egress = new Egress(rules, outside, egressLimits, kept);
  const reuse = { reuses_connection: true } as const;
  const open = (url = name, asks: Partial<typeof reuse> = reuse) => {
    const request = { url, method: 'POST', headers: {}, body: Buffer.from('x'), ...asks } as const;
    return egress.send(request, new AbortController().signal);
  };
  const send = async (url = name, asks: Partial<typeof reuse> = reuse) => {
    const egressed = await open(url, asks);
    return 'refused' in egressed ? egressed.refused.code : text(egressed.body);
  };
  return { send, open, asked };
}

const addressesOf = () => connections.map(({ to }) => to);

test('requests to a server share a connection and the check of its name, if they ask for it', async () => {
  const { send, asked } = egressTo([first]);
  for (let sent = 0; sent < 3; sent++) expect(await send()).toBe('');
  expect([addressesOf(), asked.length, requests]).toEqual([[first], 1, 3]);
});

test('a request that does not ask for it gets its own connection, closed afterwards, and its own check', async () => {
  const { send, asked } = egressTo([first]);
  await send();
  for (let sent = 0; sent < 2; sent++) await send(name, {});
  expect([addressesOf(), asked.length]).toEqual([[first, first, first], 3]);
  await Promise.all(connections.slice(1).map(({ closed }) => closed));
});

test('a connection is used only for its own scheme, name and port', async () => {
  const { send } = egressTo([first]);
  const [port] = [
    await listen(
      createHttpServer((_request, response) => response.end()),
      0,
      inside,
    ),
  ];
  const urls = [
    name,
    ...[`127.0.0.1:${plainPort}`, `localhost:${plainPort}`, `127.0.0.1:${port}`].map((to) => `http://${to}/`),
  ];
  for (const url of [...urls, ...urls]) expect(await send(url)).toBe('');
  expect(connections).toHaveLength(urls.length);
});

test('a name that resolves to another address gets a connection to that address once it is checked again', async () => {
  const { send } = egressTo([first, second], { checkedMs: 0 });
  await send();
  await send();
  expect(addressesOf()).toEqual([first, second]);
});

test('a name that no longer resolves to a public address is refused, although a connection to it is open', async () => {
  const { send } = egressTo([first, inside], { checkedMs: 0 });
  await send();
  expect(await send()).toBe('not-allowed');
  expect([addressesOf(), requests]).toEqual([[first], 1]);
});

test('a name that resolves to another address each time is reached only at the checked address', async () => {
  const { send, asked } = egressTo([first, inside]);
  respond = (request, response) => {
    response.end();
    request.socket.end();
  };
  for (let sent = 1; sent <= 3; sent++) {
    expect(await send()).toBe('');
    await connections.at(-1)?.closed;
  }
  expect([addressesOf(), asked.length]).toEqual([[first, first, first], 1]);
});

test('a refused name is checked again by the next request', async () => {
  const { send } = egressTo([inside, first]);
  expect(await send()).toBe('not-allowed');
  expect(await send()).toBe('');
});

test('a server that cannot be reached is resolved again by the next request', async () => {
  const { send } = egressTo(['127.8.0.9', first]);
  expect(await send()).toBe('unreachable');
  expect(await send()).toBe('');
});

test('a server that closes its idle connections never fails a call', async () => {
  const { send } = egressTo([first]);
  respond = (request, response) => response.end('done', () => request.socket.end());
  for (let sent = 0; sent < 20; sent++) {
    expect(await send()).toBe('done');
    await connections.at(-1)?.closed;
  }
  expect(requests).toBe(20);
});

test('the builder closes an idle connection first, and a call after that gets a new one', async () => {
  const { send } = egressTo([first], { idleMs: 50 });
  await send();
  await connections[0]?.closed;
  expect(await send()).toBe('');
  expect(connections).toHaveLength(2);
});

test('a call whose open connection breaks before the response is never sent twice', async () => {
  const { send } = egressTo([first]);
  await send();
  respond = (request) => request.socket.destroy();
  expect(await send()).toBe('unreachable');
  expect([requests, connections.length]).toEqual([2, 1]);
});

test('a connection is not used again if its response was not read to the end', async () => {
  const { open, send } = egressTo([first]);
  respond = (_request, response) => response.write('the first bytes');
  const egressed = await open();
  if ('answer' in egressed) egressed.body.destroy();
  respond = (_request, response) => response.end('another response');
  expect(await send()).toBe('another response');
  await connections[0]?.closed;
});

test('only a limited number of idle connections stay open', async () => {
  const { send } = egressTo([first], { idlePerServer: 1 });
  const both = Promise.withResolvers<void>();
  respond = async (_request, response) => {
    if (requests === 2) both.resolve();
    await both.promise;
    response.end();
  };
  await Promise.all([send(), send()]);
  await Promise.race(connections.map(({ closed }) => closed));
  await send();
  expect(connections).toHaveLength(2);
});

test('requests beyond the number of connections to a server wait for one', async () => {
  const { send } = egressTo([first], { perServer: 2 });
  expect(await Promise.all(Array.from({ length: 10 }, () => send()))).toEqual(Array.from({ length: 10 }, () => ''));
  expect(connections).toHaveLength(2);
});
