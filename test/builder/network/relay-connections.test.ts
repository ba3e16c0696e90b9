// Tests the relay's rules for single connections, through an instance's sockets: which connections are forwarded, limited, closed and
// logged.
import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, BlockList, connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { ConnectionLog, Relay } from '../../../builder/server/relay/relay.ts';
import { connectTo, type RelayRules } from '../../../builder/server/relay/targets.ts';
import { relayLimits } from '../../../src/contract/limits/egress.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { type Permissions, relayPort } from '../../../src/contract/plugin/permissions.ts';
import { eventually } from '../support.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening<S extends Server>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Returns rules under which every name and address leads to this machine, and may be reached. */
function rulesWith(rules: Partial<RelayRules> = {}): RelayRules {
  const networks = new BlockList();
  networks.addSubnet('0.0.0.0', 0, 'ipv4');
  return { networks, ownPorts: new Set(), resolve: async () => [{ address: '127.0.0.1', family: 4 }], ...rules };
}

/** Starts a relay whose port (3128, or the port of a forward) is reachable on one of this machine's ports. */
async function relayed(permissions: Permissions, port: number = relayPort, rules = rulesWith()) {
  const lines: string[] = [];
  const relay = new Relay(permissions, rules, (line) => lines.push(line));
  const handle = createServer();
  const at = await listening(handle);
  relay.serve(port, handle);
  closing.push(() => relay.close());
  return { relay, lines, port: at };
}

