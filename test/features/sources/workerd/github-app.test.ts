// Tests creating tokens as a GitHub App, with a fake GitHub API that verifies the App's signatures: the requests, where they are sent,
// and the message for each refusal.
// @module-tag git
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLog } from '../../../../src/core/log.ts';
import { fromBase64, toBase64 } from '../../../../src/core/sealing.ts';
import { credentialForRepository } from '../../../../src/features/sources/for-repository.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Call, type FakeReceiver, fakeReceiver } from '../../../support/fake-receiver.ts';
import { committed, freshGoName, protect } from '../../../support/plugins/go-sources.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const keys = await crypto.subtle.generateKey(
  { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  true,
  ['sign', 'verify'],
);
if (!('privateKey' in keys)) throw new Error('not a pair of keys');
const { privateKey, publicKey } = keys;
const exported = await crypto.subtle.exportKey('pkcs8', privateKey);
if (!(exported instanceof ArrayBuffer)) throw new Error('not bytes');
const pkcs8 = new Uint8Array(exported);
/** The key in PKCS #1. PKCS #8 wraps it with a prefix of 26 bytes. */
const pkcs1 = pkcs8.slice(26);

function pemOf(kind: string, der: Uint8Array): string {
  const lines = toBase64(der).replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN ${kind}-----\n${lines}\n-----END ${kind}-----\n`;
}

const pem = pemOf('RSA PRIVATE KEY', pkcs1);
const app = { app_id: '104729', private_key: pem };
const minted = 'ghs-0f1e2d3c4b';
const createdBy = { type: 'key', id: 'key_made' } as const;
const start = Date.parse('2026-05-06T07:08:09Z');
const repository = 'https://github.com/acme/ocr.git';

interface Scene extends TestApp {
  org: Organization;
  clock: TestClock;
  github: FakeReceiver;
  credential(of?: string): ReturnType<typeof credentialForRepository>;
}

/** Creates a fake GitHub on which the App is installed for acme/ocr. Its clock is correct. */
async function scene(): Promise<Scene> {
  const clock = clockAt(start);
  const github = fakeReceiver(answerOf);
  const made = testApp({ clock, fetch: github.fetch, allowLoopback: true });
  const org = await organization({ fetch: made.fetch });
  const credential = (of = repository) => credentialForRepository(made.deps, { organizationId: org.id, createdBy }, of);
  return { ...made, org, clock, github, credential };
}

function answerOf({ url }: Call): Response {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/installation')) return Response.json({ id: 77 });
  return Response.json({ token: minted, expires_at: '2026-05-06T08:08:09Z' }, { status: 201 });
}

/** Verifies the token in the header and returns its claims. */
async function claimsOf({ headers }: Call): Promise<unknown> {
  const [head = '', body = '', signature = ''] = headers.authorization?.replace('Bearer ', '').split('.') ?? [];
  const bytes = (text: string) => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  const signed = new Uint8Array(new TextEncoder().encode(`${head}.${body}`));
  expect(await crypto.subtle.verify(algorithm.name, publicKey, bytes(signature), signed)).toBe(true);
  expect(JSON.parse(new TextDecoder().decode(bytes(head)))).toEqual({ alg: 'RS256', typ: 'JWT' });
  return JSON.parse(new TextDecoder().decode(bytes(body)));
}

test.each([
  ["of GitHub's file", pem],
  ['converted by OpenSSL', pemOf('PRIVATE KEY', pkcs8)],
])('a fetch gets a token that can read only one repository, created with a key %s', async (_, private_key) => {
  const { credential, github, org } = await scene();
  const added = await org.post('/v1/sources', { source: 'github.com/acme', github_app: { ...app, private_key } });
  expect([added.status, added.body]).toMatchObject([200, { github_app: { app_id: '104729', api_url: null } }]);
  expect(await credential()).toEqual({
    place: { host: 'github.com', path: 'acme/ocr' },
    username: 'x-access-token',
    token: minted,
    expires_at: Date.parse('2026-05-06T08:08:09Z'),
  });
  expect(github.calls.map(({ method, url, redirect }) => [method, url, redirect])).toEqual([
    ['GET', 'https://api.github.com/repos/acme/ocr/installation', 'manual'],
    ['POST', 'https://api.github.com/app/installations/77/access_tokens', 'manual'],
  ]);
  const [, created] = github.calls;
  expect(JSON.parse(created?.body ?? '')).toEqual({ repositories: ['ocr'], permissions: { contents: 'read' } });
  const seconds = start / 1000;
  for (const call of github.calls)
    expect(await claimsOf(call)).toEqual({ iat: seconds - 60, exp: seconds + 480, iss: '104729' });
  const text =
    JSON.stringify(github.calls) +
    added.text +
    (await org.get('/v1/sources')).text +
    (await org.get('/v1/events')).text;
  expect(text).not.toMatch(/PRIVATE KEY/);
  expect(text).not.toContain(toBase64(pkcs1).slice(0, 60));
});

test.each([
  ['github.example.com', undefined, 'https://github.example.com/api/v3/repos/acme/ocr/installation'],
  ['github.example.com', 'https://api.example.com/gh/', 'https://api.example.com/gh/repos/acme/ocr/installation'],
])('the API for %s with api_url %s is called at %s', async (host, api_url, url) => {
  const { credential, github, org } = await scene();
  await org.post('/v1/sources', {
    source: host,
    github_app: { ...app, ...(api_url === undefined ? {} : { api_url }) },
  });
  await credential(`https://${host}/acme/ocr.git`);
  expect(github.calls[0]?.url).toBe(url);
});

