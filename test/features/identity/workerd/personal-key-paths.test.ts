// Tests personal keys that are limited to a path: they reach nothing else, in the namespaces of their person only.
import { expect, test } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { namespaceIn, pluginsOf } from '../../../support/scenes/organization.ts';
import { ana, Browser, invitationOf, peopleScene, signIn } from '../scenes/sign-in.ts';

test('a personal key that is limited to a path reaches the path, and none of what its person may do elsewhere', async () => {
  const { app, join, org } = await peopleScene();
  const { browser } = await join(ana);
  const made = await browser.send('POST', '/v1/person/keys', { name: 'agent', path: org.plugins });
  expect(made.body).toMatchObject({ path: org.plugins, namespace_ids: [org.namespaceId] });
  const client = clientOf(`Bearer ${Object(made.body).api_key}`, app.fetch);
  expect((await client.get(org.plugins)).status).toBe(200);
  const detail = `This key works only for ${org.plugins} and what is below it.`;
  const beside = ['/v1/person', '/v1/person/keys', '/v1/keys/self', '/v1/session', `/v1/namespaces/${org.namespaceId}`];
  for (const path of beside) expect(await client.get(path)).toMatchObject({ status: 403, body: { detail } });
  for (const path of ['/v1/session', '/v1/person/keys', '/v1/person/codes'])
    expect(await client.send('POST', path, { body: {} })).toMatchObject({ status: 403, body: { detail } });
  expect((await browser.get('/v1/person/keys')).body).toMatchObject({ personal_keys: [{ path: org.plugins }] });
});

test('the path of a personal key is in a namespace that its person can see', async () => {
  const { app, at, issuer, org } = await peopleScene();
  const elsewhere = await namespaceIn(org, 'elsewhere');
  const member = { email: ana.email, role: 'developer', namespace_ids: [org.namespaceId] };
  const { secret } = invitationOf((await org.post('/v1/invitations', member)).body);
  const browser = new Browser(app);
  await signIn(browser, at, { issuer_id: issuer, invitation: secret }, ana);
  const create = (path: string) => browser.send('POST', '/v1/person/keys', { name: 'agent', path });
  expect(await create(pluginsOf(elsewhere))).toMatchObject({
    status: 404,
    body: { detail: `Namespace not found: ${elsewhere}` },
  });
  expect((await create(`${org.plugins}/`)).status).toBe(422);
  expect((await create(org.plugins)).status).toBe(200);
});
