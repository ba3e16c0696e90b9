// Tests a run's results as one stream: how much is read for a reader that is slow, disconnects, or shares the isolate with others.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { RunId } from '../../../../src/core/ids.ts';
import { toStream } from '../../../../src/core/paced-streams.ts';
import { turnBytes } from '../../../../src/core/turns.ts';
import { database } from '../../../../src/db/client.ts';
import { runChunks } from '../../../../src/db/schema/runs.ts';
import { partKey } from '../../../../src/features/runs/keys.ts';
import { resultBytes } from '../../../../src/features/runs/results.ts';
import { splitRun } from '../../../../src/features/runs/split/split-run.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import { doubling, type RunScene, runScene } from '../scenes/run-scene.ts';

const mebibyte = 1024 * 1024;

/** Returns a store with 100 MiB objects that counts the bytes that are read. */
function countingStore(scene: RunScene) {
  const state = { bytes: 0, cancelled: 0 };
  const body = () =>
    new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        state.bytes += turnBytes;
        controller.enqueue(new Uint8Array(turnBytes).fill(0x0a));
        if (state.bytes === 100 * mebibyte) controller.close();
      },
      cancel: () => {
        state.cancelled += 1;
      },
    });
  const blobs = new Proxy(scene.deps.blobs, {
    get: (target, name) => (name === 'get' ? async () => ({ body: body() }) : Reflect.get(target, name)),
  });
  return { state, deps: { ...scene.deps, blobs } };
}

test('a reader of results that never reads costs nothing, a reader that reads a little costs little more, and a reader that disconnects ends its stream', async () => {
  const scene = await runScene();
  const run = await scene.create({ rows: [{ n: 1 }] });
  await splitRun(scene.deps, run.id);
  const parts = [{ attempt: 1, output: 100 * mebibyte, errors: 0 }];
  await scene.deps.db.update(runChunks).set({ parts }).where(eq(runChunks.runId, run.id));
  const { deps, state } = countingStore(scene);
  const stream = toStream(resultBytes(deps, run, 'output'));
  await scheduler.wait(5);
  expect(state.bytes).toBe(0);
  const reader = stream.getReader();
  let read = 0;
  while (read < mebibyte) read += (await reader.read()).value?.length ?? 0;
  await scheduler.wait(5);
  expect(state.bytes).toBeLessThanOrEqual(read + 4 * turnBytes);
  await reader.cancel();
  expect(state.cancelled).toBe(1);
});

test('readers of large results do not delay other requests', async () => {
  const org = await organization();
  await publish(org, plugin({ name: 'large_ext', files: { 'pipeline.py': doubling } }));
  await org.post(`${org.plugins}/large_ext_1_0_0/deploy`);
  const { body } = await org.post(`${org.plugins}/large_ext_1_0_0/runs`, { input: { rows: [{ n: 1 }] } });
  const run_id: RunId = Object(body).run_id;
  const at = `/v1/namespaces/${org.namespaceId}/runs/${run_id}`;
  await waitFor(async () => expect((await org.get(at)).body).toMatchObject({ status: 'succeeded' }));
  const output = 16 * mebibyte;
  await env.ARCHIVES.put(partKey(run_id, 0, 1, 'output'), new Uint8Array(output).fill(0x0a));
  const parts = [{ attempt: 1, output, errors: 0 }];
  await database(env.DB).update(runChunks).set({ parts }).where(eq(runChunks.runId, run_id));

  const headers = { authorization: `Bearer ${org.key}`, accept: 'application/x-ndjson' };
  const order: string[] = [];
  const readers = Array.from({ length: 4 }, async () => {
    const response = await org.fetch(new Request(`http://slipway.test${at}/output`, { headers }));
    expect((await response.bytes()).length).toBe(output);
    order.push('read');
  });
  // The call goes to the builder, whose responses can be read only if the other readers leave the thread free.
  const answered = await org.post(`${org.plugins}/large_ext_1_0_0/batch/test`, { rows: [{ n: 2 }] });
  expect(answered.status).toBe(200);
  order.push('answered');
  await Promise.all(readers);
  expect(order[0]).toBe('answered');
});
