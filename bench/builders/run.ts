// Measures a Worker with several builders under a steady load: one is killed, paused and drained, and a third is added. See README.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { print } from '../../scripts/machine/terminal.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { type Builders, startBuilders } from '../../test/e2e/builders/builders.ts';
import { withLocalServer } from '../local-server.ts';
import { SteadyLoad } from '../releases/load.ts';
import { formatPhases, type Phase } from './phases.ts';
import { Work } from './work.ts';

const usage = `node bench/builders/run.ts [OPTION...]

Kills, pauses, drains and adds builders under calls.

  --rate N      calls per second (500)
  --seconds N   length of each phase (20)
  --rows N      rows of the run (20000)`;

const { values } = readCommandLine(usage, {
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    rows: { type: 'string', default: '20000' },
  },
});
const phaseMs = Number(values.seconds) * 1000;
const pauseMs = 10_000;
const settledMs = 300_000;
const callTimeoutMs = 60_000;
const rows = Number(values.rows);
const laterCalls = 200;

const handler = `class SteadyInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"version": 1}
`;
const pipeline = `import time


def work(batch):
    time.sleep(0.05)
    return batch


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": [work]}
`;

async function publish(client: ExtractorClient, name: string, settings: string): Promise<string> {
  const manifest = `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\n${settings}`;
  const files = { 'manifest.py': manifest, 'pipeline.py': pipeline, 'realtime.py': handler };
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }));
  const archive = await packZip(entries);
  const upload = await client.requestUpload(name, '1.0.0', archive.length);
  await client.confirm(upload.upload_id, await client.putArchive(upload.presigned_url, archive), archive.length);
  const pluginId = `${name}_1_0_0`;
  await client.deploy(pluginId);
  const { message, status } = await waitUntilSettled(client, pluginId, settledMs);
  if (status !== 'DEPLOYED') throw new Error(`${name} was not deployed: ${message}`);
  return pluginId;
}

/** Changes the list of builders as an operator. */
async function operate(local: Local, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${local.admin_token}`, 'content-type': 'application/json' };
  const url = `${local.url}/v1/admin/builders${path}`;
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
}

/** The changes under load, in order. */
function changes(
  local: Local,
  { all: [first, second, third] }: Builders,
  startWork: () => Promise<void>,
): [string, () => Promise<void>][] {
  if (!first || !second || !third) throw new Error('three builders are needed');
  const setMode = (mode: string) => operate(local, 'PATCH', `/${encodeURIComponent(second.name)}`, { mode });
  const pause = async () => {
    second.signal('SIGSTOP');
    await delay(pauseMs);
    second.signal('SIGCONT');
  };
  return [
    ['two builders', async () => {}],
    ['a run and later calls begin', startWork],
    ['one killed with SIGKILL', () => first.kill()],
    ['the killed one is back', () => first.start()],
    ['one paused for 10 s', pause],
    ['one drained', () => setMode('draining')],
    ['the drained one resumed', () => setMode('active')],
    ['a third added', () => operate(local, 'POST', '', { name: 'third', url: third.url })],
  ];
}

async function measure(local: Local, builders: Builders): Promise<void> {
  const client = new ExtractorClient(local);
  await publish(client, 'steady', 'serve_config = {"instances": {"min": 2, "max": 2}}\n');
  const runId = await publish(client, 'rows', '');
  const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
  const url = `${local.url}${client.path('by-name', 'steady', 'realtime')}`;
  const work = new Work(local);
  const load = new SteadyLoad({ url, headers }, Number(values.rate), callTimeoutMs);
  await delay(phaseMs);
  const phases: Phase[] = [];
  const checks: (() => Promise<string>)[] = [];
  const startWork = async () => {
    checks.push(await work.startRun(runId, rows), await work.queueCalls(url, laterCalls));
  };
  for (const [name, change] of changes(local, builders, startWork)) {
    const from = performance.now();
    const [changing] = [change(), await delay(phaseMs)];
    await changing;
    phases.push({ name, from, until: performance.now() });
    print(`${name}: done`);
  }
  await load.stop();
  print(`\n${values.rate} calls/s\n\n${formatPhases(load.outcomes, phases)}\n`);
  for (const check of checks) print(await check());
}

const state = await mkdtemp(join(tmpdir(), 'slipway-bench-builders-'));
const builders = await startBuilders(state, 3);
try {
  const env = { ...builders.env(2), SLIPWAY_ALLOW_LOOPBACK: '1' };
  await withLocalServer((local) => measure(local, builders), { state, env });
} finally {
  await Promise.all(builders.all.map((one) => one.kill()));
  await rm(state, { recursive: true, force: true });
}
