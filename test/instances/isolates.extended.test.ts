// Tests modules in isolates that do not start or take too long, and main modules that the plugin has replaced.
// @module-tag go
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IsolateSpec } from '../../src/contract/builder/isolates.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { answerTooLarge } from '../../src/contract/limits/limit-texts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { builderWithIsolates } from '../../src/instances/isolates.ts';
import { act, builder, buildModule, counted, driver, type Isolates, isolateScene, source } from './isolate-scene.ts';

let artifact: string;
let start: Isolates['start'];
beforeAll(async () => {
  ({ artifact, start } = await isolateScene());
}, 300_000);

describe('an instance', () => {
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