/** Starts a server that never answers, and records its connections. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { sockets, port: await listening(server) };
}

async function client(port: number, text = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** Sends the text, and returns everything that the relay answers until it ends the connection. */
async function answerTo(port: number, text: string): Promise<string> {
  const socket = await client(port, text);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const connectRequest = (to: string) => `CONNECT ${to} HTTP/1.1\r\n\r\n`;

test("a request is sent to its URL's host, without the headers for the proxy connection", async () => {
  const seen: NodeJS.Dict<string | string[]>[] = [];
  const web = createHttpServer((received, response) => {
    seen.push({ ...received.headers, url: received.url ?? '' });
    response.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('proxy-authenticate', 'Basic').end('found');
  });
  const port = await listening(web);
  const proxy = await relayed({ network: [`api.test:${port}`] });
  const sent = request({
    host: '127.0.0.1',
    port: proxy.port,
    path: `http://api.test:${port}/rows?q=1`,
    headers: { host: 'other.test', 'proxy-authorization': 'Basic c2VjcmV0', te: 'trailers', 'x-own': 'yes' },
  }).end();
  const [response] = await once(sent, 'response');
  expect([response.statusCode, response.headers['set-cookie'], response.headers['proxy-authenticate']]).toEqual([
    200,
    ['a=1', 'b=2'],
    undefined,
  ]);
  response.resume();
  expect(seen).toEqual([{ host: `api.test:${port}`, 'x-own': 'yes', connection: 'close', url: '/rows?q=1' }]);
});

test.each([
  [
    'GET / HTTP/1.1\r\nhost: api.test\r\n\r\n',
    '/',
    'this is an HTTP proxy, which accepts absolute http URLs and CONNECT',
  ],
  [
    'GET https://api.test/ HTTP/1.1\r\nhost: api.test\r\n\r\n',
    'https://api.test/',
    'this is an HTTP proxy, which accepts absolute http URLs and CONNECT',
  ],
  [connectRequest('[::1]:443'), '[::1]:443', 'CONNECT needs a host name or an IPv4 address, and a port'],
  [connectRequest('api.test'), 'api.test', 'CONNECT needs a host name or an IPv4 address, and a port'],
  [
    connectRequest('api.test:443@evil.test:443'),
    'api.test:443@evil.test:443',
    'CONNECT needs a host name or an IPv4 address, and a port',
  ],
])('the target %j is refused, with a log line', async (text, name, reason) => {
  const { lines, port } = await relayed({ network: ['api.test'] });
  const message = `${name} was refused: ${reason}.`;
  const [head = '', body] = (await answerTo(port, text)).split('\r\n\r\n');
  expect(head.split('\r\n')[0]).toBe(`HTTP/1.1 403 ${message}`);
  expect(body).toContain(`${message}\n`);
  expect(lines).toEqual([`network: ${name} was refused: ${reason}`]);
});

test('hosts are compared in lower case, and an oversized header is refused', async () => {
  const { lines, port } = await relayed({ network: ['api.test'] });
  expect(await answerTo(port, connectRequest('OTHER.test:443'))).toContain(' 403 other.test:443 was refused: ');
  expect(lines).toEqual(['network: other.test:443 was refused: it is not granted']);
  expect(await answerTo(port, `GET http://api.test/ HTTP/1.1\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)).toBe('');
});

test.each(['\t', '\f', '\u00e9'])(
  "a target with %j gets no answer, because it doesn't fit into a status line",
  async (character) => {
    const { port } = await relayed({ network: ['api.test'] });
    const target = `a${character}b.test:443`;
    expect(await answerTo(port, connectRequest(target))).toBe('');
    expect(await answerTo(port, `GET http://${target}/ HTTP/1.1\r\nhost: api.test\r\n\r\n`)).toBe('');
  },
);

test('a client that disconnects while its connection is being opened leaves no connection behind', async () => {
  const resolution = Promise.withResolvers<void>();
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    await resolution.promise;
    return [{ address: '127.0.0.1', family: 4 }];
  };
  const store = await silentServer();
  const permissions = { network: [`api.test:${store.port}`], forward: { '9042': `db.test:${store.port}` } };
  const texts = [
    connectRequest(`api.test:${store.port}`),
    `GET http://api.test:${store.port}/ HTTP/1.1\r\nhost: x\r\n\r\n`,
  ];
  const proxy = await relayed(permissions, relayPort, rulesWith({ resolve }));
  const forward = await relayed(permissions, 9042, rulesWith({ resolve }));
  const clients = [...(await Promise.all(texts.map((text) => client(proxy.port, text)))), await client(forward.port)];
  await eventually(() => asked).toHaveLength(3);
  for (const socket of clients) socket.resetAndDestroy();
  await Promise.all(clients.map((socket) => once(socket, 'close')));
  resolution.resolve();
  await eventually(() => [...proxy.lines, ...forward.lines]).toHaveLength(3);
  await eventually(() => store.sockets.size).toBe(0);
  for (const line of [...proxy.lines, ...forward.lines]) expect(line).toMatch(/, 0 bytes sent, 0 received$/);
});

test('connections to hosts are limited in number, including those being opened for disconnected clients', async () => {
  const resolution = Promise.withResolvers<{ address: string; family: number }[]>();
  let asked = 0;
  const resolve = () => {
    asked++;
    return resolution.promise;
  };
  const { lines, port } = await relayed({ network: ['api.test'] }, relayPort, rulesWith({ resolve }));
  const leaving = Array.from({ length: relayLimits.connections }, () => client(port, connectRequest('api.test:443')));
  await eventually(() => asked).toBe(relayLimits.connections);
  for (const socket of await Promise.all(leaving)) socket.resetAndDestroy();
  // The port accepts further clients once it notices that these clients have disconnected.
  await eventually(() => answerTo(port, connectRequest('api.test:443'))).toContain(
    `${relayLimits.connections} connections are already open. ${raisedBy.connections}`,
  );
  expect([asked, lines]).toEqual([
    relayLimits.connections,
    [`network: api.test:443 was refused: ${relayLimits.connections} connections are already open`],
  ]);
  resolution.reject(new Error('no such name'));
  await eventually(() => answerTo(port, connectRequest('api.test:443'))).toContain(
    ' 502 api.test does not resolve to an address\r\n',
  );
  expect(lines).toContain('network: api.test:443 was refused: api.test does not resolve to an address');
});

test('a port accepts a limited number of concurrent connections, and closes any beyond that', async () => {
  const store = await silentServer();
  const { port } = await relayed({ network: [`db.test:${store.port}`] });
  const opened = () => client(port, connectRequest(`db.test:${store.port}`));
  const clients = await Promise.all(Array.from({ length: relayLimits.connections }, opened));
  await eventually(() => store.sockets.size).toBe(relayLimits.connections);
  const further = await opened();
  await once(further, 'close');
  expect(store.sockets.size).toBe(relayLimits.connections);
  for (const socket of clients) socket.resetAndDestroy();
  await eventually(() => store.sockets.size).toBe(0);
  await opened();
  await eventually(() => store.sockets.size).toBe(1);
});

test.each([
  ['closed', 'close'],
  ['cut off', 'cutOff'],
] as const)('a relay that is %s ends its connections, including those still being opened', async (_, end) => {
  const store = await silentServer();
  const later = Promise.withResolvers<{ address: string; family: number }[]>();
  let asked = 0;
  const local = [{ address: '127.0.0.1', family: 4 }];
  const resolve = async () => (asked++ === 0 ? local : later.promise);
  const { port, relay } = await relayed({ forward: { '9042': `db.test:${store.port}` } }, 9042, rulesWith({ resolve }));
  const clients = [await client(port), await client(port)];
  await eventually(() => [asked, store.sockets.size]).toEqual([2, 1]);
  relay[end]();
  await Promise.all(clients.map((socket) => once(socket, 'close')));
  later.resolve(local);
  await eventually(() => store.sockets.size).toBe(0);
});

test('a connection still carries data in one direction after the other direction has ended', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let asked = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      asked += chunk;
    });
    socket.on('end', () => socket.end(`${asked}, after the end`));
  });
  const target = await listening(server);
  const { port } = await relayed({ forward: { '9042': `db.test:${target}` } }, 9042);
  const socket = await client(port);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end('asked');
  await once(socket, 'close');
  expect(Buffer.concat(chunks).toString()).toBe('asked, after the end');
});

