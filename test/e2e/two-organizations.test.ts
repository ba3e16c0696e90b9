// Deploys for two organizations, to test that hanging work in one does not delay the other.
// @module-tag long
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { patienceMs } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const createdModel = z.object({ namespace_id: z.string(), api_key: z.string() });

/** Longer than a plugin's start limit. */
const loadSeconds = 60;

/** Starts Slipway with two organizations, and returns a client for each. */
async function twoOrganizations() {
  const { url, admin_token, ...first } = await (await startSlipway(await stateFolder())).ready();
  const response = await fetch(`${url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'other' }),
  });
  const other = new ExtractorClient({ url, ...createdModel.parse(await response.json()) });
  return { hanging: new ExtractorClient({ url, ...first }), other };
}

/** Returns a plugin that loops during its import, using a processor for as long as it may. */
function loopingPlugin(number: number) {
  const plugin = echoPlugin(`looping_${number}`, '1.0.0');
  const files = { ...plugin.files, 'realtime.py': `${plugin.files['realtime.py']}\nwhile True:\n    pass\n` };
  return { ...plugin, files };
}

test.each([
  [
    'five deployments that wait at import',
    [1, 2, 3, 4, 5].map((n) => echoPlugin(`waiting_${n}`, '1.0.0', loadSeconds)),
  ],
  ['three deployments that loop at import', [1, 2, 3].map(loopingPlugin)],
])("%s do not delay another organization's deployment", async (_, hangs) => {
  const { hanging, other } = await twoOrganizations();
  for (const plugin of hangs) {
    await publish(hanging, plugin);
    await hanging.deploy(plugin.pluginId);
  }
  const plugin = echoPlugin('prompt', '1.0.0');
  await publish(other, plugin);
  await other.deploy(plugin.pluginId);
  expect(await waitUntilSettled(other, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
  // None of these deployments has ended, so the other deployment waited for none of them.
  const statuses = await Promise.all(hangs.map(({ pluginId }) => hanging.status(pluginId)));
  expect(statuses.map(({ status }) => status).sort()).toEqual(
    hangs.map((_, index) => (index < 4 ? 'IN_PROGRESS' : 'QUEUED')),
  );
});
