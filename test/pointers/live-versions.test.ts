// Tests how many of a plugin's versions stay deployed: the undeploy route's `keep`, and the namespace's `keep_live_versions` (D39).
import { expect, test } from 'vitest';
import { organization } from '../support/scenes/organization.ts';
import { app, deployed, keep, live } from './limited-versions.ts';

test('a limit on live versions keeps the version that takes the traffic and the newest deployed versions', async () => {
  const org = await organization({ fetch: app.fetch });
  await deployed(org, 5);
  await org.post(`${org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.1' });
  const { status, body } = await keep(org, 3);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      success: true,
      name: 'hello_ext',
      kept: ['1.0.1', '1.0.4', '1.0.3'],
      undeployed: ['1.0.0', '1.0.2'],
      remaining: 0,
    },
  });
  expect(await live(org)).toEqual({ serving: '1.0.1', live: ['1.0.4', '1.0.3', '1.0.1'] });
  expect((await keep(org, 3)).body).toMatchObject({ undeployed: [], remaining: 0 });
});

test('a limit on live versions returns 404 for an unknown name', async () => {
  const org = await organization({ fetch: app.fetch });
  expect(await keep(org, 1)).toMatchObject({ status: 404, body: { detail: 'Plugin not found: hello_ext' } });
});

test("a namespace's keep_live_versions applies after each promotion, until it is set to null again", async () => {
  const org = await organization({ fetch: app.fetch });
  const path = `/v1/namespaces/${org.namespaceId}`;
  await deployed(org, 3);
  expect((await org.send('PATCH', path, { body: { keep_live_versions: 2 } })).body).toMatchObject({
    keep_live_versions: 2,
  });
  expect((await live(org)).live).toHaveLength(3);
  await deployed(org, 2, 3);
  expect(await live(org)).toEqual({ serving: '1.0.4', live: ['1.0.4', '1.0.3'] });
  await org.send('PATCH', path, { body: { keep_live_versions: null } });
  await deployed(org, 1, 5);
  expect((await live(org)).live).toHaveLength(3);
  expect((await org.send('PATCH', path, { body: { keep_live_versions: 0 } })).status).toBe(422);
});
