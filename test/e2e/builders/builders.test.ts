// Tests a Worker with several builders under calls: one is killed, paused, drained, and another is added.
// @module-tag long
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseFile } from '../../../scripts/backup/inventory.ts';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../scripts/local/organization.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { slipway as slipwayCli } from '../../cli/slipway.ts';
import { waitFor } from '../../support/waiting.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { newStateFolder, removeState, startSlipway } from '../slipway.ts';
import { type Builders, type OwnBuilder, startBuilders } from './builders.ts';

const waitMs = 120_000;
const callers = 8;

let state: string;
let builders: Builders;
let local: Local;
let client: ExtractorClient;
/** Deployment of the plugin `steady`. */
let deployment: string;
let output: () => string;

beforeAll(async () => {
  state = await newStateFolder();
  builders = await startBuilders(state, 3);
  const slipway = await startSlipway(state, { env: builders.env(2) });
  output = () => slipway.output;
  local = await slipway.ready();
  client = new ExtractorClient(local);
  deployment = await deploy(steady());
}, 300_000);
afterAll(async () => {
  for (const one of builders.all) one.signal('SIGCONT');
  await removeState(state);
});

const handler = `import asyncio


class SteadyInferenceService:
    async def run_inference(self, inputs, parameters):
        await asyncio.sleep(0.02)
        return {"echo": [0.0, 1.0]}
`;

async function deploy(plugin: ReturnType<typeof echoPlugin>): Promise<string> {
  await publish(client, plugin);
  const { deployment_id } = await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, waitMs)).toMatchObject({ status: 'DEPLOYED' });
  return deployment_id;
}

function steady() {
  const plugin = echoPlugin('steady', '1.0.0');
  plugin.files['realtime.py'] = handler;
  return plugin;
}

function fleet() {
  const plugin = echoPlugin('spread', '1.0.0');
  plugin.files['realtime.py'] = handler;
  plugin.files['manifest.py'] += 'serve_config = {"instances": {"min": 3, "max": 3}}\n';
  return plugin;
}

