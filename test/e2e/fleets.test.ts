// Tests a plugin with up to four instances under load: it scales up, loses an instance, is redeployed and rolled back, and sleeps when
// the load is over.
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { patienceMs } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { newStateFolder, removeState, startSlipway } from './slipway.ts';

const idleMs = 6000;

let state: string;
let local: Local;
let client: ExtractorClient;

beforeAll(async () => {
  state = await newStateFolder();
  const slipway = await startSlipway(state, {
    env: { BUILDER_LIMITS: JSON.stringify({ idleMs, standbyIdleMs: idleMs }) },
  });
  local = await slipway.ready();
  client = new ExtractorClient(local);
});
afterAll(() => removeState(state));

function waitingPlugin(version: string) {
  const plugin = echoPlugin('waiting', version);
  plugin.files['manifest.py'] += 'serve_config = {"instances": {"max": 4, "target_in_flight": 4}}\n';
  plugin.files['realtime.py'] = `import asyncio
import os


class WaitingInferenceService:
    async def run_inference(self, inputs, parameters):
        if "die" in inputs:
            os._exit(9)
        await asyncio.sleep(0.5)
        return {"echo": [0.0, 1.0]}
`;
  return plugin;
}

async function call(inputs: object): Promise<string> {
  const response = await fetch(`${local.url}${client.path('by-name', 'waiting', 'realtime')}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  });
  const body = await response.text();
  if (response.status !== 200) return `${response.status} ${body}`;
  const { status, error } = JSON.parse(body);
  return status === 'success' ? status : String(error);
}

interface Calling {
  /** Resolves after this many more answers. */
  answers(more: number): Promise<void>;
  /** Returns how often each outcome occurred. */
  end(): Promise<Record<string, number>>;
}

/** Makes calls over this many connections until `end`. */
function keepCalling(connections: number): Calling {
  const outcomes: Record<string, number> = {};
  const answered = () => Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  let isOver = false;
  const caller = async () => {
    while (!isOver) {
      const outcome = await call({});
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  const calling = Promise.all(Array.from({ length: connections }, caller));
  return {
    answers: async (more) => {
      const enough = answered() + more;
      await expect.poll(answered).toBeGreaterThanOrEqual(enough);
    },
    end: async () => {
      isOver = true;
      await calling;
      return outcomes;
    },
  };
}

async function running(pluginId: string): Promise<number[]> {
  const { serving } = await client.status(pluginId);
  const instances = serving?.instance?.fleet?.instances ?? [];
  return instances.flatMap(({ number, state }) => (state === 'running' ? [number] : []));
}

async function deploy(pluginId: string): Promise<void> {
  await client.deploy(pluginId);
  expect(await waitUntilSettled(client, pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
}

const all = [1, 2, 3, 4];

test('a plugin gets four instances under load, and no call fails during a redeploy, a replacement and a rollback', async () => {
  const [first, second] = [waitingPlugin('1.0.0'), waitingPlugin('1.0.1')];
  await publish(client, first);
  await deploy(first.pluginId);
  const load = keepCalling(32);
  await expect.poll(() => running(first.pluginId), { interval: 200 }).toEqual(all);
  await deploy(first.pluginId);
  expect(await running(first.pluginId)).toEqual(all);
  await publish(client, second);
  await deploy(second.pluginId);
  expect(await running(second.pluginId)).toEqual(all);
  await fetch(`${local.url}${client.path('by-name', 'waiting', 'rollback')}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '1.0.0' }),
  });
  await expect.poll(() => running(first.pluginId), { interval: 200 }).toEqual(all);
  expect(Object.keys(await load.end())).toEqual(['success']);

  await expect.poll(() => running(first.pluginId), { interval: 500 }).toEqual([]);
  expect(await call({})).toBe('success');
});

test('the end of one of four processes fails only the calls in that process', async () => {
  const load = keepCalling(32);
  await expect.poll(() => running('waiting_1_0_0'), { interval: 200 }).toEqual(all);
  await load.answers(128); // the first answers all came from the first process
  expect(await call({ die: true })).toMatch(/^InstanceCrashed/);
  await expect.poll(() => running('waiting_1_0_0'), { interval: 200 }).toEqual(all);
  const { success = 0, ...failed } = await load.end();
  expect(Object.keys(failed).filter((outcome) => !outcome.startsWith('InstanceCrashed'))).toEqual([]);
  expect(Object.values(failed).reduce((sum, count) => sum + count, 0)).toBeLessThan(32);
  expect(success).toBeGreaterThan(100);
});
