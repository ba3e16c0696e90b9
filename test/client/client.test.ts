// Tests the typed client's requests and how it handles responses.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { ApiError, ConnectionError } from '../../src/client/errors.ts';
import { allItems } from '../../src/client/streams.ts';
import { type Scripted, scriptedServer } from './scripted-server.ts';

const retries = { retriesMax: 3, pauseMs: 1, pauseMaxMs: 10 };
const busy: Scripted = { status: 503, headers: { 'retry-after': '0' } };

function clientOf(baseUrl: string): SlipwayClient {
  return new SlipwayClient({ baseUrl, apiKey: 'sk_test', userAgent: 'tests/1', retries });
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const seen: Item[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

test('a request fills in the path, the query and the body, each encoded', async () => {
  await using server = await scriptedServer({}, {});
  const client = clientOf(`${server.url}/`);
  await client.get('/v1/plugins/{plugin_id}/source', { path: { plugin_id: '../a b' }, query: { path: 'x&y=1' } });
  await client.post('/v1/keys', { body: { name: 'ci', scopes: ['plugins:read'] }, idempotencyKey: 'my-key' });
  expect(server.received).toMatchObject([
    {
      method: 'GET',
      url: '/v1/plugins/..%2Fa%20b/source?path=x%26y%3D1',
      headers: { authorization: 'Bearer sk_test', 'user-agent': 'tests/1' },
      body: '',
    },
    {
      method: 'POST',
      url: '/v1/keys',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'my-key' },
      body: '{"name":"ci","scopes":["plugins:read"]}',
    },
  ]);
});

test('the client throws an error response with all its fields', async () => {
  const body = {
    success: false,
    error: { message: 'Not there', type: 'NotFoundError', hint: 'Look again', details: { id: 'x' } },
    detail: 'Not there',
  };
  await using server = await scriptedServer({ status: 404, headers: { 'slipway-request-id': 'req_1' }, body });
  const refused = clientOf(server.url).get('/v1/plugins');
  await expect(refused).rejects.toThrow(ApiError);
  await expect(refused).rejects.toMatchObject({
    status: 404,
    type: 'NotFoundError',
    message: 'Not there',
    hint: 'Look again',
    details: { id: 'x' },
    requestId: 'req_1',
    body,
  });
});

test.each<[string, unknown, string]>([
  ['a string', { error: 'Plugin not found' }, 'Plugin not found'],
  ['an object within detail', { detail: { message: 'Quota used up' } }, 'Quota used up'],
  ['a detail', { detail: 'Gone' }, 'Gone'],
  ['not JSON', '<h1>Bad gateway</h1>', 'The server responded with 400 Bad Request'],
])('the client reads an error response that is %s', async (_, body, message) => {
  await using server = await scriptedServer({ status: 400, body });
  await expect(clientOf(server.url).get('/v1/plugins')).rejects.toMatchObject({ message });
});

test('the client retries a POST with the same key until it succeeds', async () => {
  await using server = await scriptedServer(
    busy,
    { ...busy, status: 429 },
    { ...busy, status: 409 },
    { body: { id: 1 } },
  );
  const answer = await clientOf(server.url).post('/v1/keys', { body: { name: 'ci', scopes: ['plugins:read'] } });
  expect(answer).toEqual({ id: 1 });
  const keys = server.received.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^[0-9a-f-]{36}$/)]));
  expect(keys).toHaveLength(4);
});

test('the client waits for a place when a stream is one too many', async () => {
  await using server = await scriptedServer(
    { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'too many' } },
    { headers: { 'content-type': 'text/event-stream' }, body: 'event: end\ndata: {}\n\n' },
  );
  const path = { namespace_id: 'ns_1', release_id: 'rel_1' };
  const events = clientOf(server.url).events('/v1/namespaces/{namespace_id}/releases/{release_id}/events', { path });
  const received: string[] = [];
  for await (const { event } of events) received.push(event);
  expect(received).toEqual(['end']);
  expect(server.received).toHaveLength(2);
});

test("the client reads the agent surface's field errors", async () => {
  const error = { code: 'invalid_checksum', message: 'no', fields: [{ field: 'checksum', message: 'must be sha256' }] };
  await using server = await scriptedServer({ status: 400, body: { error } });
  await expect(clientOf(server.url).get('/v1/plugins')).rejects.toMatchObject({
    type: 'invalid_checksum',
    fields: [{ loc: ['body', 'checksum'], msg: 'must be sha256' }],
  });
});

const withoutKey = { body: { name: 'ci', scopes: ['plugins:read' as const] }, idempotencyKey: false as const };

test.each<[string, Scripted, number, number]>([
  ['503 to a POST without a key', busy, 503, 1],
  ['409 without Retry-After', { status: 409 }, 409, 1],
  ['a Retry-After that is too long', { status: 429, headers: { 'retry-after': '3600' } }, 429, 1],
])('the client does not retry after %s', async (_, answer, status, times) => {
  await using server = await scriptedServer(answer, {});
  await expect(clientOf(server.url).post('/v1/keys', withoutKey)).rejects.toMatchObject({ status });
  expect(server.received).toHaveLength(times);
});

test.each([
  [
    'Retry after the number of seconds in `Retry-After`, or ask your operator.',
    'Retry after 3600 s, or ask your operator.',
  ],
  ['Retry with the same key after `Retry-After` seconds.', 'Retry with the same key after 3600 s.'],
  ['Ask your operator.', 'Ask your operator.'],
])('the hint "%s" names seconds to those who see no headers', async (hint, shown) => {
  const body = { error: { message: 'Too many calls', type: 'RateLimitError', hint } };
  await using server = await scriptedServer({ status: 429, headers: { 'retry-after': '3600' }, body });
  await expect(clientOf(server.url).get('/v1/plugins')).rejects.toMatchObject({ hint: shown });
});

