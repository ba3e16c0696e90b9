// Tests members: their roles, what ends with a role, the last owner, and personal keys.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Client, clientOf } from '../../../support/client.ts';
import { clockAt } from '../../../support/deps.ts';
import { eventsOf, eventTypesOf } from '../../../support/events.ts';
import { clientWithKey, namespaceIn, organization } from '../../../support/scenes/organization.ts';
import {
  type Account,
  ana,
  appWith,
  Browser,
  ben,
  invitationOf,
  issuerOf,
  provider,
  signIn,
} from '../scenes/sign-in.ts';

const day = 86_400_000;
const pastCache = 10_000;
const namespace = {
  namespace_name: 'no',
  feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
};
const quotaModel = z.object({ quotas: z.object({ keys: z.object({ used: z.number() }) }) });
const keyModel = z.object({ key_id: z.string(), api_key: z.string(), scopes: z.array(z.string()) });

async function scene() {
  const clock = clockAt(Date.now());
  const at = await provider(clock);
  const app = appWith(clock, at);
  /** Another isolate, with a cache of its own. */
  const other = appWith(clock, at);
  const org = await organization({ fetch: app.fetch });
  const issuer = await issuerOf(app, at);
  const join = async (account: Account, role: string, fields: object = {}) => {
    const browser = new Browser(app);
    const invited = await org.post('/v1/invitations', { email: account.email, role, ...fields });
    const { secret } = invitationOf(invited.body);
    await signIn(browser, at, { issuer_id: issuer, invitation: secret }, account);
    const { body } = await browser.get('/v1/person');
    const { person_id: id } = z.object({ person_id: z.string() }).parse(body);
    const elsewhere = new Browser(other);
    elsewhere.cookies.set('__Host-slipway', browser.cookies.get('__Host-slipway') ?? '');
    return { id, browser, elsewhere, path: `/v1/members/${id}` };
  };
  const keyOf = async (browser: Browser, fields: object = {}) => {
    const key = keyModel.parse((await browser.send('POST', '/v1/person/keys', { name: 'laptop', ...fields })).body);
    const client = (fetch: Client['fetch']) => clientOf(`Bearer ${key.api_key}`, fetch);
    return { ...key, client: client(app.fetch), elsewhere: client(other.fetch) };
  };
  return { ...app, app, clock, at, org, issuer, join, keyOf };
}

const statusOf = async (client: { get(path: string): Promise<{ status: number }> }) =>
  (await client.get('/v1/session')).status;

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

  test("a removed person's name stays in events", async () => {
    const { join, keyOf, org } = await scene();
    const { browser, path } = await join(ana, 'owner');
    await join(ben, 'owner');
    await namespaceIn((await keyOf(browser)).client, 'made');
    await org.del(path);
    const event = (await eventsOf(org)).find(({ type, actor }) => type === 'namespace.created' && actor.via === 'cli');
    expect(event?.actor).toMatchObject({ type: 'person', name: 'Ana' });
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

  test('the last owner stays if two owners go at once', async () => {
    const { join, org } = await scene();
    const [one, two] = [await join(ana, 'owner'), await join(ben, 'owner')];
    const answers = await Promise.all([
      one.browser.send('DELETE', one.path),
      two.browser.send('DELETE', two.path),
      org.patch(one.path, { role: 'viewer' }),
      org.patch(two.path, { role: 'viewer' }),
    ]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    const { body } = await org.get('/v1/members');
    expect(Object(body).results.filter(({ role }: { role: string }) => role === 'owner')).toHaveLength(1);
  });

  test('one owner stays if two remove each other at once', async () => {
    const { join, org } = await scene();
    const [one, two] = [await join(ana, 'owner'), await join(ben, 'owner')];
    for (const owner of [one, two]) expect(await statusOf(owner.elsewhere)).toBe(200);
    const answers = await Promise.all([one.elsewhere.send('DELETE', two.path), two.elsewhere.send('DELETE', one.path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(Object((await org.get('/v1/members')).body).results).toHaveLength(1);
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

  test("an Idempotency-Key of a person's key gives no answer to another of their keys", async () => {
    const { join, keyOf } = await scene();
    const { browser } = await join(ana, 'owner');
    const [owner, reader] = [await keyOf(browser), await keyOf(browser, { scopes: ['plugins:read'] })];
    const sent = { body: { name: 'ci', scopes: ['keys:admin'] }, headers: { 'idempotency-key': 'once' } };
    expect((await owner.client.send('POST', '/v1/person/keys', sent)).status).toBe(200);
    expect((await reader.client.send('POST', '/v1/person/keys', sent)).status).toBe(403);
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

  test('a personal key counts in the key quota, and sessions do not', async () => {
    const { join, keyOf, org } = await scene();
    const used = async () => quotaModel.parse((await org.get('/v1/quotas')).body).quotas.keys.used;
    const before = await used();
    const { browser } = await join(ana, 'developer');
    expect(await used()).toBe(before);
    await keyOf(browser);
    expect(await used()).toBe(before + 1);
  });

  test("a session's end does not limit the keys of the organization that an owner creates", async () => {
    const { clock, join } = await scene();
    const { browser } = await join(ana, 'owner');
    const fields = {
      name: 'ci',
      scopes: ['plugins:read'],
      expires_at: new Date(clock.now() + 365 * day).toISOString(),
    };
    const { body } = await browser.send('POST', '/v1/keys', fields);
    expect(body).toMatchObject({ person: null, name: 'ci' });
  });
});
