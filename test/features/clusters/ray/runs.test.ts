// @module-tag ray
// Runs a file of rows through a plugin's steps on a real Ray. The output is complete and in order, the only rows that fail are those
// that hang, raise or end their process, and a run continues when its processes or the head are killed.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { killProcess, listProcesses } from '../../../../scripts/testing/processes.ts';
import { type Library, rowsFor, runOutcomes, shapes, verdictOn, writePlugin } from '../../../e2e/values/table.ts';
import { type RayScene, rayScene, startMs } from './scene.ts';

const runMs = 8 * 60_000;
const secret = 'kQ7-the-secret-of-a-run-on-ray';

let ray: RayScene;
let folder: string;

beforeAll(async () => {
  ray = await rayScene(4);
  folder = await mkdtemp(join(tmpdir(), 'slipway-ray-runs-'));
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  expect((await ray.slipway(['secrets', 'set', 'TINT'], { input: secret })).code).toBe(0);
}, startMs);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await ray.stop();
}, startMs);

/** Deploys a batch-only plugin with this step, whose manifest asks for no GPU. */
async function publish(name: string, step: string, resource: 'CPU' | 'GPU' = 'CPU'): Promise<void> {
  const plugin = join(folder, name);
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"
version = "1.0.0"
features = []
serve_config = {"placement": "ray", "num_cpus": 0.5}
compute_profile = {"batch_size": 8}
permissions = {"secrets": ["TINT"], "timeout_s": 2}
`,
    'processors/tint.py': 'from shared.plugins.secrets import get\n\n\ndef tint():\n    return get("TINT")\n',
    'pipeline.py': `import os
import time
from processors.tint import tint

def work(batch):
${step.replaceAll(/^/gm, '    ')}
    return batch

def build_steps(extractor_request, container=None, **kwargs):
    from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, StepDefinition, build_pipeline_steps
    print("built with", len(tint()))
    steps = [StepDefinition(lambda config: work, resource_type=ResourceType.${resource})]
    return {"steps": build_pipeline_steps(PipelineDefinition("${name}", "1.0.0", steps))}
`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(plugin, path, '..'), { recursive: true });
    await writeFile(join(plugin, path), text);
  }
  const { output } = await ray.slipway(['publish', plugin]);
  expect(output).toContain('1.0.0');
}

const runSchema = z.object({ run_id: z.string(), status: z.string(), error: z.string().nullish() });

const listSchema = z.object({ results: z.array(z.object({ done: z.number() })) });

interface Results {
  run: z.infer<typeof runSchema>;
  output: string[];
  errors: string[];
}

const lines = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(0, -1);

async function runRows(name: string, rows: number): Promise<Results> {
  const file = (end: string) => join(folder, `${name}.${end}`);
  await writeFile(file('jsonl'), Array.from({ length: rows }, (_, n) => `{"n":${n}}\n`).join(''));
  const files = ['--input', file('jsonl'), '--output', file('out'), '--errors', file('errors')];
  const ran = await ray.slipway(['run', name, ...files, '--json']);
  const run = runSchema.parse(JSON.parse(ran.stdout));
  return { run, output: await lines(file('out')), errors: await lines(file('errors')).catch(() => []) };
}

async function applications(): Promise<string[]> {
  const { text } = await ray.head.request('/api/serve/applications/');
  return Object.keys(
    z.object({ applications: z.record(z.string(), z.unknown()) }).parse(JSON.parse(text)).applications,
  );
}

const doubled = (n: number) => `{"n":${n},"twice":${2 * n}}`;

test('a run on Ray has each row once, in order, and leaves no application', { timeout: runMs }, async () => {
  await publish('whole', 'batch["twice"] = [2 * n for n in batch["n"]]');
  const { errors, output, run } = await runRows('whole', 50_000);
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(errors).toEqual([]);
  expect(output).toHaveLength(50_000);
  expect(output.every((line, n) => line === doubled(n))).toBe(true);
  await expect.poll(applications, { timeout: runMs }).toEqual([]);
});

test('each process of a run has the GPU that a pipeline step asks for', { timeout: runMs }, async () => {
  await publish('on_gpu', 'batch["gpu"] = [os.environ["CUDA_VISIBLE_DEVICES"]] * len(batch)', 'GPU');
  const { output, run } = await runRows('on_gpu', 20);
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(new Set(output.map((line) => z.object({ gpu: z.string() }).parse(JSON.parse(line)).gpu))).toEqual(
    new Set(['0']),
  );
});

test('rows that raise, hang or end their process are the only ones that fail', { timeout: runMs }, async () => {
  const at = (n: number, text: string) => `if ${n} in list(batch["n"]):\n    ${text}`;
  const steps = [
    at(3, 'raise ValueError("no " + tint())'),
    at(21, 'time.sleep(1000)'),
    at(37, 'os._exit(3)'),
    'batch["twice"] = [2 * n for n in batch["n"]]',
  ];
  await publish('faults', steps.join('\n'));
  const { errors, output, run } = await runRows('faults', 48);
  expect(run).toMatchObject({ status: 'partial' });
  const failed = z
    .array(z.object({ row: z.number(), error: z.string() }))
    .parse(errors.map((line) => JSON.parse(line)));
  expect(failed).toEqual([
    { row: 3, error: 'step 1: ValueError at pipeline.py:7: no ***' },
    { row: 21, error: expect.stringContaining('the row did not end within its time limit.') },
    { row: 37, error: "the plugin's process exited during the row, on gpu" },
  ]);
  expect(output).toEqual(
    Array.from({ length: 48 }, (_, n) => n)
      .filter((n) => ![3, 21, 37].includes(n))
      .map(doubled),
  );
});

test.each<[string, () => Promise<void> | void]>([
  [
    'its processes',
    () => {
      const found = listProcesses(ray.head.folder).filter(({ command }) => command.includes('ServeReplica'));
      expect(found.length).toBeGreaterThan(0);
      for (const { pid } of found) killProcess(pid);
    },
  ],
  ['the head', () => ray.restartHead()],
])('a run is complete even if %s were killed midway', { timeout: 2 * runMs }, async (what, kill) => {
  const name = what === 'the head' ? 'head_killed' : 'processes_killed';
  await publish(name, 'time.sleep(0.0003 * len(batch))\nbatch["twice"] = [2 * n for n in batch["n"]]');
  const running = runRows(name, 160_000);
  const listed = async () => {
    const { stdout } = await ray.slipway(['runs', 'list', name, '--json']);
    return listSchema.parse(JSON.parse(stdout)).results[0]?.done ?? 0;
  };
  await expect.poll(listed, { timeout: runMs, interval: 500 }).toBeGreaterThan(0);
  await kill();
  const { errors, output, run } = await running;
  expect([run.status, run.error ?? null, errors]).toEqual(['succeeded', null, []]);
  expect(output).toHaveLength(160_000);
  expect(output.every((line, n) => line === doubled(n))).toBe(true);
});

const tables = (['table', 'pandas'] satisfies Library[]).flatMap((library) =>
  shapes.map((shape) => ({ library, shape })),
);

test.each(tables)(
  'no value changes in silence on Ray: $library, $shape',
  { timeout: runMs },
  async ({ library, shape }) => {
    const declared = 'serve_config = {"placement": "ray", "num_cpus": 0.5}\n';
    const name = await writePlugin(folder, library, shape, declared);
    expect((await ray.slipway(['publish', join(folder, name)])).output).toContain('1.0.0');
    const rows = await rowsFor(library);
    const file = (end: string) => join(folder, `${name}.${end}`);
    await writeFile(file('jsonl'), `${rows.join('\n')}\n`);
    await ray.slipway(['run', name, '--input', file('jsonl'), '--output', file('out'), '--errors', file('errors')]);
    const verdict = await verdictOn(library, shape, await runOutcomes(file('out'), file('errors'), rows.length));
    expect(verdict.silent).toEqual([]);
  },
);