test('the client throws the last error response after all retries', async () => {
  await using server = await scriptedServer(busy, busy, busy, { ...busy, body: { error: 'last' } });
  await expect(clientOf(server.url).get('/v1/plugins')).rejects.toMatchObject({ status: 503, message: 'last' });
});

test("the client's error names the unreachable server", async () => {
  const { url } = await (async () => {
    await using server = await scriptedServer();
    return server;
  })();
  const failed = clientOf(url).post('/v1/keys', withoutKey);
  await expect(failed).rejects.toThrow(ConnectionError);
  await expect(failed).rejects.toThrow(`Connection to ${url} failed: `);
});

test.each<[string, (client: SlipwayClient) => Promise<unknown>]>([
  ['JSON', (client) => client.get('/v1/plugins')],
  ['JSON as text', (client) => client.exact('get', '/v1/plugins', 'results')],
  ['events', (client) => all(client.events('/v1/events/export'))],
  ['lines', (client) => all(client.lines('/v1/events/export'))],
])("a proxy's page in place of %s is a failed connection", async (_what, send) => {
  await using server = await scriptedServer({ headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' });
  const failed = send(clientOf(server.url));
  await expect(failed).rejects.toThrow(ConnectionError);
  await expect(failed).rejects.toThrow(`Connection to ${server.url} failed: ${server.url} returned an HTML page`);
});

test('a read that gets no response in time fails without another attempt, but its body may take longer', async () => {
  const sent: string[] = [];
  const slow = createServer(({ url = '' }, response) => {
    sent.push(url);
    if (url === '/v1/plugins') response.write('{"plugins"');
    setTimeout(() => response.end(': []}'), url === '/v1/plugins' ? 1500 : 60_000).unref();
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const { port } = slow.address() as AddressInfo;
  const client = new SlipwayClient({ baseUrl: `http://127.0.0.1:${port}`, responseMaxMs: 1000 });
  await expect(client.get('/v1/builders')).rejects.toThrow(/^Connection to .* failed: no response within 1 s$/);
  expect(sent).toEqual(['/v1/builders']);
  expect(await client.get('/v1/plugins')).toEqual({ plugins: [] });
  slow.closeAllConnections();
  slow.close();
});

test("the client's signal aborts each request that has none of its own", async () => {
  await using server = await scriptedServer({});
  const signal = AbortSignal.abort(new Error('stopped'));
  const client = new SlipwayClient({ baseUrl: server.url, retries, signal });
  await expect(client.get('/v1/plugins')).rejects.toThrow('stopped');
  await client.get('/v1/plugins', { signal: null });
  expect(server.received).toHaveLength(1);
});

test('the client stops immediately when aborted, even between attempts', async () => {
  await using server = await scriptedServer(busy, {});
  const stop = new AbortController();
  const client = new SlipwayClient({
    baseUrl: server.url,
    retries: { pauseMs: 60_000, pauseMaxMs: 60_000 },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      setTimeout(() => stop.abort(new Error('stopped')), 1);
      return response;
    },
  });
  await expect(client.get('/v1/plugins', { signal: stop.signal })).rejects.toThrow('stopped');
  expect(server.received).toHaveLength(1);
});

test('the client never reads a state older than one that it has already seen', async () => {
  await using server = await scriptedServer({ headers: { 'slipway-bookmark': 'b1' } }, {}, {});
  const client = clientOf(server.url);
  for (let call = 0; call < 3; call += 1) await client.get('/v1/plugins');
  expect(server.received.map(({ headers }) => headers['slipway-bookmark'])).toEqual([undefined, 'b1', 'b1']);
});

test("the client iterates over a list's pages", async () => {
  const page = (ids: number[], next_cursor: string | null) => ({ body: { results: ids, pagination: { next_cursor } } });
  await using server = await scriptedServer(page([1, 2], 'c2'), page([], 'c3'), page([3], null));
  const client = clientOf(server.url);
  const seen = allItems(async (cursor) => {
    const { results, pagination } = await client.get('/v1/events', { query: { limit: 2, ...cursor } });
    return { items: results, next: pagination.next_cursor };
  });
  expect(await all(seen)).toEqual([1, 2, 3]);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/events?limit=2',
    '/v1/events?limit=2&cursor=c2',
    '/v1/events?limit=2&cursor=c3',
  ]);
});

test('the client reads NDJSON line by line', async () => {
  await using server = await scriptedServer({ body: '{"a":1}\n\n{"b":"ü"}' });
  expect(await all(clientOf(server.url).lines('/v1/events/export'))).toEqual(['{"a":1}', '{"b":"ü"}']);
});

test('the client resumes interrupted server-sent events after the last event that it received', async () => {
  await using server = await scriptedServer(
    { body: 'id: 1\nevent: step\ndata: one\n\nid: 2\ndata: lost', broken: true },
    { body: ': comment\r\nid: 2\r\ndata: two\r\ndata: lines\r\n\r\n' },
  );
  expect(await all(clientOf(server.url).events('/v1/events/export'))).toEqual([
    { event: 'step', data: 'one', id: '1' },
    { event: 'message', data: 'two\nlines', id: '2' },
  ]);
  expect(server.received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1']);
});
