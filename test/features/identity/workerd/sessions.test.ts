// Tests the sessions of people: how long they last, who sees them, and what replaces them.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { browserSessions } from '../../../../src/db/schema/access.ts';
import { sweep } from '../../../../src/sweep.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { ana, appWith, Browser, begin, ben, invitationOf, peopleScene, signIn } from '../scenes/sign-in.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('a session of a person', () => {
  test('a session is replaced at the next sign-in, also as another account', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana);
    const stolen = new Browser(app);
    stolen.cookies.set('__Host-slipway', browser.cookies.get('__Host-slipway') ?? '');
    expect((await signIn(browser, at, { issuer_id: issuer }, ben)).status).toBe(200);
    expect((await browser.get('/v1/person')).body).toMatchObject({ name: 'Ben', email: 'ben@example.com' });
    const other = appWith(clockAt(Date.now() + minute), at);
    const elsewhere = new Browser(other);
    elsewhere.cookies.set('__Host-slipway', stolen.cookies.get('__Host-slipway') ?? '');
    expect((await elsewhere.get('/v1/session')).status).toBe(401);
  });

  test('a cookie that was set before the sign-in never becomes a session', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const planted = `ss_${'a'.repeat(43)}`;
    browser.cookies.set('__Host-slipway', planted);
    const begun = await browser.send('POST', '/v1/sign-in', { issuer_id: issuer });
    await browser.arrive(at.agree(Object(begun.body).authorization_url, ana));
    expect(browser.cookies.get('__Host-slipway')).not.toBe(planted);
    const attacker = new Browser(app);
    attacker.cookies.set('__Host-slipway', planted);
    expect((await attacker.get('/v1/session')).status).toBe(401);
  });

  test('a page of the account before is refused after the browser signed in as another', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana);
    const { csrf_token: csrf } = Object((await browser.get('/v1/session')).body);
    await signIn(browser, at, { issuer_id: issuer }, ben);
    const cookie = `__Host-slipway=${browser.cookies.get('__Host-slipway')}`;
    const write = (token: string) =>
      clientOf(null, app.fetch).send('POST', '/v1/person/keys', {
        body: { name: 'laptop' },
        headers: { cookie, 'slipway-csrf': token, 'sec-fetch-site': 'same-origin' },
      });
    expect((await write(csrf)).status).toBe(403);
    const now = Object((await browser.get('/v1/session')).body).csrf_token;
    expect((await write(now)).status).toBe(200);
  });

  test("a stranger's callback leaves the browser's session as it is", async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana);
    const back = at.agree(await begin(new Browser(app), { issuer_id: issuer }), ben);
    expect((await browser.arrive(back)).status).toBe(400);
    expect((await browser.get('/v1/person')).body).toMatchObject({ name: 'Ana' });
  });

  test('a session lasts 12 hours without use, and 7 days with it', async () => {
    const { clock, join, settled } = await peopleScene();
    const { browser } = await join(ana);
    const idle = await join(ben);
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      expect((await browser.get('/v1/session')).status).toBe(200);
      await settled();
      clock.advance(6 * hour);
    }
    expect((await idle.browser.get('/v1/session')).status).toBe(401);
    clock.advance(6 * hour);
    expect((await browser.get('/v1/session')).status).toBe(401);
  });

  test('a session is listed for its person, who can end it', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana);
    const other = new Browser(app);
    await signIn(other, at, { issuer_id: issuer }, ana);
    const { body } = await browser.get('/v1/person/sessions');
    const [own, second] = Object(body).sessions;
    expect([own.current, second.current]).toEqual([true, false]);
    expect((await browser.send('DELETE', `/v1/person/sessions/${second.session_id}`)).status).toBe(204);
    expect((await other.get('/v1/session')).status).toBe(401);
    expect((await browser.get('/v1/session')).status).toBe(200);
  });

  test('a session is no listed key, and its row goes once it has expired', async () => {
    const { clock, deps, join, org } = await peopleScene();
    await join(ana);
    const { body } = await org.get('/v1/keys');
    expect(Object(body).results).toHaveLength(1);
    clock.advance(8 * 24 * hour);
    await sweep(deps);
    expect(Object((await org.get('/v1/keys')).body).results).toHaveLength(1);
    const open = await database(env.DB).select().from(browserSessions);
    expect(open.filter(({ expiresAt }) => expiresAt > clock.now())).toEqual([]);
  });

  test('a session switches to another organization of its person', async () => {
    const { app, at, issuer, join } = await peopleScene();
    const { browser } = await join(ana);
    const next = await organization({ fetch: app.fetch, name: 'Next' });
    const foreign = await organization({ fetch: app.fetch });
    const invited = await next.post('/v1/invitations', { email: ana.email, role: 'viewer' });
    await signIn(new Browser(app), at, { issuer_id: issuer, invitation: invitationOf(invited.body).secret }, ana);
    const refusal = await browser.send('POST', '/v1/person/switch', { organization_id: foreign.id });
    expect(refusal.status).toBe(404);
    expect((await browser.send('POST', '/v1/person/switch', { organization_id: next.id })).status).toBe(200);
    const { body } = await browser.get('/v1/session');
    expect(body).toMatchObject({ key: { role: 'viewer', organization_name: 'Next' } });
  });
});

