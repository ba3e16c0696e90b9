// Tests who may add and remove issuers of ID tokens, since an issuer decides who else may act.
import { describe, expect, test } from 'vitest';
import { scopes } from '../../../../src/contract/scopes.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf, eventTypesOf } from '../../../support/events.ts';
import { clientWithKey, keyOf, organization } from '../../../support/scenes/organization.ts';
import { ana, Browser, ben, issuerOf, peopleScene, signIn } from '../scenes/sign-in.ts';

const people = { name: 'own-id', purpose: 'people', url: 'https://id.example.com', client_id: 'slipway' };
const owners = { ...people, groups_claim: 'groups', group_roles: { everyone: 'owner' } };

describe('an issuer that maps groups to roles', () => {
  test('a key adds one only for roles that it could grant', async () => {
    const org = await organization();
    const admin = await clientWithKey(org, { scopes: ['keys:admin', 'plugins:read'] });
    expect((await admin.post('/v1/issuers', owners)).status).toBe(403);
    const viewers = { ...owners, group_roles: { everyone: 'viewer' } };
    expect((await admin.post('/v1/issuers', viewers)).status).toBe(200);
  });

  test('a key with an end adds none, since a membership has no end', async () => {
    const org = await organization();
    const ending = await clientWithKey(org, { scopes: [...scopes], expiresAt: Date.now() + 60_000 });
    expect((await ending.post('/v1/issuers', owners)).status).toBe(403);
    expect((await ending.post('/v1/issuers', people)).status).toBe(200);
  });
});

test('an isolate that still knows a revoked key adds and removes no issuer and no trusted publisher', async () => {
  const { clock, org } = await scene();
  const stale = clientOf(`Bearer ${await keyOf(org)}`, testApp({ clock }).fetch);
  const { body } = await stale.get('/v1/keys/self');
  const { issuer_id } = Object((await org.post('/v1/issuers', { name: 'ci', url: 'https://ci.example.com' })).body);
  const trusted = await org.post('/v1/trusted-publishers', {
    ...{ issuer_id, namespace: org.namespaceId, plugin: 'any', conditions: [{ claim: 'sub', equals: 'any' }] },
  });
  await org.del(`/v1/keys/${Object(body).key_id}`);
  const before = await eventTypesOf(org);
  const answers = [
    await stale.post('/v1/issuers', owners),
    await stale.del(`/v1/trusted-publishers/${Object(trusted.body).trusted_publisher_id}`),
    await stale.del(`/v1/issuers/${issuer_id}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(await eventTypesOf(org)).toEqual(before);
});

async function scene() {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  return { ...app, clock, org: await organization({ fetch: app.fetch }) };
}

test('an isolate that still has a higher role adds no issuer', async () => {
  const { app, join, org } = await peopleScene();
  await join(ben);
  const { browser } = await join(ana);
  const elsewhere = new Browser(testApp({ clock: app.deps.clock }));
  elsewhere.cookies.set('__Host-slipway', browser.cookies.get('__Host-slipway') ?? '');
  expect((await elsewhere.get('/v1/session')).status).toBe(200);
  const { person_id: id } = Object((await browser.get('/v1/person')).body);
  await org.patch(`/v1/members/${id}`, { role: 'viewer' });
  expect((await elsewhere.send('POST', '/v1/issuers', owners)).status).toBe(401);
});

test('a client secret is in no response, event or export', async () => {
  const org = await organization();
  const secret = 'a-client-secret-of-a-test';
  const { issuer_id } = Object((await org.post('/v1/issuers', { ...people, client_secret: secret })).body);
  const texts = [
    (await org.get(`/v1/issuers/${issuer_id}`)).text,
    (await org.get('/v1/issuers')).text,
    (await org.get('/v1/organization/export')).text,
    JSON.stringify(await eventsOf(org)),
  ];
  for (const text of texts) {
    expect(text).toContain('own-id');
    expect(text).not.toContain(secret);
    expect(text).not.toMatch(/client_?secret/i);
  }
});

test('an issuer with which people signed in stays, and a stranger who tried to is no such person', async () => {
  const { app, at, org } = await peopleScene();
  const id = await issuerOf(app, at, { organizationId: org.id });
  const page = await signIn(new Browser(app), at, { issuer_id: id, organization_id: org.id }, ana);
  expect(page.text).toContain('You are not a member of this organization');
  expect((await org.del(`/v1/issuers/${id}`)).status).toBe(200);
});
