// Tests that a plugin with the longest name goes the whole way: names reach patterns, keys of objects and hosts' names with limits of
// their own.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { longestName, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

test('a plugin with the longest name is published, deployed, called, rolled back and deleted', async () => {
  const org = await organization({ fetch: testApp().fetch });
  const byName = `${org.plugins}/by-name/${longestName}`;
  for (const version of ['1.0.0', '1.1.0']) {
    await publish(org, plugin({ name: longestName, version, realtime: true }));
    const id = `${longestName}_${version.replaceAll('.', '_')}`;
    expect((await org.post(`${org.plugins}/${id}/deploy`)).status).toBe(200);
    await waitFor(async () =>
      expect((await org.get(`${org.plugins}/${id}/status`)).body).toMatchObject({ deployed: true }),
    );
  }
  expect((await org.post(`${byName}/realtime`, { inputs: {} })).status).toBe(200);
  expect((await org.post(`${byName}/rollback`, {})).body).toMatchObject({ version: '1.0.0' });
  expect((await org.get(`${byName}/versions`)).body).toMatchObject({ serving_version: '1.0.0' });
  for (const version of ['1_0_0', '1_1_0']) {
    const id = `${org.plugins}/${longestName}_${version}`;
    expect((await org.post(`${id}/undeploy`)).status).toBe(200);
    expect((await org.del(id)).status).toBe(200);
  }
});
