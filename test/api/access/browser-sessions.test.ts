// Tests browser sign-in and sign-out, and that neither another site nor someone with a copied cookie can use the session.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Client, clientOf, origin } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { keyOf, namespaceIn, organization } from '../../support/scenes/organization.ts';

const hour = 3_600_000;
const signedInSchema = z.object({ csrf_token: z.string() });

interface Browser extends Client {
  cookie: string;
  csrf: string;
}

/** Returns a browser that has a response's cookie and sends the headers that browsers send for the server's own pages. */
function browserOf(answer: { headers: Headers; body: unknown }, fetch: Client['fetch']): Browser {
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const csrf = signedInSchema.parse(answer.body).csrf_token;
  const anonymous = clientOf(null, fetch);
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'slipway-csrf': csrf };
  const client: Client['send'] = (method, path, sent = {}) =>
    anonymous.send(method, path, { ...sent, headers: { ...headers, ...sent.headers } });
  return {
    ...anonymous,
    cookie,
    csrf,
    send: client,
    get: (path) => client('GET', path),
    post: (path, body) => client('POST', path, { body }),
    del: (path) => client('DELETE', path),
  };
}

async function signedIn() {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  const org = await organization({ fetch: app.fetch });
  const answer = await org.send('POST', '/v1/session');
  return { ...app, clock, org, answer, browser: browserOf(answer, app.fetch) };
}

describe('a session', () => {
  test('a session is a cookie that scripts cannot read and other sites do not send', async () => {
    const { answer, org } = await signedIn();
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^__Host-slipway=ss_[0-9A-Za-z]{43}; Path=\/; Expires=[^;]+ GMT; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(JSON.stringify(answer.body)).not.toContain('ss_');
    expect(cookie).not.toContain(org.key);
  });

  test("a session has its key's access, and its events name the key", async () => {
    const { browser, org } = await signedIn();
    const { body, headers } = await browser.get('/v1/session');
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
    expect(body).toMatchObject({
      key: { organization_id: org.id, prefix: org.key.slice(0, 10) },
      csrf_token: browser.csrf,
    });
    expect((await browser.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] })).status).toBe(200);
    const events = await browser.get('/v1/events?type=key.created&limit=1');
    expect(events.body).toMatchObject({ results: [{ actor: { id: Object(Object(body).key).key_id } }] });
  });

  test('a session can do no more than its key: it has neither another scope nor another namespace', async () => {
    const { org, fetch } = await signedIn();
    const other = await namespaceIn(org, 'other');
    const secret = await keyOf(org, { scopes: ['plugins:read'], namespaceIds: [org.namespaceId] });
    const browser = browserOf(await clientOf(`Bearer ${secret}`, fetch).send('POST', '/v1/session'), fetch);
    expect((await browser.get(`/v1/namespaces/${org.namespaceId}/plugins`)).status).toBe(200);
    expect((await browser.get(`/v1/namespaces/${other}/plugins`)).status).toBe(404);
    expect(await browser.get('/v1/keys')).toMatchObject({
      status: 403,
      body: { error: { details: { required_scope: 'keys:admin' } } },
    });
  });

  test('a session creates keys that outlive it', async () => {
    const { browser } = await signedIn();
    const { body } = await browser.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] });
    expect(body).toMatchObject({ expires_at: null });
  });

  test('a session ends after 12 hours', async () => {
    const { browser, clock } = await signedIn();
    clock.advance(12 * hour - 1);
    expect((await browser.get('/v1/session')).status).toBe(200);
    clock.advance(1);
    const ended = await browser.get('/v1/session');
    expect([ended.status, Object(ended.body).error]).toMatchObject([
      401,
      { message: 'The session has ended', hint: 'Sign in again.' },
    ]);
  });

  test('a session ends at sign-out, and a copy of its cookie stops working', async () => {
    const { browser } = await signedIn();
    const answer = await browser.del('/v1/session');
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      204,
      '__Host-slipway=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
    ]);
    expect((await browser.get('/v1/session')).status).toBe(401);
  });

  test('a session ends immediately when its key is revoked, in the same isolate', async () => {
    const { org, fetch } = await signedIn();
    const other = browserOf(await clientOf(`Bearer ${await keyOf(org)}`, fetch).send('POST', '/v1/session'), fetch);
    const { body } = await other.get('/v1/session');
    await org.del(`/v1/keys/${Object(Object(body).key).key_id}`);
    expect((await other.get('/v1/session')).status).toBe(401);
  });

  test('a session ends with the overlap after its key is rotated', async () => {
    const { browser, org, clock } = await signedIn();
    const { body } = await browser.get('/v1/session');
    await org.post(`/v1/keys/${Object(Object(body).key).key_id}/rotate`, { overlap_seconds: 60 });
    expect((await browser.get('/v1/session')).status).toBe(200);
    clock.advance(60_001);
    expect((await browser.get('/v1/session')).status).toBe(401);
  });

  test('a session ends immediately if its key is rotated without an overlap', async () => {
    const { browser, org } = await signedIn();
    const { body } = await browser.get('/v1/session');
    await org.post(`/v1/keys/${Object(Object(body).key).key_id}/rotate`);
    expect((await browser.get('/v1/session')).status).toBe(401);
  });

  test('a session does not outlive its key', async () => {
    const { org, fetch, clock } = await signedIn();
    const secret = await keyOf(org, { expiresAt: clock.now() + hour });
    const browser = browserOf(await clientOf(`Bearer ${secret}`, fetch).send('POST', '/v1/session'), fetch);
    clock.advance(hour);
    expect((await browser.get('/v1/session')).status).toBe(401);
  });
});

