// Measures runs of a Slipway of its own against plain Python with as many processes. README.md describes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ExtractorClient } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { withLocalServer } from '../local-server.ts';

const { values } = parseArgs({
  options: {
    /** Rows of the trivial step; of the one that takes 50 µs a row, a tenth of them. */
    rows: { type: 'string', default: '1000000' },
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '2' },
  },
});
const workers = Number(values.workers);

const cases = [
  { name: 'trivial', rows: Number(values.rows), step: 'batch["twice"] = [2 * n for n in batch["n"]]' },
  {
    name: 'fifty_us',
    rows: Number(values.rows) / 10,
    step: 'end = time.perf_counter() + 50e-6 * len(batch)\n    while time.perf_counter() < end:\n        pass',
  },
];

const pipelineOf = (step: string) =>
  `import time\n\n\ndef work(batch):\n    ${step}\n    return batch\n\n\ndef build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": [work]}\n`;

async function publish(local: Local, name: string, step: string): Promise<string> {
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\n`,
    'pipeline.py': pipelineOf(step),
  };
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }));
  const archive = await packZip(entries);
  const client = new ExtractorClient(local);
  const upload = await client.requestUpload(name, '1.0.0', archive.length);
  await client.confirm(upload.upload_id, await client.putArchive(upload.presigned_url, archive), archive.length);
  await client.deploy(`${name}_1_0_0`);
  return `${name}_1_0_0`;
}

/** Returns the seconds from the start of a run to its end. */
async function runRows(local: Local, pluginId: string, file: string): Promise<number> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const { namespace_id } = local;
  const created = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
    path: { namespace_id, plugin_id: pluginId },
    body: { input: { format: 'jsonl' }, max_parallel: workers },
  });
  const sent = await fetch(created.presigned_url ?? '', { method: 'PUT', body: await openAsBlob(file) });
  if (!sent.ok) throw new Error(`the input was not stored: ${sent.status}`);
  const path = { namespace_id, run_id: created.run_id };
  const startedAt = performance.now();
  await client.post('/v1/namespaces/{namespace_id}/runs/{run_id}/start', { path });
  for (;;) {
    const run = await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
    if (run.status === 'succeeded') return (performance.now() - startedAt) / 1000;
    if (run.ended_at !== null) throw new Error(`the run is ${run.status}: ${run.error}`);
    await delay(50);
  }
}

async function plainPython(folder: string, step: string, file: string): Promise<number> {
  await writeFile(join(folder, 'pipeline.py'), pipelineOf(step));
  const startedAt = performance.now();
  const args = ['bench/runs/plain.py', folder, file, join(folder, 'out'), String(workers)];
  const [code] = await once(spawn('python3', args, { stdio: 'inherit' }), 'close');
  if (code !== 0) throw new Error(`plain.py ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}

async function writeRows(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  for (let n = 0; n < rows; n++) if (!out.write(`{"n": ${n}, "text": "row number ${n}"}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-runs-'));
try {
  await withLocalServer(async (local) => {
    for (const { name, rows, step } of cases) {
      const file = join(folder, `${name}.jsonl`);
      await writeRows(file, rows);
      const pluginId = await publish(local, name, step);
      for (let round = 0; round < Number(values.rounds); round++) {
        const plain = await plainPython(folder, step, file);
        const slipway = await runRows(local, pluginId, file);
        const rates = [plain, slipway].map((seconds) => `${Math.round(rows / seconds)} rows/s`.padStart(16));
        console.log(
          `${name.padEnd(9)} ${rows} rows   plain ${rates[0]}   run ${rates[1]}   ${(slipway / plain).toFixed(2)} x`,
        );
      }
    }
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
