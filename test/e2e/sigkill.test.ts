import { expect, test, vi } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import { echoPlugin, publish } from './plugins.ts';
import { expectNoneLeft } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

test('the next start finishes a deployment that a SIGKILL interrupted', async () => {
  const state = await stateFolder();
  const first = await startSlipway(state);
  const local = await first.ready();
  const client = new ExtractorClient(local);
  const plugin = echoPlugin('slow_echo', '1.0.0', 3);
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  await vi.waitFor(async () => expect(await client.status(plugin.pluginId)).toMatchObject({ status: 'IN_PROGRESS' }), {
    timeout: 10_000,
    interval: 20,
  });
  first.kill();
  await expectNoneLeft(state);

  const second = await (await startSlipway(state)).ready();
  expect(second).toMatchObject({
    api_key: local.api_key,
    namespace_id: local.namespace_id,
    admin_token: local.admin_token,
  });
  const again = new ExtractorClient(second);
  expect(await waitUntilSettled(again, plugin.pluginId, 60_000)).toMatchObject({
    status: 'DEPLOYED',
    serving: { generation: 1 },
  });
  expect(await again.call(plugin.pluginId, {})).toMatchObject({ status: 'success' });
});

test('a SIGKILL of npm ends everything it started', async () => {
  const state = await stateFolder();
  const slipway = await startSlipway(state, { npm: true });
  await slipway.ready();
  slipway.kill();
  await expectNoneLeft(state);
});
