// Tests the isolate driver with a real loader: Dynamic Workers that run well-behaved plugins. workerd enforces no limits locally, so
// test/builder/isolates/isolates-hostile.test.ts tests hostile plugins with the builder.
// @module-tag go
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { packZip } from '../../src/archive/zip/pack.ts';
import type { IsolateSpec } from '../../src/contract/builder/isolates.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { answerTooLarge } from '../../src/contract/limits/limit-texts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { wasmKey } from '../../src/instances/builds/builds.ts';
import { builderWithIsolates } from '../../src/instances/isolates.ts';
import { builderByUrl } from '../support/builder-by-url.ts';
import { pipelineSource } from '../support/plugins/go-sources.ts';

const body = `switch action {
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Hour)
	case "panic":
		panic("on purpose")
	case "nested":
		var value interface{} = 1
		for i := 0; i < 600; i++ {
			value = []interface{}{value}
		}
		return map[string]interface{}{"value": value}, nil
	}
	calls++
	return map[string]interface{}{"calls": calls, "params": params}, nil`;
const source = pipelineSource({ body, imports: ['os', 'time'], more: 'var calls int\n' });

const builder = builderByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN });
const modules = new Map<string, string>();
const driver = builderWithIsolates(builder, {
  loader: env.LOADER,
  blobs: env.ARCHIVES,
  clock: systemClock,
  moduleOf: async (id) => modules.get(id) ?? null,
  logOf: () => [],
});

let artifact: string;
beforeAll(async () => {
  artifact = await buildModule(source);
}, 300_000);

/** Builds the source with the builder, and stores its module for the driver. */
async function buildModule(files: Record<string, string>): Promise<string> {
  const encoder = new TextEncoder();
  const zip = await packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })),
  );
  const archive = await sha256Hex(zip);
  const host = builder.buildHost(archive);
  await builder.putBlob(host, archive, new Blob([zip]).stream(), zip.length);
  for await (const event of builder.build({
    runtime: 'go',
    archive,
    commit: null,
    scope: 'plg_isolates',
    wasm: true,
  })) {
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type !== 'built') continue;
    const { wasm } = event.build;
    if (!wasm || 'reason' in wasm) throw new Error(wasm?.reason);
    const { sha256, size_bytes } = wasm.artifact;
    const bytes = await builder.getBlob(host, sha256);
    if (bytes)
      await env.ARCHIVES.put(wasmKey(sha256), bytes.pipeThrough(new FixedLengthStream(size_bytes)), { sha256 });
    return sha256;
  }
  throw new Error('the build has no result');
}

let names = 0;
/** Starts an instance, and returns its ID and its events. */
async function start(sha256 = artifact) {
  const id = `dep_isolate_${names++}`;
  modules.set(id, sha256);
  const spec: IsolateSpec = {
    runtime: 'isolate',
    kind: 'pipeline',
    artifact: sha256,
    plugin: { name: 'demo', version: 'v1' },
  };
  const events = [];
  for await (const event of driver.start(id, spec)) events.push(event);
  return { id, events };
}

async function act(id: string, action: string, callMs?: number) {
  const body = JSON.stringify({ method: 'execute', params: { action, params: { n: 1.5 } } });
  const answer = await driver.operate(id, body, { callMs });
  return 'error' in answer ? answer : { result: answer.result.parsed() };
}

function counted(calls: number) {
  return { result: { output: { calls, params: { n: 1.5 } }, context: { steps: {}, max_size: 0 } } };
}

describe('an instance', () => {
  test('an instance in an isolate is loaded once, and can then be called any number of times', async () => {
    const { id, events } = await start();
    expect(events).toMatchObject([
      { type: 'step', step: 'load' },
      { type: 'ready', instance: { id, state: 'ready', code: artifact, restarts: 0 } },
    ]);
    expect([await act(id, 'count'), await act(id, 'count')]).toEqual([counted(1), counted(2)]);
    expect(await driver.status(id)).toMatchObject({ id, state: 'ready', code: artifact });
    await driver.standBy(id, 1);
    await driver.stop(id);
    expect(await driver.logs(id)).toBeUndefined();
  });

  test('an instance in an isolate needs no start, because the first call creates its isolate', async () => {
    modules.set('dep_unstarted', artifact);
    expect(await act('dep_unstarted', 'count')).toEqual(counted(1));
  });

  test('an instance in an isolate shares nothing with another instance of the same module', async () => {
    const [one, two] = [await start(), await start()];
    await act(one.id, 'count');
    expect(await act(two.id, 'count')).toEqual(counted(1));
  });

  test('an instance in an isolate answers concurrent calls', { tags: 'long' }, async () => {
    const { id } = await start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(id, 'count')));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, at) => counted(at + 1)));
  });

  test('an instance whose module is missing from the store does not start, and is not ready', async () => {
    const { id, events } = await start('ab'.repeat(32));
    expect(await driver.status(id)).toBeUndefined();
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: {
        code: 'artifact-invalid',
        message: 'The module of this version is not in the store. Install the plugin again.',
      },
    });
  });

  test('an instance whose plugin is of another type does not start, and the error names the missing method', {
    tags: 'long',
  }, async () => {
    const misfit = { ...source, 'plugin.go': 'package main\n\nvar Plugin struct{}\n' };
    const { events } = await start(await buildModule(misfit));
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'wrong-interface', message: expect.stringContaining('missing method Execute') },
    });
  });
});

