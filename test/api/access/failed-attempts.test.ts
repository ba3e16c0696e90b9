// Tests that an address is refused until the minute ends after it sent too many wrong admin tokens or keys.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { FailedAttempts } from '../../../src/api/context/failed-attempts.ts';
import { database } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { clientOf, origin } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';

const path = '/v1/admin/organizations';
const start = Date.parse('2026-11-20T12:00:20Z');
const metricsToken = 'a-metrics-token-of-a-test';
const onCloudflare = { ...testApp().deps.storage, local: false };

async function statuses({ fetch }: TestApp, times: number, authorization: string | null, address?: string) {
  const headers: Record<string, string> = address === undefined ? {} : { 'cf-connecting-ip': address };
  const client = clientOf(authorization, fetch);
  const counts: Record<number, number> = {};
  for (let i = 0; i < times; i++) {
    const { status } = await client.send('GET', path, { headers });
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

test('60 of 100 consecutive wrong admin tokens get 429 until the minute ends, including in a local run', async () => {
  const clock = clockAt(start);
  const counted = countedD1(env.DB);
  const app = testApp({ clock, db: database(counted.db) });
  expect(await statuses(app, 100, 'Bearer wrong')).toEqual({ 401: 40, 429: 60 });
  expect(counted.trips()).toBe(0);
  expect(await statuses(app, 1, adminAuthorization)).toEqual({ 200: 1 });
  const wrong = clientOf('Bearer wrong', app.fetch);
  const refused = await wrong.get(path);
  expect([refused.status, refused.headers.get('retry-after'), refused.body]).toMatchObject([
    429,
    '40',
    {
      detail: 'Too many failed authentications in the current minute',
      error: { type: 'RateLimitError', details: { retry_after_seconds: 40 } },
    },
  ]);
  clock.advance(39_999);
  expect((await wrong.get(path)).status).toBe(429);
  clock.advance(1);
  expect((await wrong.get(path)).status).toBe(401);
});

test('a right admin or metrics token is accepted whatever else came from its address', async () => {
  const limiting: Deps['rateLimiter'] = { limit: async ({ key }) => ({ success: key !== '192.0.2.1' }) };
  const app = testApp({ clock: clockAt(start), storage: onCloudflare, rateLimiter: limiting, metricsToken });
  expect(await statuses(app, 1, 'Bearer wrong', '192.0.2.1')).toEqual({ 429: 1 });
  expect(await statuses(app, 100, adminAuthorization, '192.0.2.1')).toEqual({ 200: 100 });
  const headers = { 'cf-connecting-ip': '192.0.2.1' };
  const metrics = await clientOf(`Bearer ${metricsToken}`, app.fetch).send('GET', '/metrics', { headers });
  expect(metrics.status).toBe(200);
});

test('failures with a link keep no address from using an admin token', async () => {
  const app = testApp({ clock: clockAt(start) });
  const wrong = clientOf(null, app.fetch);
  const post = (to: string, body: object) => wrong.send('POST', to, { body, headers: { origin } });
  const answers = [];
  for (let i = 0; i < 42; i++)
    answers.push((await post('/v1/session/links/use', { link: `sl_${'x'.repeat(43)}` })).status);
  expect(new Set(answers)).toEqual(new Set([401]));
  expect(await statuses(app, 1, adminAuthorization)).toEqual({ 200: 1 });
});

test('requests without an admin token are not counted', async () => {
  const app = testApp({ clock: clockAt(start) });
  expect(await statuses(app, 100, null)).toEqual({ 401: 100 });
  expect(await statuses(app, 1, adminAuthorization)).toEqual({ 200: 1 });
});

test('addresses are counted separately, except within one IPv6 network', async () => {
  const app = testApp({ clock: clockAt(start), storage: onCloudflare });
  await statuses(app, 40, 'Bearer wrong', '192.0.2.1');
  await statuses(app, 40, 'Bearer wrong', '2001:db8::1');
  const next = async (address: string) => Object.keys(await statuses(app, 1, 'Bearer wrong', address))[0];
  const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8:0:0:ffff::2', '2001:db8:0:1::1', '2001:db8:1::1'];
  expect(await Promise.all(addresses.map(next))).toEqual(['429', '401', '429', '401', '401']);
});

test('a local run ignores the address that a client claims to have', async () => {
  const app = testApp({ clock: clockAt(start) });
  await statuses(app, 40, 'Bearer wrong', '192.0.2.1');
  expect(await statuses(app, 1, 'Bearer wrong', '192.0.2.2')).toEqual({ 429: 1 });
});

test('new addresses are counted together once the table of addresses is full', () => {
  const failures = new FailedAttempts(2);
  for (const address of ['a', 'b', 'c', 'd', 'a']) failures.add(address, start);
  expect(['a', 'b', 'c', 'd', 'e'].map((address) => failures.count(address, start))).toEqual([2, 1, 2, 2, 2]);
  expect(failures.count('a', start + 40_000)).toBe(0);
});

const generous: Deps['rateLimiter'] = { limit: async () => ({ success: true }) };

test('40 wrong keys block further unknown keys from the address, but no keys in use, where requests are limited', async () => {
  const app = testApp({ clock: clockAt(start), storage: onCloudflare, rateLimiter: generous });
  const org = await organization({ fetch: app.fetch });
  const wrong = clientOf(`Bearer sk_${'x'.repeat(43)}`, app.fetch);
  expect((await org.get('/v1/namespaces/default')).status).toBe(200);
  const answers = [];
  for (let i = 0; i < 42; i++) answers.push((await wrong.get('/v1/namespaces/default')).status);
  expect(answers).toEqual([...Array(40).fill(401), 429, 429]);
  expect((await clientOf('Bearer malformed', app.fetch).get('/v1/namespaces/default')).status).toBe(429);
  expect((await org.get('/v1/namespaces/default')).status).toBe(200);
});

test('40 cookies without a session block further unknown keys from the address, as wrong keys do', async () => {
  const app = testApp({ clock: clockAt(start), storage: onCloudflare, rateLimiter: generous });
  const org = await organization({ fetch: app.fetch });
  expect((await org.get('/v1/namespaces/default')).status).toBe(200);
  const anonymous = clientOf(null, app.fetch);
  const headers = { cookie: `__Host-slipway=ss_${'x'.repeat(43)}`, 'sec-fetch-site': 'same-origin' };
  const answers = [];
  for (let i = 0; i < 42; i++) answers.push((await anonymous.send('GET', '/v1/session', { headers })).status);
  expect(answers).toEqual([...Array(40).fill(401), 429, 429]);
  expect((await clientOf(`Bearer sk_${'x'.repeat(43)}`, app.fetch).get('/v1/session')).status).toBe(429);
  expect((await org.get('/v1/namespaces/default')).status).toBe(200);
});

test('a local run does not count wrong keys', async () => {
  const app = testApp({ clock: clockAt(start) });
  const wrong = clientOf(`Bearer sk_${'x'.repeat(43)}`, app.fetch);
  const answers = [];
  for (let i = 0; i < 42; i++) answers.push((await wrong.get('/v1/namespaces/default')).status);
  expect(answers).toEqual(Array(42).fill(401));
  expect(await statuses(app, 1, adminAuthorization)).toEqual({ 200: 1 });
});
