// Tests the builder's requests to user-supplied URLs (decision 39). The outside world is a network on this machine, with the test's own
// resolver. Names resolve to 127.8.0.1, which the operator allows here, or to non-public addresses.
import { readFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import { BlockList, isIPv6 } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Egress } from '../../../builder/server/egress/egress.ts';
import type { EgressLimits } from '../../../builder/server/egress/egress-slots.ts';
import { egressLimits } from '../../../src/contract/limits/egress.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const [cert, key] = [fixture('hooks.example.com.crt'), fixture('hooks.example.com.key')];
const outside = '127.8.0.1';
const inside = '127.0.0.1';
const url = 'https://hooks.example.com/in?key=a';
/** Longer than any test takes. */
const never = 3_600_000;

const networks = new BlockList();
networks.addSubnet('127.8.0.0', 16, 'ipv4');

let servers: Server[] = [];
let port = 0;
let respond: RequestListener = (_request, response) => response.end();
let connections: string[] = [];

beforeAll(async () => {
  for (const address of [outside, inside]) {
    const server = createServer({ cert, key }, (request, response) => respond(request, response));
    server.on('connection', () => connections.push(address));
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    const bound = server.address();
    port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
    servers.push(server);
  }
});
beforeEach(() => {
  connections = [];
  respond = (_request, response) => response.end();
});
afterAll(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** Returns an egress whose resolver returns one list after another, and the names that were looked up. */
function egressTo(lists: string[][], limits: Partial<EgressLimits> = {}, ownPorts = new Set<string>()) {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    const addresses = lists[asked.push(name) - 1] ?? [];
    return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  };
  const rules = { allowLoopback: false, ownPorts, networks };
  const egress = new Egress(rules, { resolve, httpsPort: port, ca: cert }, { ...egressLimits, ...limits });
  const send = (to = url, signal = new AbortController().signal) =>
    egress.send({ url: to, method: 'POST', headers: { 'webhook-id': 'evt_1' }, body: Buffer.from('the body') }, signal);
  return { send, asked };
}

const notPublic = {
  refused: { code: 'not-allowed', message: 'hooks.example.com does not resolve to a public address' },
};
const unreachable = { refused: { code: 'unreachable', message: 'the connection failed' } };

describe('a non-public name', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback of another number', '127.1.2.3'],
    ['this host', '0.0.0.0'],
    ['private', '10.0.0.1'],
    ['private, 172', '172.16.0.1'],
    ['private, 192', '192.168.0.1'],
    ['of a carrier', '100.64.0.1'],
    ['link-local', '169.254.0.1'],
    ['the metadata service', '169.254.169.254'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['the mapped metadata service', '::ffff:a9fe:a9fe'],
    ['translated loopback', '64:ff9b::7f00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local, with a zone', 'fe80::1%lo'],
    ['IPv6 unique local', 'fd00::1'],
    ['the IPv6 metadata service', 'fd00:ec2::254'],
  ])('a non-public name, %s, is refused before anything is sent', async (_, address) => {
    expect(await egressTo([[address]]).send()).toEqual(notPublic);
    expect(connections).toEqual([]);
  });

  test.each([
    ['first', [inside, outside]],
    ['last', [outside, inside]],
    ['of the other family', [outside, '::1']],
  ])('a name with one non-public address, %s, is refused', async (_, addresses) => {
    expect(await egressTo([addresses]).send()).toEqual(notPublic);
    expect(connections).toEqual([]);
  });

  test.each([
    'https://kubernetes.default.svc/',
    'https://169.254.169.254/',
    'http://127.0.0.1:9/',
    'http://hooks.example.com/',
  ])('a URL with a non-public name, %s, is refused without resolving the name', async (to) => {
    const { send, asked } = egressTo([[outside]]);
    expect(await send(to)).toMatchObject({ refused: { code: 'not-allowed' } });
    expect(asked).toEqual([]);
  });
});

test.each([
  ['a loopback address', [outside]],
  ['a mapped one', [`::ffff:${outside}`]],
  ['one of two addresses', [outside, '1.1.1.1']],
  ['the other of two addresses', ['1.1.1.1', outside]],
])('Slipway itself is refused at %s, even if the operator allows its network', async (_, addresses) => {
  expect(await egressTo([addresses], {}, new Set([String(port)])).send()).toEqual({
    refused: { code: 'not-allowed', message: 'hooks.example.com is Slipway itself' },
  });
  expect(connections).toEqual([]);
});

describe('a name that resolves to another address each time', () => {
  test('a name that resolves to another address each time is reached only at the checked address', async () => {
    const { send, asked } = egressTo([[outside], [inside], [inside]]);
    expect(await send()).toMatchObject({ answer: { status: 200 } });
    expect(asked).toEqual(['hooks.example.com']);
    expect(connections).toEqual([outside]);
  });

  test('a name that resolves to another address each time is checked again for each request', async () => {
    const { send } = egressTo([[outside], [inside]]);
    await send();
    expect(await send()).toEqual(notPublic);
    expect(connections).toEqual([outside]);
  });
});

