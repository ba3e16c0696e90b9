// @module-tag ray
// Streams the values that plugins on a real Ray yield: in order and complete, no faster than they are read, until their reader leaves or
// their process exits.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { killProcess, listProcesses } from '../../../../scripts/testing/processes.ts';
import { type RayScene, rayScene, startMs } from './scene.ts';

const streamMs = 2 * 60_000;

let ray: RayScene;
let folder: string;

beforeAll(async () => {
  ray = await rayScene(4);
  folder = await mkdtemp(join(tmpdir(), 'slipway-ray-streams-'));
  const [port = 0] = await freePorts(1);
  const urls = ['--dashboard', ray.head.dashboardUrl, '--serve', `http://${loopback}:${port}`];
  await ray.slipway(['clusters', 'add', 'gpu', ...urls, '--token-env', 'RAY_TOKEN', '--all']);
  for (const { name, define } of shapes)
    await publish(name, define, 'serve_config = {"placement": "ray", "num_cpus": 0.2}');
  await publish(
    'pair',
    'def',
    'serve_config = {"placement": "ray", "num_cpus": 0.2, "num_replicas": 2, "max_concurrency": 1}',
  );
}, startMs);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await ray.stop();
}, startMs);

/** A generator in a thread, and one on the event loop. */
const shapes = [
  { name: 'plain', define: 'def' },
  { name: 'awaiting', define: 'async def' },
];

/** Publishes a plugin that yields `count` values, and prints how many a stream that was closed had yielded. */
async function publish(name: string, define: string, config: string): Promise<void> {
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\n${config}\n`,
    'realtime.py': `import os
import time

yielded = {}

class RealtimeHandler:
    ${define} predict(self, request):
        name = request.get("name", "")
        if "asks_for" in request:
            yield {"yielded": yielded.get(request["asks_for"], 0), "process": os.getpid()}
            return
        try:
            for i in range(request["count"]):
                if i == request.get("ends_at"):
                    os._exit(3)
                yielded[name] = i + 1
                yield {"i": i, "at": time.time(), "text": request.get("text", "")}
        except GeneratorExit:
            print("closed", name)
            raise
`,
    'pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, path), text);
  }
  expect((await ray.slipway(['publish', join(folder, name)])).output).toContain(`✓ ${name} 1.0.0 is live`);
}

async function call(name: string, inputs: object, accept = 'text/event-stream'): Promise<Response> {
  const { api_key, namespace_id, url } = ray.local;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json', accept };
  const body = JSON.stringify({ inputs });
  return fetch(`${url}/v1/namespaces/${namespace_id}/plugins/by-name/${name}/realtime`, {
    method: 'POST',
    headers,
    body,
  });
}

const valueModel = z.object({ i: z.number(), at: z.number() });
const events = /^event: (?<name>\w+)\ndata: (?<data>.*)$/gm;

function eventsOf(text: string): { name: string; data: unknown }[] {
  return [...text.matchAll(events)].map(({ groups }) => ({
    name: groups?.name ?? '',
    data: JSON.parse(groups?.data ?? ''),
  }));
}

/** Reads a stream's first bytes, and returns a reader for the others. */
async function begin(name: string, inputs: object): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = (await call(name, inputs)).body?.getReader();
  if (!reader) throw new Error('The response has no body.');
  let text = '';
  while (!text.includes('event: chunk')) text += new TextDecoder().decode((await reader.read()).value);
  return reader;
}

const countModel = z.object({ raw_response: z.tuple([z.object({ yielded: z.number() })]) });

/** Returns how many values a stream has yielded. */
async function yielded(name: string, stream: string): Promise<number> {
  const response = await call(name, { asks_for: stream }, 'application/json');
  return countModel.parse(await response.json()).raw_response[0].yielded;
}

test.each(shapes)(
  '5,000 values of a $define arrive in order, as soon as they are yielded',
  { timeout: streamMs },
  async ({ name }) => {
    const read = eventsOf(await (await call(name, { count: 5000 })).text());
    const values = read.slice(0, -1).map(({ data }) => valueModel.parse(data).i);
    expect(values).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(read.at(-1)).toMatchObject({ name: 'done', data: { duration_ms: expect.any(Number) } });
    const response = await call(name, { count: 1 });
    const [first] = eventsOf(await response.text());
    process.stdout.write(`${name}: a value took ${Date.now() - 1000 * valueModel.parse(first?.data).at} ms\n`);
  },
);

test.each(shapes)(
  'a caller who does not stream gets the values of a $define as an array',
  { timeout: streamMs },
  async ({ name }) => {
    const response = await call(name, { count: 2 }, 'application/json');
    expect(await response.json()).toMatchObject({ status: 'success', raw_response: [{ i: 0 }, { i: 1 }] });
  },
);

test.each(shapes)(
  'a $define waits for a slow reader, and is closed when the reader leaves',
  { timeout: streamMs },
  async ({ name }) => {
    const text = 'x'.repeat(100_000);
    const reader = await begin(name, { count: 600, text, name: 'slow' });
    let before = -1;
    await expect
      .poll(
        async () => {
          const now = await yielded(name, 'slow');
          const isPaused = now === before;
          before = now;
          return isPaused;
        },
        { interval: 1000, timeout: streamMs },
      )
      .toBe(true);
    process.stdout.write(`${name}: ${before} values of 100 kB were yielded for a reader that took one\n`);
    expect(before).toBeLessThan(200);
    await reader.cancel();
    await expect
      .poll(async () => (await ray.slipway(['logs', `${name}@1.0.0`])).output, { timeout: streamMs })
      .toContain('closed slow');
  },
);

test('streams continue even if they take all places for calls, and another call waits for a place', {
  timeout: streamMs,
}, async () => {
  const text = 'x'.repeat(100_000);
  const readers = await Promise.all(['one', 'two'].map((stream) => begin('pair', { count: 100, text, name: stream })));
  const another = call('pair', { count: 1 }, 'application/json');
  const read = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
    let all = '';
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      all += decoder.decode(part.value, { stream: true });
    return eventsOf(all);
  };
  for (const ended of await Promise.all(readers.map(read)))
    expect([ended.length, ended.at(-1)?.name]).toEqual([100, 'done']);
  expect(await (await another).json()).toMatchObject({ status: 'success', raw_response: [{ i: 0 }] });
});

test.each([
  ['ends', { ends_at: 200 }, () => {}],
  ['is killed', {}, () => killReplicas()],
])(
  'a stream whose process %s ends with an error, and the next one is complete',
  { timeout: streamMs },
  async (_, more, kill) => {
    const response = await call('plain', { count: 1e6, text: 'x'.repeat(10_000), ...more });
    const text = response.text();
    kill();
    expect(eventsOf(await text).at(-1)).toMatchObject({
      name: 'error',
      data: { error: 'InstanceCrashed: A plugin process exited during the call, on gpu.' },
    });
    await expect
      .poll(async () => eventsOf(await (await call('plain', { count: 1 })).text()).length, { timeout: streamMs })
      .toBe(2);
  },
);

function killReplicas(): void {
  for (const { command, pid } of listProcesses(ray.head.folder)) if (command.includes('ServeReplica')) killProcess(pid);
}
