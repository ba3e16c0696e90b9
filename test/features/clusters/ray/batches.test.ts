// @module-tag ray
// Sends concurrent calls to a plugin with batches on a real Ray: which run together, and what each caller gets if an input is bad, or if a
// process dies.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { type RayScene, rayScene, startMs } from './scene.ts';

const batchMs = 5 * 60_000;

/** A batch of three is full, and starts at once. */
const files = (name: string, timeoutSeconds: number) => ({
  'manifest.py': `feature_extractor_name = "${name}"
version = "1.0.0"
features = []
serve_config = {"placement": "ray", "num_cpus": 0.5, "batching": {"max_size": 3, "max_wait_ms": 1000}}
permissions = {"timeout_s": ${timeoutSeconds}}
`,
  'realtime.py': `import os
import time
from slipway import context

class RealtimeHandler:
    def run_many(self, inputs, parameters):
        time.sleep(max(one.get("seconds", 0) for one in inputs))
        if any(one.get("die") for one in inputs):
            os._exit(9)
        for one in inputs:
            if one.get("raise"):
                raise ValueError(f"{one['n']} is bad")
        for call in context.calls:
            with call:
                print("computed for", call.request_id)
        requests = [call.request_id for call in context.calls]
        return [{"size": len(inputs), "n": one["n"], "requests": requests, **parameters} for one in inputs]
`,
  'pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
});

let ray: RayScene;

beforeAll(async () => {
  ray = await rayScene(4);
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  await publish('batches', 120);
}, startMs);

afterAll(() => ray.stop(), startMs);

async function publish(name: string, timeoutSeconds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-ray-batches-'));
  for (const [path, text] of Object.entries(files(name, timeoutSeconds))) await writeFile(join(folder, path), text);
  const { output } = await ray.slipway(['publish', folder]);
  await rm(folder, { recursive: true });
  expect(output).toContain(`✓ ${name} 1.0.0 is live`);
}

async function call(inputs: object, parameters: object = {}, { accept = 'application/json', name = 'batches' } = {}) {
  const { api_key, namespace_id, url } = ray.local;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json', accept };
  const response = await fetch(`${url}/v1/namespaces/${namespace_id}/plugins/by-name/${name}/realtime`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ inputs, parameters }),
  });
  const { headers: got, status } = response;
  return { request: got.get('slipway-request-id'), status, text: await response.text() };
}

/** Sends calls at the same time, and returns their answers. */
async function together(calls: object[], parameters?: object): Promise<unknown[]> {
  const answers = await Promise.all(calls.map((inputs) => call(inputs, parameters)));
  return answers.map(({ text }) => JSON.parse(text));
}

const result = (fields: object) => expect.objectContaining({ raw_response: expect.objectContaining(fields) });

test('concurrent calls run together, and the handler knows the request of each', { timeout: batchMs }, async () => {
  const answers = await Promise.all([1, 2, 3].map((n) => call({ n })));
  const requests = answers.map(({ request }) => request);
  for (const [i, { text }] of answers.entries())
    expect(JSON.parse(text)).toEqual(result({ n: i + 1, size: 3, requests: expect.arrayContaining(requests) }));
  const printed = (await ray.slipway(['logs', 'batches@1.0.0', '--request', requests[0] ?? ''])).output;
  expect(printed).toContain(`computed for ${requests[0]}`);
  expect(printed).not.toContain(`computed for ${requests[1]}`);
});

test('calls with different parameters run in different batches', { timeout: batchMs }, async () => {
  const calls = [{ n: 1 }, { n: 2 }, { n: 3 }];
  const [small, large] = await Promise.all([together(calls, { limit: 1 }), together(calls, { limit: 10 })]);
  expect(small).toEqual(calls.map(({ n }) => result({ n, size: 3, limit: 1 })));
  expect(large).toEqual(calls.map(({ n }) => result({ n, size: 3, limit: 10 })));
});

test('an input that makes the handler raise fails only its own call', { timeout: batchMs }, async () => {
  expect(await together([{ n: 1 }, { n: 2, raise: true }, { n: 3 }])).toEqual([
    result({ n: 1 }),
    expect.objectContaining({ error: 'ValueError: 2 is bad' }),
    result({ n: 3 }),
  ]);
});

test('a caller who streams gets its answer as one event', { timeout: batchMs }, async () => {
  const { text } = await call({ n: 1 }, {}, { accept: 'text/event-stream' });
  expect(text).toContain('"n":1');
});

test('if a call kills the process of its batch, the others are answered alone', { timeout: batchMs }, async () => {
  const since = performance.now();
  expect(await together([{ n: 1 }, { n: 2, die: true }, { n: 3 }])).toEqual([
    result({ n: 1, size: 1 }),
    expect.objectContaining({ error: 'InstanceCrashed: A plugin process exited during the call, on gpu.' }),
    result({ n: 3, size: 1 }),
  ]);
  process.stdout.write(`The batch of a call that died was answered after ${performance.now() - since} ms\n`);
});

test('a process whose batch hangs is replaced, and calls without time left get 503', { timeout: batchMs }, async () => {
  await publish('hangs', 5);
  const hung = await Promise.all([1, 2].map((n) => call({ n, seconds: 600 }, {}, { name: 'hangs' })));
  const lost = [503, expect.stringContaining('Any call of its batch may be the cause')];
  for (const { status, text } of hung) expect([status, text]).toEqual(lost);
  await expect
    .poll(async () => (await call({ n: 3 }, {}, { name: 'hangs' })).text, { timeout: batchMs })
    .toContain('"n":3');
});
