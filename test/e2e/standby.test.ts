// Promotes five versions of a plugin one after another during calls, and checks that only the live version stays awake (D39). Set
// SLIPWAY_STANDBY_IDLE_MS to repeat this with another idle time, such as the real 60000.
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { patienceMs } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { newStateFolder, removeState, startSlipway } from './slipway.ts';

const standbyIdleMs = Number(process.env.SLIPWAY_STANDBY_IDLE_MS ?? 2000);
const callsPerSecond = 40;
const versions = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'];

let state: string;
let local: Local;
let client: ExtractorClient;

beforeAll(async () => {
  state = await newStateFolder();
  const slipway = await startSlipway(state, { env: { BUILDER_LIMITS: JSON.stringify({ standbyIdleMs }) } });
  local = await slipway.ready();
  client = new ExtractorClient(local);
});
afterAll(() => removeState(state));

/** Calls the plugin by name until `end`, which returns the number of calls and the statuses of failed calls. */
function keepCalling(name: string): { end(): Promise<{ calls: number; failed: number[] }> } {
  const calls: Promise<number>[] = [];
  const send = async () => {
    const response = await fetch(`${local.url}${client.path('by-name', name, 'realtime')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: { text: 'x' } }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const timer = setInterval(() => calls.push(send()), 1000 / callsPerSecond);
  return {
    end: async () => {
      clearInterval(timer);
      const statuses = await Promise.all(calls);
      return { calls: statuses.length, failed: statuses.filter((status) => status !== 200) };
    },
  };
}

async function awake(pluginIds: string[]): Promise<string[]> {
  const statuses = await Promise.all(pluginIds.map((id) => client.status(id)));
  return statuses.flatMap(({ plugin_id, serving }) => (serving?.instance?.state === 'running' ? [plugin_id] : []));
}

test('only the last of five versions promoted during calls is awake', async () => {
  const plugins = versions.map((version) => echoPlugin('steady', version));
  const ids = plugins.map(({ pluginId }) => pluginId);
  let traffic: ReturnType<typeof keepCalling> | undefined;
  for (const plugin of plugins) {
    await publish(client, plugin);
    await client.deploy(plugin.pluginId);
    expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
    traffic ??= keepCalling('steady');
  }
  const lastPromotion = performance.now();
  await expect.poll(() => awake(ids), { timeout: standbyIdleMs + patienceMs, interval: 500 }).toEqual([ids.at(-1)]);
  const waitedMs = performance.now() - lastPromotion;
  const result = await traffic?.end();
  expect(result?.failed).toEqual([]);
  expect(await awake(ids)).toEqual([ids.at(-1)]);
  console.info(
    `${result?.calls} calls, 0 failed; one awake ${(waitedMs / 1000).toFixed(1)} s after the last promotion`,
  );
});
