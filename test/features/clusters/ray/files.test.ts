// @module-tag ray
// Deploys a plugin with a large archive, a model and a package from its organization's own index to a real Ray: its node fetches each
// file once, for all of the plugin's processes.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { killProcess, listProcesses } from '../../../../scripts/testing/processes.ts';
import { PackageIndex } from '../../../builder/environments/package-index.ts';
import { writeWheel } from '../../../builder/environments/wheels.ts';
import { type RayScene, rayScene, startMs } from './scene.ts';

const deployMs = 5 * 60_000;
const token = 'pypi-of-acme';
const archiveBytes = 12 * 1024 ** 2;
const modelBytes = 20 * 1024 ** 2;

let ray: RayScene;
let folder: string;
let index: PackageIndex;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-ray-files-'));
  await mkdir(join(folder, 'wheels'));
  writeWheel(join(folder, 'wheels'), {
    name: 'acme_words',
    version: '1.4',
    files: { 'acme_words.py': 'WORD = "private"\n' },
  });
  index = await PackageIndex.start(join(folder, 'wheels'));
  index.accepted = new RegExp(`^__token__:${token}$`);
  ray = await rayScene(4);
}, startMs);

afterAll(async () => {
  index.close();
  await rm(folder, { recursive: true, force: true });
  await ray.stop();
}, startMs);

async function run(args: string[], input?: string): Promise<string> {
  const { code, output } = await ray.slipway(args, input === undefined ? {} : { input });
  expect([code, output]).toEqual([0, output]);
  return output;
}

async function writePlugin(): Promise<string> {
  const files = {
    'manifest.py': `metadata = {"feature_extractor_name": "heavy", "version": "1.0.0", "description": "Reads large files", "category": "text"}
features = []
models = ["weights.bin"]
dependencies = ["acme-words"]
serve_config = {"placement": "ray", "num_cpus": 0.5, "num_replicas": 3}
`,
    'realtime.py': `import os
from pathlib import Path
import acme_words
from shared.models.loader import load_namespace_model

class RealtimeHandler:
    def __init__(self):
        self.model = load_namespace_model("weights.bin")

    async def predict(self, request):
        own = Path(__file__).with_name("large.bin")
        return {"word": acme_words.WORD, "own": own.stat().st_size, "model": self.model.stat().st_size,
                "name": self.model.name, "inode": self.model.stat().st_ino, "process": os.getpid()}
`,
    'pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
    'large.bin': randomBytes(archiveBytes),
    'tests/examples/one.json': JSON.stringify({ inputs: {}, result: { word: 'private' } }),
  };
  const plugin = join(folder, 'heavy');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(plugin, path)), { recursive: true });
    await writeFile(join(plugin, path), content);
  }
  return plugin;
}

const answerModel = z.object({
  raw_response: z.object({
    word: z.string(),
    own: z.number(),
    model: z.number(),
    name: z.string(),
    inode: z.number(),
    process: z.number(),
  }),
});

async function call(): Promise<z.infer<typeof answerModel>['raw_response']> {
  const { api_key, namespace_id, url } = ray.local;
  const path = `${url}/v1/namespaces/${namespace_id}/plugins/by-name/heavy/realtime`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: '{"inputs": {}}' });
  return answerModel.parse(await response.json()).raw_response;
}

const expected = { word: 'private', own: archiveBytes, model: modelBytes, name: 'weights.bin' };

/** Returns the answers of three processes, as calls are spread over them. */
async function fromEach(): Promise<z.infer<typeof answerModel>['raw_response'][]> {
  const seen = new Map<number, z.infer<typeof answerModel>['raw_response']>();
  const look = async () => {
    for (const answer of await Promise.all(Array.from({ length: 12 }, call))) seen.set(answer.process, answer);
    return seen.size;
  };
  await expect.poll(look, { timeout: deployMs }).toBeGreaterThanOrEqual(3);
  return [...seen.values()];
}

test("a plugin's processes get its large archive, its model and its organization's package from the store, each fetched once", {
  timeout: 2 * deployMs,
}, async () => {
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await run(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  expect(await run(['clusters', 'list'])).toContain('any size');
  const { host, pathname } = new URL(index.url);
  await run(['sources', 'add', host + pathname, '--python-packages', 'acme-*', '--token-stdin'], token);
  await writeFile(join(folder, 'weights.bin'), randomBytes(modelBytes));
  await run(['models', 'put', 'weights.bin', join(folder, 'weights.bin')]);
  expect(await run(['publish', await writePlugin()])).toContain('✓ heavy 1.0.0 is live');

  const answers = await fromEach();
  expect(answers).toEqual(answers.map(() => expect.objectContaining(expected)));
  expect(new Set(answers.map(({ inode }) => inode)).size).toBe(1);
  const cache = (await readdir(ray.head.folder, { recursive: true })).filter((name) => name.endsWith('/content'));
  expect(cache).toHaveLength(3);
});

test('a process that replaces a killed one gets the files again, without a failed call after the first', {
  timeout: deployMs,
}, async () => {
  const { process: victim } = await call();
  const [killed] = listProcesses(ray.head.folder).filter(({ pid }) => pid === victim);
  if (!killed) throw new Error('the process has ended already');
  killProcess(killed.pid);
  await expect.poll(() => call().then(({ word }) => word, String), { timeout: deployMs }).toBe('private');
  const answers = await fromEach();
  expect(answers.filter((one) => one.process !== victim)).toEqual(
    expect.arrayContaining([expect.objectContaining(expected)]),
  );
});
