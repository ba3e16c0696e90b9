// Tests people's sign-in by OpenID Connect: who gets a session, and every return of a browser that gets none.
import { describe, expect, test } from 'vitest';
import { eventsOf, eventTypesOf } from '../../../support/events.ts';
import { organization } from '../../../support/scenes/organization.ts';
import {
  type Account,
  ana,
  appWith,
  Browser,
  begin,
  ben,
  invitationOf,
  issuerOf,
  peopleScene,
  provider,
  signIn,
} from '../scenes/sign-in.ts';
import { minute, refused } from '../scenes/sign-ins.ts';

const hour = 60 * minute;

describe('a sign-in', () => {
  test('an invited person gets a session with the role, and events name the person', async () => {
    const { join, org } = await peopleScene();
    const before = (await eventTypesOf(org)).length;
    const { browser, page } = await join(ana, 'admin');
    expect(page.status).toBe(200);
    expect(page.text).toContain('content="0;url=/"');
    const { body } = await browser.get('/v1/session');
    expect(body).toMatchObject({ key: { role: 'admin', organization_id: org.id, person: { name: 'Ana' } } });
    expect((await eventTypesOf(org)).slice(before)).toEqual(['member.invited', 'member.joined', 'member.signed_in']);
    const made = await browser.send('POST', '/v1/namespaces', {
      namespace_name: 'made',
      feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
    });
    expect(made.status).toBe(200);
    expect((await eventsOf(org)).at(-1)?.actor).toMatchObject({ type: 'person', name: 'Ana', via: 'console' });
  });

  test("the callback's page runs nothing, and its cookie is strict", async () => {
    const { join } = await peopleScene();
    const { page } = await join(ana);
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const cookie = page.headers.getSetCookie().find((line) => line.startsWith('__Host-slipway='));
    expect(cookie).toMatch(/HttpOnly; Secure; SameSite=Strict$/);
  });

  test('a page of another site is not accepted', async () => {
    const { app, issuer } = await peopleScene();
    for (const page of ['https://evil.example', '//evil.example', '/\\evil.example', 'events']) {
      const { status } = await new Browser(app).send('POST', '/v1/sign-in', { issuer_id: issuer, page });
      expect(status).toBe(422);
    }
  });

  test('the page to continue to is escaped', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const page = '/n/"><script>alert(1)</script>';
    const answer = await signIn(new Browser(app), at, { issuer_id: issuer, page }, ana);
    expect(answer.text).not.toContain('<script');
  });

  test('a member signs in again without an invitation', async () => {
    const { app, at, issuer, join, org } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    expect((await signIn(browser, at, { issuer_id: issuer, organization_id: org.id }, ana)).status).toBe(200);
    expect((await browser.get('/v1/session')).status).toBe(200);
  });

  test('a person without a membership gets a page that says so, and no session', async () => {
    const { app, at, issuer } = await peopleScene();
    const browser = new Browser(app);
    const page = await signIn(browser, at, { issuer_id: issuer }, { ...ana, sub: crypto.randomUUID() });
    expect(page.status).toBe(400);
    expect(page.text).toContain('You are not a member of an organization here');
    expect([...browser.cookies.keys()]).toEqual([]);
  });
});

