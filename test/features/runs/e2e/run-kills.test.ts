// Kills workerd, the builder, the plugin's processes or all of them at random moments in a run. The output and errors match those of an
// undisturbed run byte for byte.
// @module-tag weekly
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient } from '../../../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../../../scripts/demo/pack.ts';
import type { Local } from '../../../../scripts/local/organization.ts';
import { killProcess } from '../../../../scripts/testing/processes.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { listProcesses } from '../../../e2e/processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../../../e2e/slipway.ts';

const rowsMax = 60_000;
const kills = 12;
/** A killed worker's lease expires after 30 s, and the sweep runs every 10 s. */
const endedMs = 400_000;

const files = {
  'manifest.py': 'feature_extractor_name = "killed_rows"\nversion = "1.0.0"\nfeatures = []\n',
  'pipeline.py': `import time


def work(batch):
    time.sleep(0.02)
    batch["by"] = [1 / (n % 1000) for n in batch["n"]]
    return batch


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": [work]}
`,
};
const pluginId = 'killed_rows_1_0_0';

let state: string;
let slipway: Slipway;
let local: Local;
let client: SlipwayClient;

beforeAll(async () => {
  state = await newStateFolder();
  slipway = await startSlipway(state);
  local = await slipway.ready();
  client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key, retries: { retriesMax: 60 } });
  await new ExtractorClient(local).publish('killed_rows', '1.0.0', await packFiles(files));
  await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
    path: { namespace_id: local.namespace_id, plugin_id: pluginId },
  });
});

afterAll(async () => {
  await slipway.stop();
  await removeState(state);
});

const runModel = z.object({ status: z.string(), ended_at: z.string().nullable(), done: z.int(), failed: z.int() });

async function newRun(): Promise<string> {
  const path = { namespace_id: local.namespace_id };
  const created = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
    path: { ...path, plugin_id: pluginId },
    body: { input: { format: 'jsonl' }, max_parallel: 3 },
  });
  const lines = Array.from({ length: rowsMax }, (_, n) => `{"n":${n},"text":"row ${n}"}\n`).join('');
  const sent = await fetch(created.presigned_url ?? '', { method: 'PUT', body: lines });
  expect(sent.status).toBe(200);
  await client.post('/v1/namespaces/{namespace_id}/runs/{run_id}/start', { path: { ...path, run_id: created.run_id } });
  return created.run_id;
}

async function read(id: string) {
  const path = { namespace_id: local.namespace_id, run_id: id };
  return runModel.parse(await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path }));
}

async function ended(id: string) {
  const until = performance.now() + endedMs;
  for (;;) {
    const run = await read(id);
    if (run.ended_at !== null) return run;
    if (performance.now() > until) throw new Error(`still ${JSON.stringify(run)}`);
    await delay(500);
  }
}

async function results(id: string): Promise<string[]> {
  const texts = (['output', 'errors'] as const).map(async (kind) => {
    const url = `${local.url}/v1/namespaces/${local.namespace_id}/runs/${id}/${kind}`;
    const headers = { authorization: `Bearer ${local.api_key}`, accept: 'application/x-ndjson' };
    return (await fetch(url, { headers })).text();
  });
  return Promise.all(texts);
}

const patterns = {
  workerd: /workerd serve/,
  builder: /builder\/server\/main\.ts/,
  plugin: /host\.py/,
  everything: /workerd serve|builder\/server\/main\.ts|host\.py/,
};

function kill(victim: keyof typeof patterns): void {
  for (const { command, pid } of listProcesses(state)) if (patterns[victim].test(command)) killProcess(pid);
}

test('a run killed at random moments has each row once, like an undisturbed run', async () => {
  const undisturbed = await newRun();
  expect(await ended(undisturbed)).toMatchObject({ status: 'partial', done: rowsMax - 60, failed: 60 });
  const expected = await results(undisturbed);
  expect(expected.map((text) => text.split('\n').length - 1)).toEqual([rowsMax - 60, 60]);
  const disturbed = await newRun();
  const victims = Object.keys(patterns) as (keyof typeof patterns)[];
  for (let n = 0; n < kills; n++) {
    await delay(500 + 4000 * Math.random());
    const victim = victims[n % victims.length] ?? 'workerd';
    if ((await read(disturbed)).ended_at !== null) break;
    kill(victim);
  }
  expect(await ended(disturbed)).toMatchObject({ status: 'partial', done: rowsMax - 60, failed: 60 });
  expect(await results(disturbed)).toEqual(expected);
}, 900_000);
