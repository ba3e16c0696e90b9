// Calls a plugin that may have four instances over more and more connections, and then not at all: how many instances there are, and how
// long calls take, over time. README.md describes it.
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { withLocalServer } from '../local-server.ts';
import { Connection, requestBytes } from '../realtime/connection.ts';

const usage = `node bench/fleets/run.ts [OPTION...]

Calls a plugin that may have several instances.`;

const { values } = readCommandLine(usage, {
  options: {
    /** Connections of each phase, one after the other. */
    connections: { type: 'string', default: '1,8,32,64,200' },
    seconds: { type: 'string', default: '8' },
    /** How long instances stay that are not needed. */
    idle: { type: 'string', default: '10' },
    max: { type: 'string', default: '4' },
    target: { type: 'string', default: '16' },
  },
});
const phases = String(values.connections).split(',').map(Number);
const seconds = Number(values.seconds);
const idleSeconds = Number(values.idle);
const startMs = 120_000;

const files = {
  'manifest.py': `feature_extractor_name = "waiting"
version = "1.0.0"
description = "Takes 100 ms"
features = [{"feature_type": "embedding", "feature_name": "v", "embedding_dim": 2, "distance_metric": "cosine"}]
output_schema = {"v": {"type": "array"}}
serve_config = {"instances": {"min": 0, "max": ${Number(values.max)}, "target_in_flight": ${Number(values.target)}}}
`,
  'pipeline.py':
    'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
  'realtime.py': `import asyncio


class WaitingInferenceService:
    async def run_inference(self, inputs, parameters):
        await asyncio.sleep(0.1)
        return {"v": [0.0, 1.0]}
`,
};

async function publish(client: ExtractorClient): Promise<void> {
  const encoder = new TextEncoder();
  const archive = await packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })),
  );
  const upload = await client.requestUpload('waiting', '1.0.0', archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  await client.deploy('waiting_1_0_0');
  const { status, message } = await waitUntilSettled(client, 'waiting_1_0_0', startMs);
  if (status !== 'DEPLOYED') throw new Error(`not deployed: ${message}`);
}

/** Measures of one second. */
interface Second {
  times: number[];
  failed: number;
}

/** Calls over so many connections until `end`. */
async function load(local: Local, connections: number, end: AbortSignal, second: () => Second): Promise<void> {
  const url = `${local.url}/v1/namespaces/${local.namespace_id}/plugins/by-name/waiting/realtime`;
  const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
  const request = requestBytes({ url, headers, body: '{"inputs":{}}' });
  const call = async () => {
    const connection = new Connection(url);
    while (!end.aborted) {
      const sentAt = performance.now();
      const response = await connection.send(request).catch(() => undefined);
      second().times.push(performance.now() - sentAt);
      if (response?.status !== 200 || !response.body.includes('"success"')) second().failed++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, call));
}

async function instancesOf(client: ExtractorClient): Promise<string> {
  const { serving } = await client.status('waiting_1_0_0');
  const instances = serving?.instance?.fleet?.instances ?? [];
  const running = instances.filter(({ state }) => state === 'running').length;
  const others = instances.length - running;
  return others === 0 ? String(running) : `${running}+${others}`;
}

function row(at: number, connections: number, instances: string, { times, failed }: Second): string {
  times.sort((a, b) => a - b);
  const quantile = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(0);
  const cells = [at, connections, instances, times.length, quantile(0.5), quantile(0.99), failed];
  return cells.map((cell) => String(cell).padStart(12)).join('');
}

async function measure(local: Local): Promise<void> {
  const client = new ExtractorClient(local);
  await publish(client);
  console.log(
    ['s', 'connections', 'instances', 'calls', 'p50 ms', 'p99 ms', 'failed'].map((h) => h.padStart(12)).join(''),
  );
  let current: Second = { times: [], failed: 0 };
  const startedAt = performance.now();
  let failed = 0;
  const print = async (connections: number) => {
    const instances = await instancesOf(client);
    const measured = current;
    current = { times: [], failed: 0 };
    failed += measured.failed;
    console.log(row(Math.round((performance.now() - startedAt) / 1000), connections, instances, measured));
    return instances;
  };
  for (const connections of phases) {
    const end = new AbortController();
    const loading = load(local, connections, end.signal, () => current);
    for (let second = 0; second < seconds; second++) {
      await delay(1000);
      await print(connections);
    }
    end.abort();
    await loading;
  }
  for (let second = 0; second < 3 * idleSeconds; second++) {
    await delay(1000);
    if ((await print(0)) === '0') break;
  }
  console.log(`${failed} calls failed`);
}

await withLocalServer(measure, { env: { BUILDER_LIMITS: JSON.stringify({ idleMs: idleSeconds * 1000 }) } });
