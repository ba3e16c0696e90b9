// Tests behavior common to all requests: methods, validators, caching, the database bookmark.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { requestDatabase } from '../../../src/db/client.ts';
import { clientOf, worker } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { adminAuthorization, namespaceIn, organization } from '../../support/scenes/organization.ts';

test('a response with 401 names the scheme', async () => {
  const { status, headers } = await worker(new Request('http://slipway.test/v1/keys'));
  expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

test('the response for a long unknown path is short', async () => {
  const response = await worker(new Request(`http://slipway.test/${'a'.repeat(10_000)}`));
  expect(response.status).toBe(404);
  expect((await response.text()).length).toBeLessThan(2_000);
});

test('HEAD has the headers of GET, without the body', async () => {
  const org = await organization();
  const headers = { authorization: `Bearer ${org.key}` };
  const head = await worker(new Request(`http://slipway.test${org.plugins}`, { method: 'HEAD', headers }));
  const { headers: got } = await org.get(org.plugins);
  expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', got.get('etag')]);
});

test.each<[string, string, string | null]>([
  ['GET', '/healthz', null],
  ['GET', '/openapi.json', null],
  ['GET', '/v1/plugins', null],
  ['GET', '/v1/plugins', 'Bearer sk_wrong'],
  ['GET', '/nowhere', null],
  ['DELETE', '/healthz', null],
  ['OPTIONS', '/healthz', null],
  ['GET', '/_s3/bucket/key', null],
])('%s %s returns a request ID', async (method, path, authorization) => {
  const request = new Request(`http://slipway.test${path}`, {
    method,
    headers: authorization ? { authorization } : {},
  });
  const { headers } = await worker(request);
  expect(headers.get('slipway-request-id')).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
});

test('an unchanged resource is not sent again to a client that has it', async () => {
  const org = await organization();
  const path = `/v1/namespaces/${org.namespaceId}`;
  const read = (etag: string) => org.send('GET', path, { headers: { 'if-none-match': etag } });
  const first = await org.get(path);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await read(known);
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect((await read('"other"')).status).toBe(200);
  await org.patch(path, { description: 'changed' });
  expect((await read(etag)).status).toBe(200);
});

test("the ETag of a version's source is its digest", async () => {
  const org = await organization();
  await publish(org, plugin());
  const path = `${org.plugins}/hello_ext_1_0_0/source`;
  const first = await org.get(path);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toBe(`"${(first.body as { code_hash: string }).code_hash}"`);
  const again = await org.send('GET', path, { headers: { 'if-none-match': etag } });
  expect([again.status, again.text]).toEqual([304, '']);
});

test.each(['/docs', '/docs/reference.js', '/docs/reference.css'])(
  '%s is a page that connects only to Slipway',
  async (path) => {
    const { status, headers } = await clientOf(null).get(path);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test('an unknown page is not found', async () => {
  expect((await clientOf(null).get('/docs/nothing.js')).status).toBe(404);
});

test('errors, secrets and signed URLs are not cached', async () => {
  const org = await organization();
  await publish(org, plugin());
  const version = `${org.plugins}/hello_ext_1_0_0`;
  const answers = [
    await org.get('/v1/namespaces/none'),
    await clientOf(adminAuthorization).post('/v1/admin/organizations', { name: 'Acme' }),
    await org.get(`${version}/download`),
    await org.get(`${version}?return_presigned_urls=true`),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('cache-control'), headers.get('etag')])).toEqual(
    [404, 200, 200, 200].map((status) => [status, 'no-store', null]),
  );
});

test('a response has the database bookmark, and a read request can send a bookmark', async () => {
  const sessions: string[] = [];
  const { db, startSession } = requestDatabase(env.DB);
  const { fetch } = testApp({
    db,
    startSession: (from) => {
      sessions.push(from);
      return startSession(from);
    },
  });
  const org = await organization({ fetch });
  await namespaceIn(org, 'films');
  const made = await org.get('/v1/namespaces/films');
  const bookmark = made.headers.get('slipway-bookmark') ?? '';
  sessions.length = 0;
  const client = clientOf(`Bearer ${org.key}`, fetch);
  const sent = async (method: string, path: string, from: string) =>
    (await client.send(method, path, { headers: { 'slipway-bookmark': from } })).status;
  expect([
    await sent('GET', '/v1/namespaces/films', bookmark),
    await sent('GET', '/v1/namespaces/films', 'first-unconstrained'),
    await sent('GET', '/v1/namespaces/films', 'x'.repeat(10_000)),
    await sent('DELETE', '/v1/namespaces/films', bookmark),
  ]).toEqual([200, 200, 200, 200]);
  expect(sessions).toEqual([bookmark, 'first-unconstrained', 'first-primary', 'first-primary']);
});

test.each([
  ['500 levels', `{"unknown":${'['.repeat(499)}${']'.repeat(499)}}`, 200, null],
  ['brackets in a string', JSON.stringify({ unknown: `\\"${'[{'.repeat(1000)}` }), 200, null],
  ['501 levels', `{"unknown":${'['.repeat(500)}${']'.repeat(500)}}`, 422, 'Malformed JSON'],
  ['brackets alone', '['.repeat(200_000), 422, 'Malformed JSON'],
])('a body with %s is parsed only up to the nesting limit', async (_what, raw, status, msg) => {
  const org = await organization();
  const headers = { 'content-type': 'application/json' };
  const answer = await org.send('PATCH', `/v1/namespaces/${org.namespaceId}`, { raw, headers });
  expect([answer.status, Object(answer.body).detail?.[0]?.msg ?? null]).toEqual([status, msg]);
});

test('an unknown path returns a link to the list of paths', async () => {
  const { status, body } = await clientOf(null).get('/other');
  expect({ status, body }).toMatchObject({
    status: 404,
    body: {
      error: {
        message: 'Path not found: /other',
        hint: 'Check the path: the API reference is at /docs, and /openapi.json lists all paths.',
      },
    },
  });
});

test('an unknown plugin returns a hint for finding the right name', async () => {
  const org = await organization();
  expect((await org.get(`${org.plugins}/nothing_1_0_0`)).body).toMatchObject({
    error: {
      hint: 'Check the name, the version and the namespace: `slipway list` shows what this key can see there. A version appears when its upload has been confirmed.',
    },
  });
});
