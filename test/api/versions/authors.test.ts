// Tests that readers see who published a version, without access to keys.
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, organization } from '../../support/scenes/organization.ts';

test("a colleague who can't list keys sees the name of the key that published a version, and deployed it", async () => {
  const org = await organization();
  await publish(org, plugin());
  await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const colleague = await clientWithKey(org, { scopes: ['plugins:read'] });
  expect((await colleague.get('/v1/keys')).status).toBe(403);
  const { body } = await colleague.get(`${org.plugins}/by-name/hello_ext/versions`);
  const first = { type: 'key', name: 'first key' };
  expect(body).toMatchObject({ results: [{ created_by: first, deployed_by: first }] });
});
