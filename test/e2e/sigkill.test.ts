// @module-tag long
import { expect, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { patienceMs, waitFor } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { expectNoneLeft, listProcesses } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

test('the next start finishes a deployment interrupted by a SIGKILL', async () => {
  const state = await stateFolder();
  const first = await startSlipway(state);
  const local = await first.ready();
  const client = new ExtractorClient(local);
  const plugin = echoPlugin('slow_echo', '1.0.0', 3);
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  await waitFor(async () => expect(await client.status(plugin.pluginId)).toMatchObject({ status: 'IN_PROGRESS' }), {
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
  expect(await waitUntilSettled(again, plugin.pluginId, patienceMs)).toMatchObject({
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

test('a simultaneous SIGKILL of the launcher and Miniflare ends all processes', async () => {
  const state = await stateFolder();
  const slipway = await startSlipway(state);
  await slipway.ready();
  const miniflare = listProcesses(state).find(({ command }) => command.includes('worker-process.ts'));
  if (!miniflare) throw new Error('the process was not found');
  // Both are stopped first, so that neither can react when the other ends.
  process.kill(miniflare.pid, 'SIGSTOP');
  slipway.child.kill('SIGKILL');
  process.kill(miniflare.pid, 'SIGKILL');
  await expectNoneLeft(state);
});

test.each([
  ['workerd', 'workerd serve'],
  ['Miniflare', 'worker-process.ts'],
])('%s is restarted after a SIGKILL, with all stored data', async (_name, part) => {
  const state = await stateFolder();
  const slipway = await startSlipway(state);
  const client = new ExtractorClient(await slipway.ready());
  const plugin = echoPlugin('echo', '1.0.0');
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, 30_000)).toMatchObject({ status: 'DEPLOYED' });

  const workerds = () => listProcesses(state).filter(({ command }) => command.includes('workerd serve'));
  const [workerd] = workerds();
  const [victim] = listProcesses(state).filter(({ command }) => command.includes(part));
  if (!workerd || !victim) throw new Error('the process was not found');
  process.kill(victim.pid, 'SIGKILL');
  await waitFor(() => expect(workerds().map(({ pid }) => pid === workerd.pid)).toEqual([false]), { interval: 20 });
  await waitFor(
    async () => expect(await client.call(plugin.pluginId, { text: 'again' })).toMatchObject({ status: 'success' }),
    { interval: 20 },
  );
});

test('no request fails once the port responds', async () => {
  const state = await stateFolder();
  const slipway = await startSlipway(state);
  const isRefused = (error: unknown) =>
    error instanceof Error &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    error.cause.code === 'ECONNREFUSED';
  const callers = Array.from({ length: 10 }, async () => {
    const statuses: number[] = [];
    while (statuses.length < 20) {
      try {
        const response = await fetch(`${slipway.url}/v1/organization`);
        await response.body?.cancel();
        statuses.push(response.status);
      } catch (error) {
        if (statuses.length > 0 || !isRefused(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return statuses;
  });
  const unauthorized = Array.from({ length: 20 }, () => 401);
  expect(await Promise.all(callers)).toEqual(Array.from({ length: 10 }, () => unauthorized));
});