test('an answer that arrives before the request was read is passed on, even if the target then closes', async () => {
  const target = await listening(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.end('HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 4\r\n\r\nfull');
        setTimeout(() => socket.destroy(), 50);
      });
    }),
  );
  const { port } = await relayed({ network: [`api.test:${target}`] });
  const head = `POST http://api.test:${target}/ HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`;
  const socket = await client(port, head + 'x'.repeat(500_000));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await eventually(() => answer).toMatch(/^HTTP\/1\.1 413 .*full$/s);
});

test('an answer that breaks off ends the connection to the client', async () => {
  const target = await listening(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy()),
      );
    }),
  );
  const { port } = await relayed({ network: [`api.test:${target}`] });
  expect(await answerTo(port, `GET http://api.test:${target}/ HTTP/1.1\r\nhost: x\r\n\r\n`)).toMatch(/half$/);
});

test("a name leads to its checked addresses, and Slipway is refused at each of this machine's addresses", async () => {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
  for (const address of [...own, '127.0.0.2', '0.0.0.0']) {
    const rules = rulesWith({ ownPorts: new Set(['8080']), resolve: async () => [{ address, family: 4 }] });
    await expect(connectTo({ host: 'api.test', port: 8080 }, rules)).rejects.toMatchObject({
      kind: 'refused',
      message: 'api.test:8080 is Slipway itself',
    });
  }
  const private_ = { networks: new BlockList(), resolve: async () => [{ address: '10.0.0.1', family: 4 }] };
  for (const host of ['private.test', '10.0.0.1', 'localhost'])
    await expect(connectTo({ host, port: 443 }, rulesWith(private_))).rejects.toMatchObject({ kind: 'refused' });
  const { port } = await silentServer();
  const found = await connectTo({ host: 'localhost', port }, rulesWith({ resolve: async () => [] }));
  found.destroy();
});