describe('a return that gets no session', () => {
  test('the same callback a second time', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const back = at.agree(await begin(browser, { issuer_id: issuer }), ana);
    const cookie = browser.cookies.get('__Host-slipway-sign-in') ?? '';
    expect((await browser.arrive(back)).status).toBe(200);
    const other = new Browser(app);
    other.cookies.set('__Host-slipway-sign-in', cookie);
    await refused(await other.arrive(back), other, 'already used');
  });

  test('a code used twice', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const first = new Browser(app);
    const back = new URL(at.agree(await begin(first, { issuer_id: issuer }), ana));
    expect((await first.arrive(back.href)).status).toBe(200);
    const browser = new Browser(app);
    const next = new URL(at.agree(await begin(browser, { issuer_id: issuer }), ana));
    next.searchParams.set('code', back.searchParams.get('code') ?? '');
    await refused(await browser.arrive(next.href), browser, 'refused the sign-in');
  });

  test('a state that nobody was given', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const back = new URL(at.agree(await begin(browser, { issuer_id: issuer }), ana));
    back.searchParams.set('state', 'invented');
    await refused(await browser.arrive(back.href), browser, 'was started in another browser');
  });

  test('another browser', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const back = at.agree(await begin(browser, { issuer_id: issuer }), ana);
    const victim = new Browser(app);
    await refused(await victim.arrive(back), victim, 'was started in another browser');
    const own = new Browser(app);
    await begin(own, { issuer_id: issuer });
    await refused(await own.arrive(back), own, 'was started in another browser');
  });

  test("a code of the operator's issuer that an organization's issuer had sent the browser for", async () => {
    const { app, at, clock, issuer, join } = await peopleScene();
    await join(ana);
    const evil = await provider(clock, 'https://evil.example');
    const asked: string[] = [];
    const reached = appWith(clock, at, {
      ...evil,
      fetch: (url, init) => {
        asked.push(url);
        return evil.fetch(url, init);
      },
    });
    const other = await organization({ fetch: app.fetch });
    const evilIssuer = await issuerOf(reached, evil, { organizationId: other.id });
    const victim = new Browser(reached);
    const started = new URL(await begin(victim, { issuer_id: evilIssuer, organization_id: other.id }));
    const honest = new URL(await begin(new Browser(reached), { issuer_id: issuer }));
    honest.searchParams.set('state', started.searchParams.get('state') ?? '');
    await refused(await victim.arrive(at.agree(honest.href, ana)), victim, 'Another issuer sent you back');
    expect(asked).not.toContain('https://evil.example/token');
  });

  test('an ID token with another nonce', async () => {
    const { app, at, issuer, join, org } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const url = await begin(browser, { issuer_id: issuer, organization_id: org.id });
    await refused(await browser.arrive(at.agree(url, ana, { nonce: 'other' })), browser, 'not valid');
    expect((await eventTypesOf(org)).at(-1)).toBe('member.sign_in_failed');
  });

  test('an account that declined', async () => {
    const { app, at, issuer } = await peopleScene();
    const browser = new Browser(app);
    const back = new URL(at.agree(await begin(browser, { issuer_id: issuer }), ana));
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    await refused(await browser.arrive(back.href), browser, 'did not sign you in');
  });
});

describe('an invitation', () => {
  test('an invitation works once', async () => {
    const { app, at, invite, issuer } = await peopleScene();
    const { secret } = await invite(ana.email);
    const fields = { issuer_id: issuer, invitation: secret };
    expect((await signIn(new Browser(app), at, fields, ana)).status).toBe(200);
    expect((await new Browser(app).send('POST', '/v1/sign-in', fields)).status).toBe(401);
  });

  test('an invitation says whom it is for until it is accepted', async () => {
    const { app, at, invite, issuer } = await peopleScene();
    const { secret } = await invite(ana.email, 'viewer');
    const read = () => new Browser(app).send('POST', '/v1/sign-in/invitation', { invitation: secret });
    expect(await read()).toMatchObject({
      status: 200,
      body: { organization_name: expect.any(String), email: ana.email, role: 'viewer' },
    });
    await signIn(new Browser(app), at, { issuer_id: issuer, invitation: secret }, ana);
    expect((await read()).status).toBe(401);
  });

  test('an invitation is for its e-mail address, in any case', async () => {
    const { app, at, invite, issuer } = await peopleScene();
    const { secret } = await invite('ANA@Example.com');
    const fields = { issuer_id: issuer, invitation: secret };
    const page = await signIn(new Browser(app), at, fields, ben);
    expect(page.text).toContain('The invitation is for another e-mail address');
    expect((await signIn(new Browser(app), at, fields, ana)).status).toBe(200);
  });

  test('an invitation ends after 72 hours, and when it is revoked', async () => {
    const { app, clock, invite, issuer, org } = await peopleScene();
    const revoked = await invite(ana.email);
    expect((await org.del(`/v1/invitations/${revoked.id}`)).status).toBe(204);
    expect((await org.del(`/v1/invitations/${revoked.id}`)).status).toBe(404);
    const late = await invite(ben.email);
    clock.advance(72 * hour);
    for (const { secret } of [revoked, late]) {
      const { status } = await new Browser(app).send('POST', '/v1/sign-in', { issuer_id: issuer, invitation: secret });
      expect(status).toBe(401);
    }
  });

  test.each(['removed', 'demoted'])('an invitation of an owner who was %s since does not work', async (how) => {
    const { app, at, issuer, join, org } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana);
    const made = await browser.send('POST', '/v1/invitations', { email: 'eve@example.com', role: 'owner' });
    const { secret } = invitationOf(made.body);
    const session = await browser.get('/v1/person');
    const path = `/v1/members/${Object(session.body).person_id}`;
    await (how === 'removed' ? org.del(path) : org.patch(path, { role: 'admin' }));
    const page = await signIn(new Browser(app), at, { issuer_id: issuer, invitation: secret }, eve);
    expect(page.status).toBe(400);
  });

  test('an invitation can grant no more than its maker has', async () => {
    const { join } = await peopleScene();
    const { browser } = await join(ana, 'admin');
    expect((await browser.send('POST', '/v1/invitations', { email: ben.email, role: 'viewer' })).status).toBe(403);
  });
});

