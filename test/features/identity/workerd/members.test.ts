// Tests members: their roles, what ends with a role, the last owner, and personal keys.
import { describe, expect, test } from 'vitest';
import type { Client } from '../../../support/client.ts';
import { eventsOf, eventTypesOf } from '../../../support/events.ts';
import { clientWithKey, namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { day, scene, statusOf } from '../scenes/membership.ts';
import { ana, Browser, ben, invitationOf, signIn } from '../scenes/sign-in.ts';

const pastCache = 10_000;

const namespace = {
  namespace_name: 'no',
  feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
};

describe('removing a member', () => {
  test('a removal ends sessions and personal keys, elsewhere within ten seconds', async () => {
    const { clock, join, keyOf, org } = await scene();
    const { browser, elsewhere, path } = await join(ana, 'developer');
    const key = await keyOf(browser);
    for (const one of [browser, elsewhere, key.client, key.elsewhere]) expect(await statusOf(one)).toBe(200);
    expect((await org.del(path)).body).toMatchObject({ name: 'Ana', role: 'developer' });
    expect([await statusOf(browser), await statusOf(key.client)]).toEqual([401, 401]);
    clock.advance(pastCache);
    expect([await statusOf(elsewhere), await statusOf(key.elsewhere)]).toEqual([401, 401]);
    expect((await org.del(path)).status).toBe(404);
    expect((await eventTypesOf(org)).at(-1)).toBe('member.removed');
  });

  test("a removal leaves the person's other organizations alone", async () => {
    const { app, at, issuer, join, org } = await scene();
    const { path } = await join(ana, 'viewer');
    const next = await organization({ fetch: app.fetch });
    const invited = await next.post('/v1/invitations', { email: ana.email, role: 'viewer' });
    const browser = new Browser(app);
    await signIn(browser, at, { issuer_id: issuer, invitation: invitationOf(invited.body).secret }, ana);
    expect((await next.del(path)).status).toBe(200);
    expect((await org.get('/v1/members')).body).toMatchObject({ results: [{ email: ana.email }] });
  });

  test('members are removed by those who manage members, and by themselves', async () => {
    const { join } = await scene();
    await join(ben, 'owner');
    const developer = await join(ana, 'developer');
    const owner = await join({ ...ben, sub: 'second' }, 'owner');
    expect((await developer.browser.send('DELETE', owner.path)).status).toBe(403);
    expect((await developer.browser.send('DELETE', developer.path)).status).toBe(200);
    expect(await statusOf(developer.browser)).toBe(401);
  });
});

describe('a lower role', () => {
  test('a lower role takes scopes from sessions and personal keys, elsewhere within ten seconds', async () => {
    const { clock, join, keyOf, org } = await scene();
    const { browser, elsewhere, path } = await join(ana, 'admin');
    const key = await keyOf(browser, { scopes: ['plugins:read', 'plugins:write'] });
    for (const one of [browser, elsewhere, key.client, key.elsewhere]) await statusOf(one);
    expect((await org.patch(path, { role: 'viewer' })).body).toMatchObject({ role: 'viewer' });
    const scopesAt = async (one: Browser | Client) => Object((await one.get('/v1/keys/self')).body).scopes;
    expect([await scopesAt(browser), await scopesAt(key.client)]).toEqual([['plugins:read'], ['plugins:read']]);
    expect((await browser.send('POST', '/v1/namespaces', namespace)).status).toBe(403);
    clock.advance(pastCache);
    expect((await elsewhere.send('POST', '/v1/namespaces', namespace)).status).toBe(403);
    expect((await eventTypesOf(org)).at(-1)).toBe('member.role_changed');
  });

  test('a lower role stops an isolate that still has the higher role from creating a key', async () => {
    const { join, org } = await scene();
    await join(ben, 'owner');
    const { elsewhere, path } = await join(ana, 'owner');
    expect(await statusOf(elsewhere)).toBe(200);
    await org.patch(path, { role: 'viewer' });
    for (const to of ['/v1/keys', '/v1/person/keys']) {
      const { status } = await elsewhere.send('POST', to, { name: 'late', scopes: ['keys:admin'] });
      expect(status).toBe(401);
    }
  });

  test('a role limited to namespaces hides the others', async () => {
    const { join, keyOf, org } = await scene();
    const { browser, path } = await join(ana, 'developer');
    const key = await keyOf(browser);
    const staging = await namespaceIn(org, 'staging');
    await org.patch(path, { role: 'developer', namespace_ids: [staging] });
    for (const one of [browser, key.client]) {
      expect((await one.get(`/v1/namespaces/${staging}/plugins`)).status).not.toBe(404);
      expect((await one.get(`/v1/namespaces/${org.namespaceId}/plugins`)).status).toBe(404);
    }
  });

  test('a higher role reaches sessions, but no key gets more than it had', async () => {
    const { join, keyOf, org } = await scene();
    const { browser, path } = await join(ana, 'viewer');
    const key = await keyOf(browser);
    await org.patch(path, { role: 'admin' });
    const scopesAt = async (one: Browser | Client) => Object((await one.get('/v1/keys/self')).body).scopes;
    expect(await scopesAt(browser)).toContain('plugins:write');
    expect(await scopesAt(key.client)).toEqual(['plugins:read']);
  });
});

describe('the last owner', () => {
  test("the last owner can't leave, be demoted or be removed", async () => {
    const { join, org } = await scene();
    const { browser, path } = await join(ana, 'owner');
    await join(ben, 'admin');
    const answers = [await browser.send('DELETE', path), await org.del(path), await org.patch(path, { role: 'admin' })];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
    const created = await browser.send('POST', '/v1/keys', { name: 'ci', scopes: ['keys:admin'] });
    expect(created).toMatchObject({ status: 200 }); // the session has kept its role's scopes
  });

  test('an owner makes the last key with keys:admin dispensable', async () => {
    const { join, org } = await scene();
    const { body } = await org.get('/v1/keys/self');
    const path = `/v1/keys/${Object(body).key_id}`;
    expect((await org.del(path)).status).toBe(409);
    await join(ana, 'owner');
    expect((await org.del(path)).status).toBe(200);
  });
});

describe('granting roles', () => {
  test('a grant needs keys:admin for the whole organization, all scopes of the role, and no end', async () => {
    const { clock, join, org } = await scene();
    const { path } = await join(ana, 'viewer');
    const keys = [
      { scopes: ['keys:admin' as const] },
      { namespaceIds: [org.namespaceId] },
      { expiresAt: clock.now() + day },
    ];
    for (const options of keys) {
      const client = await clientWithKey(org, options);
      expect((await client.patch(path, { role: 'admin' })).status).toBe(403);
      expect((await client.post('/v1/invitations', { email: ben.email, role: 'admin' })).status).toBe(403);
    }
  });

  test("an owner has no namespaces of their own, and others' must exist", async () => {
    const { org } = await scene();
    const next = await organization();
    const invite = (role: string, id: string) =>
      org.post('/v1/invitations', { email: ben.email, role, namespace_ids: [id] });
    expect((await invite('owner', org.namespaceId)).status).toBe(422);
    expect((await invite('viewer', next.namespaceId)).status).toBe(404);
    expect((await invite('viewer', org.namespaceId)).status).toBe(200);
  });

  test("another organization's members and invitations are missing", async () => {
    const { join, org } = await scene();
    const { path } = await join(ana, 'viewer');
    const { id } = invitationOf((await org.post('/v1/invitations', { email: ben.email, role: 'viewer' })).body);
    const next = await organization({ fetch: org.fetch });
    expect((await next.patch(path, { role: 'owner' })).status).toBe(404);
    expect((await next.del(path)).status).toBe(404);
    expect((await next.del(`/v1/invitations/${id}`)).status).toBe(404);
    expect((await next.get('/v1/members')).body).toMatchObject({ results: [] });
    expect((await next.get('/v1/invitations')).body).toMatchObject({ results: [] });
  });
});

describe('a personal key', () => {
  test('a personal key acts as its person, by CLI, for 90 days, with no more than the session has', async () => {
    const { clock, join, keyOf, org } = await scene();
    const { browser } = await join(ana, 'developer');
    const key = await keyOf(browser);
    const { body } = await key.client.get('/v1/keys/self');
    expect(body).toMatchObject({
      person: { name: 'Ana' },
      role: 'developer',
      organization_id: org.id,
      expires_at: new Date(clock.now() + 90 * day).toISOString(),
    });
    const more = await browser.send('POST', '/v1/person/keys', { name: 'more', scopes: ['policy:admin'] });
    expect(more.status).toBe(403);
    const created = (await eventsOf(org)).find(
      ({ type, subjectId }) => type === 'key.created' && subjectId === key.key_id,
    );
    expect(created?.actor).toMatchObject({ type: 'person', via: 'console' });
    clock.advance(90 * day);
    expect(await statusOf(key.client)).toBe(401);
  });

  test("a personal key of a role limited to namespaces is limited to them, and can't be for others", async () => {
    const { join, keyOf, org } = await scene();
    const staging = await namespaceIn(org, 'staging');
    const { browser } = await join(ana, 'developer', { namespace_ids: [staging] });
    const { client } = await keyOf(browser);
    expect((await client.get('/v1/keys/self')).body).toMatchObject({ namespace_ids: [staging] });
    const other = { name: 'other', namespace_ids: [org.namespaceId] };
    expect((await browser.send('POST', '/v1/person/keys', other)).status).toBe(404);
    expect((await client.post('/v1/person/keys', other)).status).toBe(404);
  });

  test('a personal key is listed for its person alone, who can revoke it, as can those who manage keys', async () => {
    const { join, keyOf, org } = await scene();
    const { browser } = await join(ana, 'developer');
    const other = await join(ben, 'developer');
    const [first, second] = [await keyOf(browser), await keyOf(browser)];
    expect(Object((await other.browser.get('/v1/person/keys')).body).personal_keys).toEqual([]);
    expect((await other.browser.send('DELETE', `/v1/person/keys/${first.key_id}`)).status).toBe(404);
    expect((await browser.send('DELETE', `/v1/person/keys/${first.key_id}`)).status).toBe(200);
    expect(await statusOf(first.client)).toBe(401);
    expect((await org.post(`/v1/keys/${second.key_id}/rotate`)).status).toBe(403);
    expect((await org.del(`/v1/keys/${second.key_id}`)).status).toBe(200);
    expect(await statusOf(second.client)).toBe(401);
  });

  test('a personal key lasts a year at most, and a key of the organization has no person', async () => {
    const { clock, join, org } = await scene();
    const { browser } = await join(ana, 'developer');
    for (const ms of [-1, 400 * day]) {
      const fields = { name: 'long', expires_at: new Date(clock.now() + ms).toISOString() };
      expect((await browser.send('POST', '/v1/person/keys', fields)).status).toBe(422);
    }
    expect((await org.post('/v1/person/keys', { name: 'none' })).status).toBe(403);
  });
});