test('the request has the name in TLS and in its Host header, and the user controls nothing else about the connection', async () => {
  const seen: unknown[] = [];
  respond = async (request, response) => {
    const { method, url: path, headers, socket } = request;
    const name = socket instanceof TLSSocket && 'servername' in socket && socket.servername;
    seen.push({ method, path, headers, name, body: await text(request) });
    response.end();
  };
  expect(await egressTo([[outside]]).send()).toMatchObject({ answer: { status: 200 } });
  const headers = {
    'webhook-id': 'evt_1',
    host: 'hooks.example.com',
    'content-length': '8',
    connection: 'close',
  };
  expect(seen).toEqual([{ method: 'POST', path: '/in?key=a', headers, name: 'hooks.example.com', body: 'the body' }]);
});

test('an unresponsive address is skipped, and the next address is tried', async () => {
  expect(await egressTo([['127.8.0.9', outside]]).send()).toMatchObject({ answer: { status: 200 } });
  expect(connections).toEqual([outside]);
});

test('a certificate for another name is refused without stating a reason, and so is a missing name', async () => {
  expect(await egressTo([[outside]]).send('https://other.example.com/')).toEqual(unreachable);
  expect(await egressTo([]).send()).toEqual(unreachable);
  expect(await egressTo([['127.8.0.9']]).send()).toEqual(unreachable);
});

describe('a response', () => {
  const bodyOf = async (limits: Partial<EgressLimits> = {}) => {
    const egressed = await egressTo([[outside]], limits).send();
    return 'answer' in egressed ? { ...egressed.answer, body: text(egressed.body) } : egressed;
  };

  test('a response is passed on with its status, its body, and the forwarded headers', async () => {
    respond = (_request, response) =>
      response
        .writeHead(429, { 'content-type': 'text/plain', 'content-length': 4, 'retry-after': '7', 'set-cookie': 'a=b' })
        .end('slow');
    const { body, ...head } = Object(await bodyOf());
    expect(head).toEqual({
      status: 429,
      headers: { 'content-type': 'text/plain', 'content-length': '4', 'retry-after': '7' },
    });
    expect(await body).toBe('slow');
  });

  test('a redirect response is not followed', async () => {
    respond = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    expect(await bodyOf()).toMatchObject({ status: 302, headers: { location: 'http://169.254.169.254/' } });
    expect(connections).toEqual([outside]);
  });

  test('a response with more bytes than allowed fails', async () => {
    respond = (_request, response) => response.end('x'.repeat(1001));
    await expect(Object(await bodyOf({ responseBytes: 1000 })).body).rejects.toThrow('too large');
    expect(await Object(await bodyOf({ responseBytes: 1001 })).body).toHaveLength(1001);
  });

  test('a missing response is reported as unreachable', async () => {
    respond = () => {};
    expect(await bodyOf({ idleMs: 100 })).toEqual(unreachable);
    expect(await bodyOf({ idleMs: never, totalMs: 100 })).toEqual(unreachable);
  });

  test('an endless response, with a byte every few milliseconds, ends at the overall time limit', async () => {
    const sending: ReturnType<typeof setInterval>[] = [];
    respond = (_request, response) => {
      const interval = setInterval(() => response.write('x'), 5);
      sending.push(interval);
      response.on('close', () => clearInterval(interval));
    };
    await expect(Object(await bodyOf({ idleMs: never, totalMs: 500 })).body).rejects.toThrow();
    for (const interval of sending) clearInterval(interval);
  });

  test('a response that stops in the middle fails', async () => {
    respond = (_request, response) => response.write('the first bytes');
    await expect(Object(await bodyOf({ idleMs: 100 })).body).rejects.toThrow();
    await expect(Object(await bodyOf({ idleMs: never, totalMs: 500 })).body).rejects.toThrow();
  });

  test('a response that switches protocols, or has an invalid status, is reported as unreachable', async () => {
    respond = (_request, response) =>
      response.socket?.end('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    expect(await bodyOf()).toEqual(unreachable);
    respond = (_request, response) => response.socket?.end('HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n');
    expect(await bodyOf()).toEqual(unreachable);
  });

  test('a response with headers over 16 KiB is an error', async () => {
    respond = (_request, response) => response.writeHead(200, { 'x-large': 'x'.repeat(20_000) }).end();
    expect(await bodyOf()).toEqual(unreachable);
  });
});

test('a request ends with its signal', async () => {
  const requested = Promise.withResolvers<void>();
  const closed = new Promise((resolve) => {
    respond = (request) => {
      request.socket.on('close', resolve);
      requested.resolve();
    };
  });
  const end = new AbortController();
  const sent = egressTo([[outside]]).send(url, end.signal);
  await requested.promise;
  expect(connections).toEqual([outside]);
  end.abort();
  expect(await sent).toEqual(unreachable);
  await closed;
});
