// Tests POST /egress on a real builder, with a loopback server as the target.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../../builder/server/core/settings.ts';
import { freePorts } from '../../../scripts/machine/ports.ts';
import { egressHeader } from '../../../src/contract/builder/egress.ts';
import { contractHeader, contractVersion } from '../../../src/contract/builder/instances.ts';
import { egressLimits, egressRequestBytes } from '../../../src/contract/limits/egress.ts';
import { refusal, TestBuilder, token } from '../support.ts';

let builder: TestBuilder;
let respond: RequestListener = (_request, response) => response.end();
const server = createServer((request, response) => respond(request, response));
let target = '';
let builderPort = 0;

beforeAll(async () => {
  [builderPort = 0] = await freePorts(1);
  builder = await TestBuilder.start({ env: { SLIPWAY_ALLOW_LOOPBACK: '1', BUILDER_PORT: String(builderPort) } });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await builder.close();
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Sent = Record<string, unknown> & { body?: string | Uint8Array<ArrayBuffer> };

function egress({ body = '', ...request }: Sent, init: RequestInit = {}): Promise<Response> {
  const line = `${JSON.stringify({ method: 'GET', headers: {}, ...request })}\n`;
  return builder.fetch('/egress', { method: 'POST', body: new Blob([line, body]), ...init });
}

test('a response is streamed, with its head as ASCII', async () => {
  respond = async (request, response) => {
    const sent = `${request.method} ${request.headers['webhook-id']} ${await text(request)}`;
    response.writeHead(302, { location: Buffer.from('/ä').toString('latin1') }).end(sent);
  };
  const headers = { 'webhook-id': 'evt_1' };
  const response = await egress({ url: `${target}/in`, method: 'POST', headers, body: 'über' });
  expect(response.status).toBe(200);
  expect(response.headers.get(egressHeader)).toBe('{"status":302,"headers":{"location":"/\\u00c3\\u00a4"}}');
  expect(await response.text()).toBe('POST evt_1 über');
});

test('a body of any bytes is sent unchanged, even in a request that allows more time for the answer', async () => {
  const hashes: string[] = [];
  respond = async (request, response) => {
    hashes.push(`${request.method} ${request.headers['content-length']} ${sha256(await buffer(request))}`);
    response.end();
  };
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const bodies = [everyByte, everyByte.toReversed(), new Uint8Array(randomBytes(9_000_000)), Uint8Array.of(0x0a)];
  for (const body of bodies) await egress({ url: target, method: 'PUT', body, timeout_ms: 700_000 });
  expect(hashes).toEqual(bodies.map((body) => `PUT ${body.length} ${sha256(body)}`));
});

test('a request without a body has none', async () => {
  respond = async (request, response) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    response.end(JSON.stringify([request.method, length, encoding, await text(request)]));
  };
  const answers = ['GET', 'POST'].map(async (method) => (await egress({ url: target, method })).json());
  expect(await Promise.all(answers)).toEqual([
    ['GET', null, null, ''],
    ['POST', '0', null, ''],
  ]);
});

test('a response keeps its length, unless it has no body', async () => {
  const lengthOf = async (status: number, body: string) => {
    respond = (_request, response) => response.writeHead(status, { 'content-length': 5 }).end(body);
    const response = await egress({ url: target });
    const length = response.headers.get('content-length');
    return [length, response.headers.get(egressHeader), (await response.text()).length];
  };
  expect(await lengthOf(200, 'bytes')).toEqual(['5', '{"status":200,"headers":{"content-length":"5"}}', 5]);
  expect(await lengthOf(304, '')).toEqual([null, '{"status":304,"headers":{"content-length":"5"}}', 0]);
});

test.each([
  ['no line', '{"url":"https://hooks.example.com/","method":"GET","headers":{}}'],
  ['a line that is not JSON', 'https://hooks.example.com/\n'],
  ['nothing', ''],
])('a frame with %s is invalid', async (_, body) => {
  const response = await builder.fetch('/egress', { method: 'POST', body });
  expect(refusal({ status: response.status, body: await response.json() })).toBe('422 invalid-request');
});

test('a frame above 12 MiB is refused before it is sent', async () => {
  const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
  const status = await new Promise((resolve, reject) => {
    const length = { 'content-length': egressRequestBytes + 1 };
    const sent = request(`${builder.url}/egress`, { method: 'POST', headers: { ...headers, ...length } });
    sent.on('response', (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
  expect(status).toBe(413);
});

test('the builder itself is not allowed as a target, by address or by name', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const response = await egress({ url: `http://${host}:${builderPort}/health` });
    expect(await response.json()).toEqual({
      refused: { code: 'not-allowed', message: 'the URL is not allowed: it points to Slipway itself' },
    });
  }
});

test('a closed port and a port that closes the connection return the same error', async () => {
  const [closed] = await freePorts(1);
  respond = (request) => request.socket.destroy();
  const answers = [`http://127.0.0.1:${closed}/`, `${target}/`].map(async (url) => (await egress({ url })).json());
  const unreachable = { refused: { code: 'unreachable', message: 'the connection failed' } };
  expect(await Promise.all(answers)).toEqual([unreachable, unreachable]);
});

test.each([
  ['no URL', { url: undefined }],
  ['another Host', { url: 'https://hooks.example.com/', headers: { host: 'internal' } }],
  ['another method', { url: 'https://hooks.example.com/', method: 'CONNECT' }],
  ['an address', { url: 'https://hooks.example.com/', address: '127.0.0.1' }],
])('a request with %s is invalid', async (_, request) => {
  const response = await egress(request);
  expect(refusal({ status: response.status, body: await response.json() })).toBe('422 invalid-request');
});

/** Shorter than the time after which an idle connection ends on its own. */
const beforeIdle = { timeout: egressLimits.idleMs / 2 };

test.each([
  ['before its response', ''],
  ['during its response', 'the first bytes'],
])('the request to the target ends when the Worker closes the connection %s', beforeIdle, async (_, sent) => {
  const end = new AbortController();
  const closed = new Promise((resolve) => {
    respond = (request, response) => {
      request.socket.on('close', resolve);
      if (sent !== '') response.write(sent);
      end.abort();
    };
  });
  await expect(egress({ url: target }, { signal: end.signal }).then((response) => response.text())).rejects.toThrow();
  await closed;
});

test.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'internal/8', '10.0.0.0/8;'])(
  'BUILDER_EGRESS_NETWORKS=%s is refused',
  (networks) => {
    expect(readSettings({ BUILDER_TOKEN: 'x', BUILDER_EGRESS_NETWORKS: networks })).toBe(
      'BUILDER_EGRESS_NETWORKS must be networks such as 10.1.0.0/16, separated by commas.',
    );
  },
);

test('BUILDER_EGRESS_NETWORKS lists the allowed networks', () => {
  const settings = readSettings({ BUILDER_TOKEN: 'x', BUILDER_EGRESS_NETWORKS: '10.1.0.0/16, fd00:1::/32' });
  const allowed = (address: string, family: 'ipv4' | 'ipv6') =>
    typeof settings === 'object' && settings.networks.check(address, family);
  expect([allowed('10.1.2.3', 'ipv4'), allowed('10.2.0.1', 'ipv4')]).toEqual([true, false]);
  expect([allowed('fd00:1::7', 'ipv6'), allowed('fd00:2::7', 'ipv6')]).toEqual([true, false]);
});
