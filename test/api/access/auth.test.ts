// Tests authentication: which keys are accepted, and errors that come before a body is read or a path is revealed.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { database } from '../../../src/db/client.ts';
import { type Answer, type Client, clientOf } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { adminAuthorization, clientWithKey, organization } from '../../support/scenes/organization.ts';
import { zodMessage } from '../../support/zod-message.ts';

const org = await organization();
const anonymous = clientOf(null);
const noKey = 'No API key was sent';
const wrongKey = 'The API key is not valid';

describe('a key', () => {
  test('a key works as a bearer token', async () => {
    expect((await org.get(org.plugins)).status).toBe(200);
  });

  test.each(['bearer', 'BEARER', 'Bearer '])('a key and the admin token work with the scheme "%s"', async (scheme) => {
    expect((await clientOf(`${scheme} ${org.key}`).get(org.plugins)).status).toBe(200);
    const admin = clientOf(adminAuthorization.replace('Bearer', scheme));
    expect((await admin.get('/v1/admin/organizations')).status).toBe(200);
  });

  test('a key is required', async () => {
    const { status, body } = await anonymous.get('/v1/nothing/here');
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { error: { message: noKey, type: 'UnauthorizedError', details: null }, detail: noKey },
    });
  });

  test.each([
    ['unknown', `Bearer sk_${'x'.repeat(43)}`],
    ['truncated', `Bearer ${org.key.slice(0, -1)}`],
    ['without its scheme', org.key],
    ['with another scheme', `Basic ${org.key}`],
    ['in a list', `Bearer ${org.key}, Bearer ${org.key}`],
    ['empty', 'Bearer '],
    ['too long', `Bearer sk_${'x'.repeat(129)}`],
    ['the admin token', adminAuthorization],
  ])('a key that is %s is rejected', async (_what, authorization) => {
    const { status, body } = await clientOf(authorization).get(org.plugins);
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { error: { message: wrongKey, type: 'UnauthorizedError', details: null }, detail: wrongKey },
    });
  });

  test.each([
    ['broken', '{'],
    ['invalid', '{"name":"!"}'],
    ['larger than allowed', JSON.stringify({ name: 'x'.repeat(300_000) })],
  ])('a key is required before a body that is %s is read', async (_what, raw) => {
    const headers = { 'content-type': 'application/json' };
    expect((await anonymous.send('POST', `${org.plugins}/uploads`, { raw, headers })).status).toBe(401);
  });
});

describe('no key', () => {
  const surfaces: [path: string, status: number][] = [
    ['/api/plugins', 200],
    ['/api/plugins/x', 404],
    ['/api/storage-plugins', 200],
    ['/api/storage-plugins/x', 404],
  ];
  const otherPaths: [path: string, status: number][] = [
    ['/api/plugins-of-others', 404],
    ['/api', 404],
    ['/v1/plugins', 401],
    [org.plugins, 401],
  ];
  const open = clientOf(null, testApp({ anonymousOrganization: org.id }).fetch);
  const statusOf = async (client: Client, path: string, headers = {}) =>
    (await client.send('GET', path, { headers })).status;

  test.each(surfaces)('a key is required at %s, unless the operator allows anonymous access', async (path, status) => {
    expect(await statusOf(anonymous, path)).toBe(401);
    expect(await statusOf(open, path)).toBe(status);
  });

  test.each(otherPaths)(
    'a request without a key is refused at %s, even with anonymous access',
    async (path, status) => {
      expect(await statusOf(open, path)).toBe(status);
    },
  );

  test.each([
    ['a wrong key', { authorization: `Bearer sk_${'x'.repeat(43)}` }],
    ['a malformed key', { authorization: 'x' }],
    ['a page in a browser', { origin: 'http://127.0.0.1:8080' }],
    ['a cross-site read', { 'sec-fetch-site': 'cross-site' }],
  ])('anonymous access is not assumed for %s', async (_what, headers) => {
    expect(await statusOf(open, '/api/plugins', headers)).toBe(401);
  });
});

