// Tests that a bad neighbor holds only its own share of the builder's outbound connections. Its hosts accept connections and never
// answer, or their names never resolve.
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { BlockList, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Egress, type EgressInput } from '../../../builder/server/egress/egress.ts';
import type { EgressLimits } from '../../../builder/server/egress/egress-slots.ts';
import { egressLimits, keptConnections } from '../../../src/contract/limits/egress.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const [cert, key] = [fixture('hooks.example.com.crt'), fixture('hooks.example.com.key')];
const addresses = { answering: '127.8.1.1', silent: '127.8.1.2' };
const answering = 'https://hooks.example.com/';
const silent = (host: number) => `https://silent${host}.example.com/`;
const unresolved = (host: number) => `https://unresolved${host}.example.com/`;

const networks = new BlockList();
networks.addSubnet('127.8.0.0', 16, 'ipv4');
const stopped = new AbortController();
const { connections, connectionsPerHost, connectionsPerOrganization, connectionsPerOrganizationAndHost } = egressLimits;
const { waitingPerOrganization, waitingBytesPerOrganization } = egressLimits;

let respond: (response: ServerResponse) => void;
let unanswered = 0;
const answers = createServer({ cert, key }, (_request, response) => {
  unanswered++;
  response.once('close', () => unanswered--);
  respond(response);
});
const silence = createTcpServer();
let port = 0;
silence.on('connection', (socket: Socket) => socket.on('error', () => {}));

beforeAll(async () => {
  await new Promise<void>((resolve) => answers.listen(0, addresses.answering, resolve));
  const bound = answers.address();
  port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  await new Promise<void>((resolve) => silence.listen(port, addresses.silent, resolve));
});
afterAll(() => {
  stopped.abort();
  answers.closeAllConnections();
  answers.close();
  silence.close();
});

let egress: Egress;
let withLimits: (limits: Partial<EgressLimits>) => Egress;
let asked: string[];
beforeEach(() => {
  asked = [];
  respond = (response) => response.end('answered');
  const resolve = async (name: string) => {
    asked.push(name);
    if (name.startsWith('unresolved')) await new Promise(() => {});
    return [{ address: name.startsWith('silent') ? addresses.silent : addresses.answering, family: 4 }];
  };
  const rules = { allowLoopback: false, ownPorts: new Set<string>(), networks };
  const outside = { resolve, httpsPort: port, ca: cert };
  withLimits = (limits) => new Egress(rules, outside, { ...egressLimits, ...limits });
  egress = withLimits({});
});

function send(url: string, asks: Partial<EgressInput>, signal = stopped.signal) {
  return egress.send({ url, method: 'GET', headers: {}, ...asks }, signal);
}

/** Sends requests that never get an answer. */
function sendMany(number: number, url: (request: number) => string, asks: Partial<EgressInput>) {
  return Array.from({ length: number }, (_, request) => send(url(request), asks));
}

const message = 'too many requests of the organization wait for other hosts. Retry later';
const busy = { refused: { code: 'busy', message } };
const answered = { answer: { status: 200 } };

test.each([
  ['one silent host', () => silent(0)],
  ['many silent hosts', silent],
  ['names whose server never answers', unresolved],
])('a request is answered while another organization holds all that it can, with %s', async (_, url) => {
  sendMany(2 * connections, url, { organization: 'bad' });
  expect(await send(answering, { organization: 'good' })).toMatchObject(answered);
});

test("an organization's other hosts are reached while one of its hosts is silent", async () => {
  sendMany(connections, () => silent(0), { organization: 'bad' });
  expect(await send(answering, { organization: 'bad' })).toMatchObject(answered);
});

test('hosts are reached while a host that many organizations use is silent', async () => {
  for (let organization = 0; organization < 16; organization++)
    sendMany(connections / 8, () => unresolved(0), { organization: `user${organization}` });
  await expect.poll(() => asked.length).toBe(connectionsPerHost);
  expect(await send(answering, { organization: 'good' })).toMatchObject(answered);
});

test('an organization gets its share of connections, and no more', async () => {
  sendMany(connectionsPerOrganization + 1, unresolved, { organization: 'bad' });
  sendMany(connectionsPerOrganizationAndHost + 1, () => unresolved(0), { organization: 'other' });
  expect(await send(answering, { organization: 'good' })).toMatchObject(answered);
  expect(asked).toHaveLength(connectionsPerOrganization + connectionsPerOrganizationAndHost + 1);
});

test('a request beyond the waiting ones is refused, and a canceled request leaves the line', async () => {
  sendMany(connectionsPerOrganizationAndHost + waitingPerOrganization - 1, () => silent(0), { organization: 'bad' });
  const last = new AbortController();
  const canceled = send(silent(0), { organization: 'bad' }, last.signal);
  expect(await send(silent(0), { organization: 'bad' })).toEqual(busy);
  last.abort();
  await canceled;
  const next = new AbortController();
  const waiting = send(silent(0), { organization: 'bad' }, next.signal);
  next.abort();
  expect(await waiting).toMatchObject({ refused: { code: 'unreachable' } });
});

test('a request beyond the size of the waiting bodies is refused, and other organizations wait', async () => {
  const body = new Uint8Array(waitingBytesPerOrganization / 8);
  const bad = { organization: 'bad', method: 'POST' } as const;
  sendMany(connectionsPerOrganizationAndHost, () => silent(0), bad);
  const next = new AbortController();
  const waiting = Array.from({ length: 8 }, () => send(silent(0), { ...bad, body }, next.signal));
  expect(await send(silent(0), { ...bad, body: new Uint8Array(1) })).toEqual(busy);
  expect(await send(answering, { ...bad, organization: 'good', body })).toMatchObject(answered);
  next.abort();
  await Promise.all(waiting);
  const later = new AbortController();
  const again = send(silent(0), { ...bad, body }, later.signal);
  later.abort();
  expect(await again).toMatchObject({ refused: { code: 'unreachable' } });
});

test('a request that has waited too long for a connection is refused, and one that gets a connection in time is sent', async () => {
  egress = withLimits({ waitMs: 1, connectionsPerOrganizationAndHost: 1 });
  const holding = new AbortController();
  respond = () => {};
  void send(answering, { organization: 'a' }, holding.signal);
  await expect.poll(() => unanswered).toBe(1);
  expect(await send(answering, { organization: 'a' })).toEqual(busy);
  respond = (response) => response.end('answered');
  holding.abort();
  await expect.poll(() => send(answering, { organization: 'a' })).toMatchObject(answered);
});

test('a connection that ends is given to the next waiting request', async () => {
  const holding = new AbortController();
  respond = () => {};
  for (let held = 0; held < connectionsPerOrganizationAndHost; held++)
    void send(answering, { organization: 'a' }, holding.signal);
  const waiting = send(answering, { organization: 'a' });
  await expect.poll(() => unanswered).toBe(connectionsPerOrganizationAndHost);
  respond = (response) => response.end('answered');
  holding.abort();
  expect(await waiting).toMatchObject(answered);
});

test("a call to a shared server is answered while another organization's calls hold all kept connections that they can", async () => {
  const kept = { reuses_connection: true } as const;
  respond = () => {};
  sendMany(2 * keptConnections.perServer, () => answering, { ...kept, share_of: 'bad' });
  await expect.poll(() => unanswered).toBe(keptConnections.perOrganization);
  respond = (response) => response.end('answered');
  expect(await send(answering, { ...kept, share_of: 'good' })).toMatchObject(answered);
});
