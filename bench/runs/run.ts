// Compares Slipway runs with multiprocessing and Ray Data, with the same number of workers. See README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { createEnvironment } from '../../scripts/testing/uv.ts';
import { withLocalRay } from '../local-ray.ts';
import { withLocalServer } from '../local-server.ts';
import { runRows } from './run-rows.ts';

const usage = `node bench/runs/run.ts [OPTION...]

Measures runs beside plain Python.`;

const { values } = readCommandLine(usage, {
  options: {
    workers: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    /** Names of the cases to run. Default: all. */
    only: { type: 'string', multiple: true },
    /** Overrides the number of rows. */
    rows: { type: 'string' },
    /** Executes runs on a Ray cluster beside Slipway. */
    'on-ray': { type: 'boolean', default: false },
  },
});
const workers = Number(values.workers);
/** Most of this time goes to installing numpy and pandas. */
const settledMs = 300_000;

interface Case {
  name: string;
  rows: number;
  step: string;
  dependencies?: readonly string[];
}

const cases: Case[] = [
  /** Simulates a request to another service for each row. */
  { name: 'two_ms', rows: 8_000, step: 'for _ in batch["n"]:\n        time.sleep(2e-3)' },
  { name: 'trivial', rows: 100_000, step: 'batch["twice"] = [2 * n for n in batch["n"]]' },
  {
    name: 'numpy',
    rows: 20_000,
    step: 'import numpy\n    batch["norm"] = numpy.linalg.norm(numpy.outer(batch["n"], numpy.arange(256.0)), axis=1)',
    dependencies: ['numpy==2.4.6', 'pandas==3.1.1'],
  },
];
const rayVersion = '2.60.0';

const placement = values['on-ray'] ? 'serve_config = {"placement": "ray", "num_cpus": 1}\n' : '';

const pipelineOf = (step: string) =>
  `import time\n\n\ndef work(batch):\n    ${step}\n    return batch\n\n\ndef build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": [work]}\n`;

async function publish(local: Local, { name, step, dependencies = [] }: Case): Promise<string> {
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\ndependencies = ${JSON.stringify(dependencies)}\n${placement}`,
    'pipeline.py': pipelineOf(step),
  };
  const client = new ExtractorClient(local);
  await client.publish(name, '1.0.0', await packFiles(files));
  await client.deploy(`${name}_1_0_0`);
  await waitUntilSettled(client, `${name}_1_0_0`, settledMs);
  return `${name}_1_0_0`;
}

/** Runs the same work in a Python program. Returns its output. */
async function runPython(python: string, program: string, folder: string, file: string): Promise<string> {
  const args = [`bench/runs/${program}`, folder, file, join(folder, `out-${program}`), String(workers)];
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return printed;
}

/** Returns seconds. */
async function plainPython(python: string, folder: string, file: string): Promise<number> {
  const startedAt = performance.now();
  await runPython(python, 'plain.py', folder, file);
  return (performance.now() - startedAt) / 1000;
}

/** Returns the duration in seconds, excluding Ray's startup. */
async function rayData(python: string, folder: string, file: string): Promise<number> {
  return Number((await runPython(python, 'ray_data.py', folder, file)).trim().split('\n').at(-1));
}

/** Installs Ray and the cases' packages. Returns the path of the Python that has them. */
async function pythonWithRay(): Promise<string> {
  const venv = 'dist/bench-runs';
  const packages = cases.flatMap(({ dependencies = [] }) => dependencies);
  const failed = await createEnvironment(venv, 'python3', [`ray[data]==${rayVersion}`, ...packages]);
  if (failed) throw new Error(failed.output);
  return join(venv, 'bin', 'python');
}

async function writeRows(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  for (let n = 0; n < rows; n++) if (!out.write(`{"n": ${n}, "text": "row number ${n}"}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

/** The plain program gets the same frames as the plugin, so it uses pandas only where the plugin does. */
async function compare(local: Local, folder: string, one: Case, withRay: string): Promise<void> {
  const { dependencies, name, step } = one;
  const rows = Number(values.rows ?? one.rows);
  const file = join(folder, `${name}.jsonl`);
  await writeRows(file, rows);
  await writeFile(join(folder, 'pipeline.py'), pipelineOf(step));
  const pluginId = await publish(local, one);
  for (let round = 0; round < Number(values.rounds); round++) {
    const seconds = {
      run: (await runRows(local, pluginId, file, workers)).seconds,
      multiprocessing: await plainPython(dependencies ? withRay : 'python3', folder, file),
      'Ray Data': await rayData(withRay, folder, file),
    };
    const rates = Object.entries(seconds).map(([title, took]) => `${title} ${Math.round(rows / took)}`);
    const timesOf = (other: number) => (other / seconds.run).toFixed(2);
    const ratios = `${timesOf(seconds.multiprocessing)} x multiprocessing, ${timesOf(seconds['Ray Data'])} x Ray Data`;
    console.log(`${name.padEnd(8)} ${rows} rows, rows/s: ${rates.join(', ')}; the run is ${ratios}`);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-runs-'));
try {
  const withRay = await pythonWithRay();
  const compareAll = async (local: Local) => {
    for (const one of cases) if (values.only?.includes(one.name) ?? true) await compare(local, folder, one, withRay);
  };
  if (values['on-ray']) await withLocalRay(workers, compareAll);
  else await withLocalServer(compareAll);
} finally {
  await rm(folder, { recursive: true, force: true });
}