describe('the rate limit', () => {
  const clock = clockAt(Date.parse('2026-11-20T12:00:20Z'));
  const counted = countedD1(env.DB);
  const storage = { ...testApp().deps.storage, local: false };
  const limited = testApp({
    clock,
    storage,
    db: database(counted.db),
    anonymousOrganization: org.id,
    rateLimiter: env.FIVE_A_MINUTE,
  });

  /** Sends seven requests within one minute of the limiter, which uses the real clock. */
  async function sevenTimes(begin: () => Promise<(nth: number) => Promise<Answer>>): Promise<Answer[]> {
    for (let attempts = 0; attempts < 3; attempts++) {
      const ask = await begin();
      const minute = Math.floor(Date.now() / 60_000);
      const answers: Answer[] = [];
      for (let nth = 1; nth <= 7; nth++) answers.push(await ask(nth));
      if (Math.floor(Date.now() / 60_000) === minute) return answers;
    }
    throw new Error('Seven requests never fitted into a minute.');
  }

  test('the rate limit is counted per key', async () => {
    const newKey = () => clientWithKey({ ...org, fetch: limited.fetch }, {});
    const answers = await sevenTimes(async () => {
      const key = await newKey();
      return () => key.get('/v1/namespaces/default');
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const last = answers.at(-1);
    expect(last?.body).toMatchObject({
      error: { type: 'RateLimitError', details: { retry_after_seconds: 40 } },
      detail: 'Too many requests in the current minute',
    });
    expect([last?.headers.get('retry-after'), last?.headers.get('ratelimit')]).toEqual(['40', '"minute";r=0;t=40']);
    expect((await (await newKey()).get('/v1/namespaces/default')).status).toBe(200);
  });

  test('the rate limit is counted per address for unknown keys, before any database query', async () => {
    let before = 0;
    const answers = await sevenTimes(async () => {
      before = counted.trips();
      const headers = { 'cf-connecting-ip': crypto.randomUUID() };
      return (nth) => clientOf(`Bearer sk_${'x'.repeat(nth)}`, limited.fetch).send('GET', org.plugins, { headers });
    });
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(counted.trips() - before).toBe(5);
  });

  test.each<[path: string, authorization: string | null]>([
    ['/openapi.json', null],
    ['/docs', null],
    ['/api/plugins', null],
    ['/v1/admin/organizations', adminAuthorization],
  ])('the rate limit is counted per address at %s', async (path, authorization) => {
    const client = clientOf(authorization, limited.fetch);
    const answers = await sevenTimes(async () => {
      const headers = { 'cf-connecting-ip': crypto.randomUUID() };
      return () => client.send('GET', path, { headers });
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('40');
    const other = await client.send('GET', path, { headers: { 'cf-connecting-ip': crypto.randomUUID() } });
    expect(other.status).toBe(200);
  });
});

describe('the admin token', () => {
  const request = { body: { name: 'Acme' } };

  test('the admin token creates an organization, whose key works', async () => {
    const created = await organization({ name: 'Another' });
    expect((await created.get(created.plugins)).body).toEqual({
      success: true,
      plugins: [],
      total: 0,
      next_cursor: null,
      organization_id: created.id,
      namespace_id: created.namespaceId,
    });
  });

  test('the admin token returns the organization that it created', async () => {
    const { status, body } = await clientOf(adminAuthorization).send('POST', '/v1/admin/organizations', request);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      organization_id: expect.stringMatching(/^org_[0-9a-z]{26}$/),
      name: 'Acme',
      namespace_id: expect.stringMatching(/^ns_[0-9a-z]{26}$/),
      key_id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      api_key: expect.stringMatching(/^sk_[0-9A-Za-z]{43}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test.each([
    ['missing', null],
    ['wrong', `${adminAuthorization}x`],
    ['without its scheme', adminAuthorization.slice('Bearer '.length)],
    ["an organization's key", `Bearer ${org.key}`],
  ])('an admin token that is %s is rejected', async (_what, authorization) => {
    const { status, body } = await clientOf(authorization).send('POST', '/v1/admin/organizations', request);
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { detail: 'The admin token is missing or not valid' },
    });
  });

  test.each([
    ['no name', {}, ['body', 'name'], 'Field required'],
    ['an empty name', { name: '' }, ['body', 'name'], zodMessage(z.string().min(1), '')],
    [
      'a negative quota',
      { name: 'x', plugins_per_namespace: -1 },
      ['body', 'plugins_per_namespace'],
      zodMessage(z.number().min(0), -1),
    ],
  ])('the creation of an organization is rejected with %s', async (_what, body, loc, msg) => {
    const answer = await clientOf(adminAuthorization).post('/v1/admin/organizations', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ detail: [{ loc, msg }] });
  });
});

describe('paths and methods', () => {
  test.each([
    ['/healthz', 'POST', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'DELETE', 'GET, HEAD, OPTIONS'],
    ['/v1/namespaces', 'GET', 'OPTIONS, POST'],
    [`/v1/namespaces/${org.namespaceId}`, 'POST', 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    [org.plugins, 'PATCH', 'GET, HEAD, OPTIONS, POST'],
    [`${org.plugins}/hello_ext_1_0_0`, 'PUT', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    [`${org.plugins}/hello_ext_1_0_0/deploy`, 'GET', 'OPTIONS, POST'],
    [`${org.plugins}/hello_ext_1_0_0/status`, 'POST', 'GET, HEAD, OPTIONS'],
    [`${org.plugins}/hello_ext_1_0_0/realtime/test`, 'GET', 'OPTIONS, POST'],
    [`${org.plugins}/by-name/hello_ext/rollback`, 'GET', 'OPTIONS, POST'],
    [`${org.plugins}/by-name/hello_ext/versions`, 'POST', 'GET, HEAD, OPTIONS'],
  ])('%s does not support %s', async (path, method, allowed) => {
    const { status, headers, body } = await org.send(method, path);
    expect({ status, allow: headers.get('allow'), body }).toMatchObject({
      status: 405,
      allow: allowed,
      body: { error: { type: 'MethodNotAllowedError' }, detail: `${method} is not allowed for this path` },
    });
  });

  test.each([org.plugins, '/v1/admin/organizations', '/api/plugins'])('OPTIONS of %s needs no key', async (path) => {
    const { status, headers } = await anonymous.send('OPTIONS', path);
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 204, allow: expect.stringMatching(/OPTIONS/) });
  });

  test('the admin path does not support DELETE', async () => {
    const { status, headers } = await clientOf(adminAuthorization).del('/v1/admin/organizations');
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD, OPTIONS, POST' });
  });

  test.each(['/nothing', '/v1/nothing/here', '/v2/namespaces', '/v1/namespaces/x/y', '/_s4/x'])(
    '%s is not found',
    async (path) => {
      const { status, body } = await org.get(path);
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { error: { type: 'NotFoundError' }, detail: `Path not found: ${path}` },
      });
    },
  );

  test('every response has a request ID, and errors also have it in the body', async () => {
    const { headers, body } = await anonymous.get(org.plugins);
    const id = headers.get('slipway-request-id');
    expect(id).toMatch(/^req_[0-9a-z]{26}$/);
    expect(body).toMatchObject({ request_id: id });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a body is parsed as JSON regardless of its content type', async () => {
    const raw = '{"name":"plain_ext"}';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const sent of [{ raw }, { raw, headers }]) {
      const { status, body } = await org.send('POST', `${org.plugins}/uploads`, sent);
      expect(status).toBe(200);
      expect(body).toMatchObject({ name: 'plain_ext' });
    }
  });
});