test("a page of another site cannot sign a browser in with the site's own key", async () => {
  const { org } = await signedIn();
  const headers = { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' };
  const answer = await org.send('POST', '/v1/session', { headers });
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
});

describe('a request with the cookie', () => {
  const reading: [why: string, headers: Record<string, string>, status: number][] = [
    ['of a page of this server', { 'sec-fetch-site': 'same-origin' }, 200],
    ['of an address that the user entered', { 'sec-fetch-site': 'none' }, 200],
    ['of a program', { 'sec-fetch-site': '' }, 200],
    ['of another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of another origin', { origin: 'https://attacker.example' }, 403],
    ['of a sandboxed frame', { origin: 'null' }, 403],
  ];
  test.each(reading)('a read with the cookie is allowed or refused by its origin: %s', async (_, headers, status) => {
    const { browser } = await signedIn();
    const { 'sec-fetch-site': site, ...others } = headers;
    const answer = await browser.send('GET', '/v1/session', {
      headers: { ...others, ...(site === '' || site === undefined ? {} : { 'sec-fetch-site': site }) },
    });
    expect(answer.status).toBe(status);
  });

  const writing: [why: string, headers: Record<string, string>, status: number][] = [
    ['of a page of this server', { origin }, 200],
    ['without the token', { 'slipway-csrf': '' }, 403],
    ['with the token of another session', { 'slipway-csrf': '0123456789abcdef0123456789abcdef' }, 403],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of another port', { 'sec-fetch-site': 'same-site', origin: `${origin}:9999` }, 403],
    ['by a form that the user was lured to', { 'sec-fetch-site': 'none' }, 403],
  ];
  test.each(writing)(
    'a write with the cookie is allowed or refused by its origin and token: %s',
    async (_, headers, status) => {
      const { browser } = await signedIn();
      const answer = await browser.send('POST', '/v1/keys', {
        body: { name: 'ci', scopes: ['plugins:read'] },
        headers,
      });
      expect(answer.status).toBe(status);
    },
  );

  test('a request with the cookie to an unknown host is refused, so that no page can use it by DNS rebinding', async () => {
    const { browser, fetch } = await signedIn();
    const request = new Request('http://attacker.example/v1/session', { headers: { cookie: browser.cookie } });
    expect((await fetch(request)).status).toBe(403);
  });

  test("a request with the cookie and an API key has the key's access", async () => {
    const { browser, fetch } = await signedIn();
    const other = await organization({ fetch });
    const answer = await browser.send('GET', '/v1/session', { headers: { authorization: `Bearer ${other.key}` } });
    expect(answer.body).toMatchObject({ key: { organization_id: other.id }, csrf_token: null });
  });

  test('a request with a cookie but no valid session counts as a request without a key', async () => {
    const { fetch } = await signedIn();
    const answer = await clientOf(null, fetch).send('GET', '/v1/session', {
      headers: { cookie: '__Host-slipway=sk_1' },
    });
    expect([answer.status, Object(answer.body).detail]).toEqual([401, 'No API key was sent']);
  });
});

describe('a sign-in link', () => {
  async function linked() {
    const scene = await signedIn();
    const { body } = await scene.org.send('POST', '/v1/session/links');
    const [page, link = ''] = z.object({ url: z.string() }).parse(body).url.split('#link=');
    const anonymous = clientOf(null, scene.fetch);
    const read = () => anonymous.post('/v1/session/links/read', { link });
    return { ...scene, page, link, read, use: () => anonymous.post('/v1/session/links/use', { link }) };
  }

  test("a sign-in link signs in; its secret is in the part of the URL that browsers don't send", async () => {
    const { page, use, org, fetch } = await linked();
    expect(page).toBe(`${origin}/`);
    const browser = browserOf(await use(), fetch);
    expect((await browser.get('/v1/session')).body).toMatchObject({ key: { organization_id: org.id } });
  });

  test('a sign-in link works once, even if two browsers use it concurrently', async () => {
    const { use } = await linked();
    const answers = await Promise.all([use(), use()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(Object((await use()).body).error).toMatchObject({
      message: 'This sign-in link was already used or has expired',
      hint: 'Create another one with `slipway open`.',
    });
  });

  test('a sign-in link expires after ten minutes', async () => {
    const { read, use, clock } = await linked();
    clock.advance(600_000);
    expect([(await read()).status, (await use()).status]).toEqual([401, 401]);
  });

  test('a sign-in link shows whom it signs in, any number of times, and can still be used afterwards', async () => {
    const { read, use, org } = await linked();
    for (const answer of [await read(), await read()]) {
      expect(answer).toMatchObject({
        status: 200,
        body: { organization_id: org.id, organization_name: 'Acme', key_name: 'first key' },
      });
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    expect((await use()).status).toBe(200);
    expect(Object((await read()).body).error).toMatchObject({
      message: 'This sign-in link was already used or has expired',
      hint: 'Create another one with `slipway open`.',
    });
  });

  test('a sign-in link is not a session, and a session is not a link', async () => {
    const { link, fetch, browser } = await linked();
    const anonymous = clientOf(null, fetch);
    const asCookie = await anonymous.send('GET', '/v1/session', { headers: { cookie: `__Host-slipway=${link}` } });
    expect(asCookie.status).toBe(401);
    const asLink = await anonymous.post('/v1/session/links/use', { link: browser.cookie.split('=')[1] });
    expect(asLink.status).toBe(401);
  });

  test('a sign-in link does not sign in if its key has been revoked', async () => {
    const { org, read, use } = await linked();
    const { body } = await org.get('/v1/keys/self');
    const { key_id } = z.object({ key_id: z.string() }).parse(body);
    // An organization must keep a key that manages keys.
    await keyOf(org);
    expect((await org.del(`/v1/keys/${key_id}`)).status).toBe(200);
    expect([(await read()).status, (await use()).status]).toEqual([401, 401]);
  });

  test.each(['read', 'use'])("a sign-in link that another site's page posts is refused: %s", async (what) => {
    const { link, fetch } = await linked();
    const headers = { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' };
    const answer = await clientOf(null, fetch).send('POST', `/v1/session/links/${what}`, { body: { link }, headers });
    expect(answer.status).toBe(403);
  });
});