describe('what a session leaves', () => {
  test('neither a switch nor a link makes a session last more than 7 days', async () => {
    const { app, clock, join, org, settled } = await peopleScene();
    const { browser } = await join(ana);
    const use = async (one: Browser) => {
      const { status } = await one.get('/v1/session');
      await settled();
      return status;
    };
    const linked = new Browser(app);
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      expect(await use(browser)).toBe(200);
      clock.advance(6 * hour);
    }
    const { body } = await browser.send('POST', '/v1/session/links');
    const link = new URL(Object(body).url).hash.slice('#link='.length);
    expect((await linked.send('POST', '/v1/session/links/use', { link })).status).toBe(200);
    expect((await browser.send('POST', '/v1/person/switch', { organization_id: org.id })).status).toBe(200);
    expect(await use(browser)).toBe(200);
    clock.advance(6 * hour);
    expect([await use(browser), await use(linked)]).toEqual([401, 401]);
  });

  test.each(['signs out', 'ends it', 'signs in again'])(
    'an isolate that still knows a session opens no other, once its person %s',
    async (how) => {
      const { app, at, clock, issuer, join, org } = await peopleScene();
      const { browser } = await join(ana);
      const elsewhere = new Browser(appWith(clock, at));
      elsewhere.cookies.set('__Host-slipway', browser.cookies.get('__Host-slipway') ?? '');
      expect((await elsewhere.get('/v1/session')).status).toBe(200);
      if (how === 'signs out') await browser.send('DELETE', '/v1/session');
      if (how === 'signs in again') await signIn(browser, at, { issuer_id: issuer }, ana);
      if (how === 'ends it') {
        const { sessions } = Object((await browser.get('/v1/person/sessions')).body);
        const other = new Browser(app);
        await signIn(other, at, { issuer_id: issuer }, ana);
        await other.send('DELETE', `/v1/person/sessions/${sessions[0].session_id}`);
      }
      expect((await elsewhere.send('POST', '/v1/person/keys', { name: 'late' })).status).toBe(401);
      expect((await elsewhere.send('POST', '/v1/person/switch', { organization_id: org.id })).status).toBe(404);
    },
  );

  test('a session that a personal key opened has no more than the key: it opens none of the person', async () => {
    const { app, join, org } = await peopleScene();
    const { browser } = await join(ana);
    const made = await browser.send('POST', '/v1/person/keys', { name: 'reader', scopes: ['plugins:read'] });
    const authorization = `Bearer ${Object(made.body).api_key}`;
    const answer = await clientOf(authorization, app.fetch).send('POST', '/v1/session');
    const reader = new Browser(app);
    reader.cookies.set(
      '__Host-slipway',
      /__Host-slipway=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '',
    );
    expect((await reader.get('/v1/session')).body).toMatchObject({ key: { scopes: ['plugins:read'] } });
    expect((await reader.send('POST', '/v1/person/switch', { organization_id: org.id })).status).toBe(403);
    expect((await reader.send('POST', '/v1/person/keys', { name: 'more', scopes: ['keys:admin'] })).status).toBe(403);
  });
});