const eve: Account = { sub: 'eve', email: 'eve@example.com', email_verified: true, name: 'Eve' };

describe('issuers', () => {
  test("an organization's issuer opens no other organization's session", async () => {
    const { app, at, join, org } = await peopleScene();
    await join(ana);
    const other = await organization({ fetch: app.fetch });
    const own = await issuerOf(app, at, { organizationId: other.id });
    const { status } = await new Browser(app).send('POST', '/v1/sign-in', {
      issuer_id: own,
      organization_id: org.id,
    });
    expect(status).toBe(404);
    const browser = new Browser(app);
    expect((await signIn(browser, at, { issuer_id: own, organization_id: other.id }, ana)).status).toBe(400);
    const invited = await org.post('/v1/invitations', { email: ana.email, role: 'viewer' });
    const { secret } = invitationOf(invited.body);
    const begun = await new Browser(app).send('POST', '/v1/sign-in', { issuer_id: own, invitation: secret });
    expect(begun.status).toBe(404);
  });

  test("another organization's issuer with the same URL makes nobody the person whom it names", async () => {
    const { app, clock, join } = await peopleScene();
    await join(ana);
    const other = await organization({ fetch: app.fetch });
    const attacker = await provider(clock);
    const reached = appWith(clock, attacker);
    const groups = { groupsClaim: 'groups', groupRoles: { all: 'owner' } } as const;
    const own = await issuerOf(reached, attacker, { organizationId: other.id, ...groups });
    const browser = new Browser(reached);
    await signIn(browser, attacker, { issuer_id: own, organization_id: other.id }, { ...ana, groups: ['all'] });
    const { body } = await browser.get('/v1/person');
    expect(body).toMatchObject({ organizations: [{ organization_id: other.id, role: 'owner' }] });
    expect(Object(body).organizations).toHaveLength(1);
  });

  test("the list has an organization's issuers only for it, and an unknown organization looks like one without", async () => {
    const { app, at, issuer, org } = await peopleScene();
    const own = await issuerOf(app, at, { organizationId: org.id });
    const listed = async (query: string) => {
      const { body } = await new Browser(app).get(`/v1/sign-in/issuers${query}`);
      return Object(body).issuers.map((one: unknown) => Object(one).issuer_id);
    };
    expect(await listed(`?organization=${org.id}`)).toEqual(expect.arrayContaining([issuer, own]));
    const without = await organization({ fetch: app.fetch });
    const unknown = await listed('?organization=org_00000000000000000000000000');
    expect(unknown).not.toContain(own);
    expect(await listed(`?organization=${without.id}`)).toEqual(unknown);
    expect(await listed('')).toEqual(unknown);
  });

  test('groups decide the role at each sign-in, and a person without a group loses the membership', async () => {
    const { app, at, clock, join, org } = await peopleScene();
    await join(ben);
    const groupRoles = { staff: 'viewer', platform: 'admin' } as const;
    const own = await issuerOf(app, at, { organizationId: org.id, groupsClaim: 'groups', groupRoles });
    const fields = { issuer_id: own, organization_id: org.id };
    const roleWith = async (groups: string[]) => {
      const browser = new Browser(app);
      await signIn(browser, at, fields, { ...ana, groups });
      clock.advance(minute);
      return { browser, role: Object(Object((await browser.get('/v1/session')).body).key).role };
    };
    const first = await roleWith(['staff', 'platform']);
    expect(first.role).toBe('admin');
    expect((await roleWith(['staff'])).role).toBe('viewer');
    expect((await first.browser.get('/v1/session')).body).toMatchObject({ key: { scopes: ['plugins:read'] } });
    expect((await roleWith(['toString'])).role).toBeUndefined();
    expect((await first.browser.get('/v1/session')).status).toBe(401);
  });
});