/** Each address leads to this machine, although the system doesn't list it as one of its own. */
const otherForms = [
  ['IPv6 loopback', '::1'],
  ['IPv6 unspecified', '::'],
  ['IPv6 loopback in full', '0:0:0:0:0:0:0:1'],
  ['any address of 127.0.0.0/8', '127.255.255.254'],
  ['any address of 0.0.0.0/8', '0.1.2.3'],
  ['mapped', '::ffff:127.0.0.1'],
  ['mapped, in hexadecimal digits', '::FFFF:7f00:1'],
  ['mapped, in full', '0:0:0:0:0:ffff:7f00:0001'],
  ['mapped, with a zone', '::ffff:127.0.0.1%lo'],
  ['compatible', '::127.0.0.1'],
  ['translated without state', '::ffff:0:127.0.0.1'],
  ['translated by NAT64', '64:ff9b::127.0.0.1'],
  ['translated by a NAT64 of the network', '64:ff9b:1::7f00:1'],
  ['6to4', '2002:7f00:1::1'],
  ['Teredo server', '2001:0:7f00:1::1'],
  ['Teredo client', '2001:0:808:808::80ff:fffe'],
  ['ISATAP', 'fd00::5efe:127.0.0.1'],
] as const;

test.each(otherForms)('Slipway is refused if a name leads to this machine as %s: %s', async (_, address) => {
  for (const addresses of [[address], ['198.51.100.1', address], [address, '198.51.100.1']])
    await expect(connectToSlipway(addresses)).rejects.toMatchObject({ message: 'api.test:8080 is Slipway itself' });
});

test('an address of this machine is recognized inside an IPv6 address', async () => {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address, family } of own) {
    const forms = family === 'IPv4' ? [`::ffff:${address}`, `64:ff9b::${address}`, `::${address}`] : [`${address}%1`];
    for (const form of forms)
      await expect(connectToSlipway([form])).rejects.toMatchObject({ message: 'api.test:8080 is Slipway itself' });
  }
});

test.each([
  ['translated', '64:ff9b::10.0.0.1'],
  ['6to4', '2002:a00:1::'],
])('a disallowed IPv4 address is refused inside an allowed IPv6 address, %s', async (_, address) => {
  const networks = new BlockList();
  networks.addSubnet('64:ff9b::', 96, 'ipv6');
  networks.addSubnet('2002::', 16, 'ipv6');
  const rules = rulesWith({ networks, resolve: async () => [{ address, family: 6 }] });
  await expect(connectTo({ host: 'api.test', port: 443 }, rules)).rejects.toMatchObject({
    message:
      'api.test does not resolve to a public address or to one in BUILDER_EGRESS_NETWORKS, which the operator sets as in `BUILDER_EGRESS_NETWORKS=10.1.0.0/16 npm start`',
  });
});

test.each(['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', 'localhost.localdomain'])(
  '%s is treated as a name by the relay, and leads to the address from the name server',
  async (host) => {
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return [{ address: '10.0.0.1', family: 4 }];
    };
    const rules = rulesWith({ networks: new BlockList(), resolve });
    await expect(connectTo({ host, port: 443 }, rules)).rejects.toMatchObject({ kind: 'refused' });
    expect(asked).toEqual([host]);
  },
);

/** Connects to one of Slipway's ports through a name that leads to the addresses, with every address allowed by the operator. */
function connectToSlipway(addresses: readonly string[]) {
  const networks = new BlockList();
  networks.addSubnet('0.0.0.0', 0, 'ipv4');
  networks.addSubnet('::', 0, 'ipv6');
  const resolve = async () => addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return connectTo({ host: 'api.test', port: 8080 }, rulesWith({ networks, ownPorts: new Set(['8080']), resolve }));
}

test('the log records a limited number of connections per second, and counts the others', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const lines: string[] = [];
  const log = new ConnectionLog((line) => lines.push(line));
  for (let made = 0; made < relayLimits.logLinesPerSecond + 5; made++) log.refused('api.test:443', 'it is not granted');
  expect(lines).toHaveLength(relayLimits.logLinesPerSecond);
  vi.advanceTimersByTime(1000);
  log.ended('api.test:443', { sent: 1, received: 2 });
  expect(lines.slice(relayLimits.logLinesPerSecond)).toEqual([
    'network: 5 more connections',
    'network: api.test:443, 1 bytes sent, 2 received',
  ]);
});
