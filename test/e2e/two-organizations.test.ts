// Deploys for two organizations: what hangs in one of them delays the other no longer than a worker takes to start.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import { echoPlugin, publish } from './plugins.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const createdModel = z.object({ namespace_id: z.string(), api_key: z.string() });

/** Longer than the builder lets a plugin start. */
const loadSeconds = 60;

test('five deployments that hang at import do not delay one of another organization', async () => {
  const state = await stateFolder();
  const { url, admin_token, ...first } = await (await startSlipway(state)).ready();
  const response = await fetch(`${url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'other' }),
  });
  const hanging = new ExtractorClient({ url, ...first });
  const other = new ExtractorClient({ url, ...createdModel.parse(await response.json()) });

  const hangs = [1, 2, 3, 4, 5].map((number) => echoPlugin(`hanging_${number}`, '1.0.0', loadSeconds));
  for (const plugin of hangs) {
    await publish(hanging, plugin);
    await hanging.deploy(plugin.pluginId);
  }
  const plugin = echoPlugin('prompt', '1.0.0');
  await publish(other, plugin);
  await other.deploy(plugin.pluginId);
  expect(await waitUntilSettled(other, plugin.pluginId, 60_000)).toMatchObject({ status: 'DEPLOYED' });
  // None of them has ended: the other deployment did not wait for any.
  const statuses = await Promise.all(hangs.map(({ pluginId }) => hanging.status(pluginId)));
  expect(statuses.map(({ status }) => status).sort()).toEqual([...Array(4).fill('IN_PROGRESS'), 'QUEUED']);
});