async function call(name: string, withinMs = waitMs): Promise<string> {
  const response = await fetch(`${local.url}${client.path('by-name', name, 'realtime')}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
    body: '{"inputs":{}}',
    signal: AbortSignal.timeout(withinMs),
  });
  const text = await response.text();
  return response.status === 200 && text.includes('"success"') ? 'success' : `${response.status} ${text}`;
}

/** Keeps calling one plugin. Returns how to stop, and what failed. */
function keepCalling(name: string) {
  const failures: string[] = [];
  let [answered, isOver] = [0, false];
  const one = async () => {
    while (!isOver) {
      const outcome = await call(name).catch(String);
      if (outcome === 'success') answered += 1;
      else failures.push(outcome);
    }
  };
  const calling = Promise.all(Array.from({ length: callers }, one));
  return {
    answers: (more: number) => {
      const enough = answered + more;
      return waitFor(() => expect(answered).toBeGreaterThanOrEqual(enough), { timeout: waitMs });
    },
    stop: async () => {
      isOver = true;
      await calling;
      return failures;
    },
  };
}

/** Returns the builder that gets the calls of an instance under load. */
async function homeOf(instanceId: string): Promise<OwnBuilder> {
  const calls = () => Promise.all(builders.all.map((one) => one.calls(instanceId)));
  const before = await calls();
  return waitFor(async () => {
    const now = await calls();
    const home = builders.all.find((_, n) => (now[n] ?? 0) > (before[n] ?? 0));
    if (!home) throw new Error(`no builder gets calls: ${output()}`);
    return home;
  });
}

function change(sql: string): void {
  const db = new DatabaseSync(databaseFile(state));
  try {
    db.exec(`pragma busy_timeout = 10000; ${sql}`);
  } finally {
    db.close();
  }
}

test('only calls in flight at a killed builder may fail, and its instances come back with it', async () => {
  const load = keepCalling('steady');
  await load.answers(100);
  const home = await homeOf(deployment);
  await home.kill();
  await load.answers(200);
  expect((await homeOf(deployment)).name).not.toBe(home.name);
  await home.start();
  await waitFor(async () => expect((await homeOf(deployment)).name).toBe(home.name), { timeout: waitMs });
  await load.answers(200);
  expect((await load.stop()).length).toBeLessThanOrEqual(callers);
}, 300_000);

test('calls continue while a builder is paused, and those that wait there are answered once it runs again', async () => {
  const load = keepCalling('steady');
  await load.answers(100);
  const home = await homeOf(deployment);
  home.signal('SIGSTOP');
  const later = keepCalling('steady');
  await waitFor(async () => expect(await call('steady', 3000).catch(String)).toBe('success'));
  home.signal('SIGCONT');
  expect(await load.stop()).toEqual([]);
  expect(await later.stop()).toEqual([]);
}, 300_000);

test('a drained builder loses no call, and ends up without instances', async () => {
  const load = keepCalling('steady');
  await load.answers(100);
  const home = await homeOf(deployment);
  change(`update builders set mode = 'draining' where name = '${home.name}'`);
  await waitFor(async () => expect(await home.ready()).toBe(0), { timeout: waitMs });
  await load.answers(100);
  expect(await load.stop()).toEqual([]);
  change("update builders set mode = 'active'");
}, 300_000);

test('slipway builders drain --wait ends for an idle plugin that stays awake', async () => {
  const plugin = echoPlugin('awake', '1.0.0');
  plugin.files['manifest.py'] += 'serve_config = {"instances": {"min": 1}}\n';
  const id = await deploy(plugin);
  expect(await call('awake')).toBe('success');
  const home = await waitFor(async () => {
    const calls = await Promise.all(builders.all.map((one) => one.calls(id)));
    return builders.all[calls.findIndex((count) => count > 0)] ?? expect.fail('no builder has it');
  });
  const env = { SLIPWAY_BASE_URL: local.url, SLIPWAY_ADMIN_TOKEN: local.admin_token };
  const drained = await slipwayCli(['builders', 'drain', home.name, '--wait'], { env });
  expect(drained).toMatchObject({ code: 0, stdout: `✓ drained ${home.name}\n` });
  expect(await home.ready()).toBe(0);
  expect(await call('awake')).toBe('success');
  change("update builders set mode = 'active'");
}, 300_000);

const rows = 20_000;

function rowsPlugin() {
  const plugin = echoPlugin('rows', '1.0.0');
  plugin.files['pipeline.py'] = `import time


def work(batch):
    time.sleep(0.4)
    return batch


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": [work]}
`;
  return plugin;
}

const createdRun = z.object({ run_id: z.string(), presigned_url: z.string() });
const shownRun = z.looseObject({ done: z.int(), ended_at: z.string().nullable() });

test('a run whose builders are killed one after the other has each row once', async () => {
  await deploy(rowsPlugin());
  const own = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id };
  const sent = await own.request('post', '/v1/namespaces/{namespace_id}/plugins/rows_1_0_0/runs', {
    path,
    content: JSON.stringify({ input: { format: 'jsonl' }, max_parallel: 2 }),
  });
  const created = createdRun.parse(await sent.json());
  const body = Array.from({ length: rows }, (_, n) => `{"n":${n}}\n`).join('');
  await fetch(created.presigned_url, { method: 'PUT', body });
  const run = { ...path, run_id: created.run_id };
  const at = '/v1/namespaces/{namespace_id}/runs/{run_id}';
  await own.request('post', `${at}/start`, { path: run });
  const read = async () => shownRun.parse(await (await own.request('get', at, { path: run })).json());
  for (const one of builders.all.slice(0, 2)) {
    const { done } = await read();
    await waitFor(async () => expect((await read()).done).toBeGreaterThan(done), { timeout: waitMs });
    await one.kill();
    await one.start();
  }
  await waitFor(async () => expect((await read()).ended_at).not.toBeNull(), { timeout: waitMs });
  expect(await read()).toMatchObject({ status: 'succeeded', done: rows });
  const output = await fetch(`${local.url}/v1/namespaces/${run.namespace_id}/runs/${run.run_id}/output`, {
    headers: { authorization: `Bearer ${local.api_key}`, accept: 'application/x-ndjson' },
  });
  const lines = (await output.text()).trimEnd().split('\n');
  expect([lines.length, new Set(lines).size]).toEqual([rows, rows]);
}, 600_000);

test('a fleet spreads over all builders, also over one that is added under calls', async () => {
  await deploy(fleet());
  const load = keepCalling('spread');
  const [first, second, third] = builders.all;
  await waitFor(async () => expect([await first?.ready(), await second?.ready()]).not.toContain(0), {
    timeout: waitMs,
  });
  change(
    `insert into builders (name, url, source, added_at) values ('third', '${third?.url}', 'operator', ${Date.now()})`,
  );
  await waitFor(async () => expect(await third?.ready()).toBeGreaterThan(0), { timeout: waitMs });
  await load.answers(100);
  expect(await load.stop()).toEqual([]);
}, 300_000);