const dated = (status: number, at: number) => () =>
  new Response('{"message": "a detail of GitHub"}', { status, headers: { date: new Date(at).toUTCString() } });

test.each<[string, (call: Call) => Response | Promise<Response>, string, RegExp]>([
  [
    'that was revoked',
    dated(401, start),
    'credential-refused',
    /refuses the key of GitHub App 104729 \(401\): it was deleted, or belongs to another App\. Set its key again: `slipway sources rotate github\.com\/acme --github-app 104729 --key FILE`\.$/,
  ],
  [
    'whose clock is ahead',
    dated(401, start - 300_000),
    'credential-refused',
    /\(401\): the clock of Slipway is 5 min ahead of that of api\.github\.com\. Correct the clock\.$/,
  ],
  [
    'whose clock is behind',
    dated(401, start + 120_000),
    'credential-refused',
    /the clock of Slipway is 2 min behind that of api\.github\.com/,
  ],
  [
    'that is not installed',
    dated(404, start),
    'repository-not-found',
    /^The repository does not exist, or GitHub App 104729 is not installed for it\./,
  ],
  ['that is suspended', dated(403, start), 'credential-refused', /\(403\): its installation is suspended/],
  [
    'without the permission',
    (call) => (call.method === 'POST' ? dated(422, start)() : answerOf(call)),
    'credential-refused',
    /^GitHub App 104729 may not read the repository \(422\)\. Give it the permission Contents: read/,
  ],
  ['of a GitHub that fails', dated(502, start), 'repository-unreachable', /^api\.github\.com answered 502/],
  [
    'of a GitHub that redirects',
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example.net/' } }),
    'repository-unreachable',
    /answered 302/,
  ],
  [
    'of a GitHub that answers something else',
    () => new Response('<html>'),
    'repository-unreachable',
    /gave an undocumented response/,
  ],
  [
    'of a GitHub that does not answer',
    () => Promise.reject(new TypeError('lost')),
    'repository-unreachable',
    /^api\.github\.com does not answer/,
  ],
])('an App %s fails with the reason', async (_, answer, code, message) => {
  const { credential, github, org } = await scene();
  await org.post('/v1/sources', { source: 'github.com/acme', github_app: app });
  github.respondWith(answer);
  const refusal = z.object({ refused: z.object({ code: z.string(), message: z.string() }) }).parse(await credential());
  expect(refusal.refused).toEqual({ code, message: expect.stringMatching(message) });
  expect(refusal.refused.message).not.toContain('a detail of GitHub');
  expect(github.calls.filter(({ url }) => !url.startsWith('https://api.github.com/'))).toEqual([]);
});

test.each([
  ['a key that is none', { private_key: 'not a key' }, 'private_key'],
  ['a key of another kind', { private_key: pemOf('EC PRIVATE KEY', pkcs1) }, 'private_key'],
  ['a URL on this network', { api_url: 'https://10.0.0.1/api/v3' }, 'api_url'],
  ['a URL with a query', { api_url: 'https://api.example.com/?x=' }, 'api_url'],
])('an App with %s is refused', async (_, fields, field) => {
  const { org } = await scene();
  const { status, body } = await org.post('/v1/sources', { source: 'github.com', github_app: { ...app, ...fields } });
  expect([status, body]).toMatchObject([422, { detail: [{ loc: ['body', 'github_app', field] }] }]);
});

test('a private repository is published with a token that the App created for that repository only, and the token is found nowhere afterwards', async () => {
  const { fetch: _, org, github, deps } = await scene();
  const { origin, host } = new URL(env.REPOSITORIES_URL);
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const files = Object.entries(plugin({ name, version: '1.0.0' }).files).map(([path, text]) => [path, String(text)]);
  await committed(name, 'v1', Object.fromEntries(files));
  await protect(name, [minted]);
  const sent: unknown[] = [];
  const { fetchSource } = deps.builder;
  const builder = {
    ...deps.builder,
    fetchSource: ({ repository: asked, credential, ...request }: Parameters<typeof fetchSource>[0]) => {
      sent.push([asked, credential?.place]);
      const own = credential && { ...credential, place: { host, path: '' } };
      return fetchSource({ ...request, repository: `${origin}/${name}.git`, ...(own ? { credential: own } : {}) });
    },
  };
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const through = testApp({ builder, fetch: github.fetch, clock: deps.clock, allowLoopback: true, log });
  await org.post('/v1/sources', { source: 'github.com/acme', github_app: app });
  const request = new Request(`https://slipway.test${org.plugins}/from-git`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ repository: `https://github.com/acme/${name}.git`, ref: 'v1' }),
  });
  const response = await through.fetch(request);
  const answer = await response.text();
  expect([response.status, JSON.parse(answer)]).toMatchObject([200, { name, validation_status: 'passed' }]);
  expect(sent).toEqual([[`https://github.com/acme/${name}.git`, { host: 'github.com', path: `acme/${name}` }]]);
  const version = await org.get(`${org.plugins}/${name}_1_0_0`);
  const events = JSON.stringify(await eventsOf(org));
  const everything = [answer, version.text, events, await everythingStored(), ...lines];
  const assertions = github.calls.map(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? '');
  const secrets = [minted, btoa(`x-access-token:${minted}`), ...assertions, toBase64(pkcs1).slice(0, 60)];
  expect([lines.length > 0, events.includes('version.published'), assertions.length]).toEqual([true, true, 2]);
  expect(everything.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});
