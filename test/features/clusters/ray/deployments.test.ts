// @module-tag ray
// Deploys a plugin that asks for a GPU to a real Ray, with the commands that users run. It goes live, is called, is replaced under
// load, and is rolled back, and failures to start are reported.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { type Ran, type RayScene, rayScene, startMs } from './scene.ts';

/** A busy machine takes a minute for each start. */
const deployMs = 5 * 60_000;
let versions = 0;
const secret = 'kQ7-the-secret-of-a-plugin-on-ray';

let ray: RayScene;
let folder: string;

beforeAll(async () => {
  ray = await rayScene(4);
  folder = await mkdtemp(join(tmpdir(), 'slipway-ray-plugin-'));
}, startMs);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await ray.stop();
}, startMs);

interface Written {
  version: string;
  gpus?: number;
  more?: string;
  load?: string;
}

/** Publishes a plugin version that answers with its version and its GPU. */
async function publish({ version, gpus = 0.25, more = '', load = '' }: Written): Promise<Ran> {
  const files = {
    'manifest.py': `metadata = {"feature_extractor_name": "shades", "version": "${version}", "description": "Says its shade", "category": "text"}
features = []
serve_config = {"num_gpus": ${gpus}, "num_cpus": 0.5}
permissions = {"secrets": ["TINT"]}
${more}`,
    'realtime.py': `import os
from shared.plugins.secrets import get

class RealtimeHandler:
    def __init__(self):
        self.tint = get("TINT")
        print("loaded ${version}")
${load}

    async def predict(self, request):
        print("asked for", request["text"])
        if request.get("fail"):
            raise ValueError("no such shade")
        return {"version": "${version}", "tint": len(self.tint), "gpu": os.environ.get("CUDA_VISIBLE_DEVICES")}
`,
    'pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
    'tests/examples/dark.json': JSON.stringify({ inputs: { text: 'dark' }, result: { version } }),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return ray.slipway(['publish', folder]);
}

const answerModel = z.object({ raw_response: z.object({ version: z.string(), tint: z.number(), gpu: z.string() }) });

async function invoke(text: string): Promise<z.infer<typeof answerModel>['raw_response']> {
  const { stdout } = await ray.slipway(['invoke', 'shades', '--json', '-d', JSON.stringify({ text })]);
  return answerModel.parse(JSON.parse(stdout)).raw_response;
}

const shownModel = z.object({ applications: z.record(z.string(), z.unknown()) });

async function applications(): Promise<z.infer<typeof shownModel>['applications']> {
  const { text } = await ray.head.request('/api/serve/applications/');
  return shownModel.parse(JSON.parse(text)).applications;
}

test('a plugin that asks for a GPU is refused without a cluster, and with a cluster it goes live, is called and rolled back', {
  timeout: deployMs,
}, async () => {
  expect((await ray.slipway(['secrets', 'set', 'TINT'], { input: secret })).code).toBe(0);
  const refused = await publish({ version: '1.0.0' });
  expect(refused.output).toContain("no Ray cluster accepts this organization's plugins");
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  const added = await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  expect(added.output).toContain('✓ connected gpu');

  expect((await ray.slipway(['deploy', 'shades@1.0.0'])).output).toContain('✓ shades 1.0.0 is live');
  expect(await invoke('first')).toEqual({ version: '1.0.0', tint: secret.length, gpu: '0' });
  expect((await publish({ version: '2.0.0' })).output).toContain('✓ shades 2.0.0 is live');
  expect(await invoke('second')).toMatchObject({ version: '2.0.0' });
  expect((await ray.slipway(['rollback', 'shades', '--yes'])).output).toContain(
    '✓ rolled shades back from 2.0.0 to 1.0.0',
  );
  expect(await invoke('third')).toMatchObject({ version: '1.0.0' });

  const printed = (await ray.slipway(['logs', 'shades@1.0.0'])).output;
  for (const line of ['loaded 1.0.0', 'asked for first', 'asked for third']) expect(printed).toContain(line);
  expect(printed).not.toContain('asked for second');
  expect((await ray.slipway(['clusters', 'remove', 'gpu', '-y'])).output).toContain('The cluster gpu runs deployments');
});

test(
  "a plugin's secret is neither in the dashboard's responses nor in the cluster's logs",
  async () => {
    const shown = JSON.stringify(await applications());
    const node = /"node_id":"(?<id>[0-9a-f]+)"/.exec(shown)?.groups?.id ?? '';
    const own = [...shown.matchAll(/"log_file_path":"\/(?<file>[^"]+)"/g)].flatMap(({ groups }) => groups?.file ?? []);
    const { text: others } = await ray.head.request(`/api/v0/logs?node_id=${node}&glob=*`);
    const files = [...others.matchAll(/"(?<file>[\w.-]+\.(?:log|out|err))"/g)].flatMap(
      ({ groups }) => groups?.file ?? [],
    );
    expect(files.length).toBeGreaterThan(3);
    const seen = [shown, (await ray.head.request('/api/v0/actors?detail=1')).text];
    for (const file of [...own, ...files]) {
      const { text } = await ray.head.request(`/api/v0/logs/file?node_id=${node}&filename=${file}&lines=100000`);
      seen.push(text);
    }
    expect(seen.join('\n')).toContain('loaded 1.0.0');
    expect(seen.join('\n')).not.toContain(secret);
  },
  deployMs,
);

test('a deployment that replaces another under load fails no call', { timeout: deployMs }, async () => {
  const { api_key, namespace_id, url } = ray.local;
  const path = `${url}/v1/namespaces/${namespace_id}/plugins/by-name/shades/realtime`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ inputs: { text: 'load' } });
  const before = Object.keys(await applications());
  const seen = new Map<string, number>();
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const response = await fetch(path, { method: 'POST', headers, body });
      const answer = z.object({ raw_response: z.object({ version: z.string() }) }).safeParse(await response.json());
      const version = answer.success ? answer.data.raw_response.version : `failed with ${response.status}`;
      seen.set(version, (seen.get(version) ?? 0) + 1);
    }
  };
  const workers = Promise.all(Array.from({ length: 8 }, work));
  try {
    expect((await ray.slipway(['deploy', 'shades@1.0.0'])).output).toContain('✓ shades 1.0.0 is live');
    expect(Object.keys(await applications())).toEqual(expect.arrayContaining(before));
    // The replaced application is removed after its drain.
    await expect.poll(async () => Object.keys(await applications()).length, { timeout: deployMs }).toBe(2);
  } finally {
    isOver = true;
    await workers;
  }
  expect([...seen]).toEqual([['1.0.0', expect.any(Number)]]);
});

test.each<[string, Partial<Written>, string]>([
  ['does not load', { load: '        raise ValueError("no weights")' }, 'realtime.py:8: ValueError: no weights'],
  [
    'needs packages that cannot be installed',
    { more: 'dependencies = ["no-such-package-on-any-index==1.0"]' },
    'no-such-package-on-any-index',
  ],
])(
  'a version that %s fails with that reason, and the previous version stays live',
  { timeout: deployMs },
  async (_, fault, message) => {
    versions += 1;
    const failed = await publish({ version: `4.0.${versions}`, ...fault });
    expect([failed.code, failed.output]).toEqual([expect.any(Number), expect.stringContaining(message)]);
    expect(await invoke('still')).toMatchObject({ version: '1.0.0' });
  },
);