describe('a call', () => {
  test('a call to an isolate that panics returns the panic, and the next call gets a new instance', async () => {
    const { id } = await start();
    await act(id, 'count');
    expect(await act(id, 'panic')).toMatchObject({ error: { code: 'plugin_panic', message: 'on purpose' } });
    expect(await act(id, 'count')).toEqual(counted(1));
  });

  test('a call to an isolate that exits is a crash, which counts toward the automatic rollback', async () => {
    const { id } = await start();
    const message = 'The plugin ended during the call: exit code 3.';
    await expect(act(id, 'exit')).rejects.toMatchObject({ code: 'instance-crashed', message, crashes: 1 });
    await expect(act(id, 'exit')).rejects.toMatchObject({ code: 'instance-crashed', crashes: 2 });
    expect(await act(id, 'count')).toEqual(counted(1));
  });

  test('a call to an isolate that sleeps beyond its time limit is a timeout', { tags: 'long' }, async () => {
    const { id } = await start();
    const message = 'The plugin slept beyond its time limit of 2000 ms.';
    await expect(act(id, 'sleep', 2000)).rejects.toMatchObject({ code: 'call-timeout', message });
  });

  test("a call to an isolate whose answer is too deeply nested is the plugin's error", { tags: 'long' }, async () => {
    const { id } = await start();
    const message = "The plugin's answer nests deeper than 500 levels.";
    await expect(act(id, 'nested')).rejects.toMatchObject({ code: 'answer-invalid', message });
  });
});

/** Returns a driver whose isolates have this main module. */
function driverWithMain(js: string) {
  const loader: WorkerLoader = {
    get: (id, code) => env.LOADER.get(id, async () => ({ ...(await code()), modules: { 'main.js': { js } } })),
    load: (code) => env.LOADER.load(code),
  };
  const moduleOf = async () => artifact;
  return builderWithIsolates(builder, { loader, blobs: env.ARCHIVES, clock: systemClock, moduleOf, logOf: () => [] });
}

/** Answers with a 1 GiB body of spaces. */
const flood = (status: number) => `export default {
  async fetch() {
    let left = 1024;
    const pull = (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(2 ** 20).fill(32)) : controller.close());
    return new Response(new ReadableStream({ pull }), { status: ${status} });
  },
};`;

describe('an isolate whose main module the plugin has replaced', { tags: 'long' }, () => {
  const call = (id: string, js: string) =>
    driverWithMain(js).operate(id, JSON.stringify({ method: 'execute', params: { action: 'count' } }));

  test.each([200, 502])(
    'an isolate whose main module the plugin has replaced is read only up to the answer limit, with status %s',
    async (status) => {
      const message = answerTooLarge(builderLimits.callBytes);
      await expect(call(`dep_flood_${status}`, flood(status))).rejects.toMatchObject({
        code: 'answer-invalid',
        message,
      });
    },
  );

  test('an isolate whose main module the plugin has replaced does not start with a 1 GiB greeting', async () => {
    const spec: IsolateSpec = {
      runtime: 'isolate',
      kind: 'pipeline',
      artifact,
      plugin: { name: 'demo', version: 'v1' },
    };
    const events = [];
    for await (const event of driverWithMain(flood(200)).start('dep_flood_load', spec)) events.push(event);
    const message = answerTooLarge(builderLimits.callBytes);
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'load-failed', message } });
  });

  test("an isolate whose main module the plugin has replaced can't report a builder error, which would be retried", async () => {
    const error = { code: 'instance-gone', message: 'Try again.' };
    const js = `export default { fetch: () => Response.json(${JSON.stringify({ error })}, { status: 502 }) };`;
    const message = "The plugin's isolate returned something other than a result.";
    await expect(call('dep_forged', js)).rejects.toMatchObject({ code: 'answer-invalid', message });
  });
});

test('instances that are not in isolates are left to the builder', async () => {
  expect(await driver.status('dep_elsewhere')).toBeUndefined();
  await expect(act('dep_elsewhere', 'count')).rejects.toMatchObject({ code: 'instance-gone' });
  expect((await driver.capabilities()).isolates).toEqual({ available: true });
});
