// @module-tag ray
// Kills parts of Ray and of Slipway during calls to a plugin on Ray, to test what callers see meanwhile, and that calls recover without
// intervention.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { killProcess, listProcesses } from '../../../../scripts/testing/processes.ts';
import { type RayScene, rayScene, startMs } from './scene.ts';

const plugin = {
  'manifest.py':
    'feature_extractor_name = "echo"\nversion = "1.0.0"\nfeatures = []\nserve_config = {"num_gpus": 0.25, "num_cpus": 0.5}\n',
  'pipeline.py': 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n',
  'realtime.py': 'class RealtimeHandler:\n    def predict(self, request):\n        return request\n',
};

const healMs = 5 * 60_000;
const callMs = 60_000;
const callers = 4;
/** The number of consecutive answers after which calls count as recovered. */
const healedCalls = 100;

let ray: RayScene;

beforeAll(async () => {
  ray = await rayScene(4);
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-ray-kills-'));
  for (const [path, text] of Object.entries(plugin)) await writeFile(join(folder, path), text);
  const { output } = await ray.slipway(['publish', folder]);
  await rm(folder, { recursive: true });
  expect(output).toContain('✓ echo 1.0.0 is live');
}, startMs);

afterAll(() => ray.stop(), startMs);

const answerModel = z.object({ error: z.union([z.string(), z.object({ type: z.string() })]).nullish() });

async function call(): Promise<string> {
  const { api_key, namespace_id, url } = ray.local;
  const path = `${url}/v1/namespaces/${namespace_id}/plugins/by-name/echo/realtime`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ inputs: { text: 'load' } });
  try {
    const response = await fetch(path, { method: 'POST', headers, body, signal: AbortSignal.timeout(callMs) });
    const { error } = answerModel.parse(await response.json());
    const said = typeof error === 'object' ? error?.type : error;
    return said || !response.ok ? `${response.status} ${said}` : 'answered';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** Kills under load, and returns how often callers saw each outcome until calls had recovered. */
async function killed(kill: () => Promise<void> | void): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  let inARow = 0;
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const outcome = await call();
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      inARow = outcome === 'answered' ? inARow + 1 : 0;
    }
  };
  const workers = Promise.all(Array.from({ length: callers }, work));
  try {
    await expect.poll(() => inARow, { timeout: healMs }).toBeGreaterThan(healedCalls);
    await kill();
    inARow = 0;
    await expect.poll(() => inARow, { timeout: healMs }).toBeGreaterThan(healedCalls);
  } finally {
    isOver = true;
    await workers;
  }
  return seen;
}

function killIn(folder: string, name: string): void {
  const found = listProcesses(folder).filter(({ command }) => command.includes(name));
  expect(found.length).toBeGreaterThan(0);
  for (const { pid } of found) killProcess(pid);
}

test.each<[string, () => Promise<void> | void, string[]]>([
  [
    'a process of the plugin',
    () => killIn(ray.head.folder, 'ServeReplica'),
    ['200 InstanceCrashed: A plugin process exited during the call, on gpu.'],
  ],
  ['the controller of Serve', () => killIn(ray.head.folder, 'ServeController'), []],
  ['the builder', () => killIn(ray.state, 'builder/server/main.ts'), ['503 ServiceUnavailableError']],
  ['workerd', () => killIn(ray.state, 'workerd serve'), ['TypeError']],
  ['the head', () => ray.restartHead(), ['503 ServiceUnavailableError']],
])('calls recover without intervention after %s was killed', { timeout: 3 * healMs }, async (name, kill, failures) => {
  const seen = await killed(kill);
  process.stdout.write(`${name}: ${JSON.stringify(Object.fromEntries(seen))}\n`);
  expect([...seen.keys()].filter((outcome) => outcome !== 'answered' && !failures.includes(outcome))).toEqual([]);
});
