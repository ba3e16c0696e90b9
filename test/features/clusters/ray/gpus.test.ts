// @module-tag ray
// Tests the GPUs of a real Ray: a process that has lost its GPU is replaced, and a full cluster refuses another plugin at once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { type Ran, type RayScene, rayScene, startMs } from './scene.ts';

/** A busy machine takes a minute for each start. */
const deployMs = 5 * 60_000;

let ray: RayScene;

beforeAll(async () => {
  ray = await rayScene(4);
  expect((await ray.slipway(['secrets', 'set', 'TINT'], { input: 'a-secret-of-the-plugin' })).code).toBe(0);
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
}, startMs);

afterAll(() => ray.stop(), startMs);

/** Publishes a plugin whose processes fail like torch's: once one has lost its GPU, each of its later calls fails too. */
async function publish(version: string, serve: string): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-ray-gpus-'));
  const files = {
    'manifest.py': `feature_extractor_name = "cards"\nversion = "${version}"\nfeatures = []\nserve_config = {"placement": "ray", "num_cpus": 0.5, ${serve}}\npermissions = {"secrets": ["TINT"]}\n`,
    'pipeline.py': 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `import uuid

class RealtimeHandler:
    def load_model(self):
        self.name, self.is_lost = str(uuid.uuid4()), False

    def predict(self, request):
        self.is_lost = self.is_lost or request.get("bad", False)
        if self.is_lost:
            raise RuntimeError("CUDA error: device-side assert triggered")
        return {"process": self.name}
`,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  const ran = await ray.slipway(['publish', folder]);
  await rm(folder, { recursive: true });
  return ran;
}

const answerModel = z.object({
  raw_response: z.object({ process: z.string() }).nullish(),
  error: z.string().nullish(),
});

async function call(inputs: object): Promise<z.infer<typeof answerModel>> {
  const { api_key, namespace_id, url } = ray.local;
  const path = `${url}/v1/namespaces/${namespace_id}/plugins/by-name/cards/realtime`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ inputs }) });
  return answerModel.parse(await response.json());
}

/** Returns the processes that answer a number of calls. */
async function processes(calls: number): Promise<Set<string | undefined>> {
  const answers = await Promise.all(Array.from({ length: calls }, () => call({})));
  return new Set(answers.map(({ raw_response }) => raw_response?.process));
}

test("after an error that CUDA can't recover from, no further call fails, and Ray replaces the process", {
  timeout: 2 * deployMs,
}, async () => {
  expect((await publish('1.0.0', '"num_gpus": 0.5, "num_replicas": 2')).output).toContain('✓ cards 1.0.0 is live');
  const before = await processes(40);
  expect(before.size).toBe(2);
  const { error } = await call({ bad: true });
  expect(error).toContain("its CUDA context can't recover");
  const meanwhile = await processes(40);
  expect(meanwhile).not.toContain(undefined);
  await expect
    .poll(async () => [...(await processes(20))].filter((one) => one !== undefined && !before.has(one)).length, {
      timeout: deployMs,
    })
    .toBe(1);
});

test('a version that finds no free GPU fails at once, with the name of the version that holds them', {
  timeout: deployMs,
}, async () => {
  const { code, output } = await publish('2.0.0', '"num_gpus": 0.5, "num_replicas": 2');
  expect(code).not.toBe(0);
  expect(output).toContain(
    'The cluster gpu is full: the plugin needs 2 × 0.5 GPU, and too little is free: 0 of its 1 GPUs.',
  );
  expect(output).toContain('cards 1.0.0 (2 × 0.5 GPU)');
  expect((await ray.slipway(['undeploy', 'cards@1.0.0', '--yes'])).code).toBe(0);
  expect((await ray.slipway(['deploy', 'cards@2.0.0'])).output).toContain('✓ cards 2.0.0 is live');
});
