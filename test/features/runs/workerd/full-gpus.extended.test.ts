// Tests what a run does when one of its processes finds no GPU free.
import { expect, test } from 'vitest';
import type { StartError } from '../../../../src/contract/builder/start-errors.ts';
import { workRuns } from '../../../../src/features/runs/work/work-runs.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { failingStarts } from '../../../support/workers/failing-starts.ts';
import { runScene } from '../scenes/run-scene.ts';

const full: StartError = { code: 'gpu-full', message: 'GPU 0 (H100): clip 1.0.0 holds all of it.' };
const rows = Array.from({ length: 1000 }, (_, n) => ({ n }));

test('a run without any process fails at once, and says who holds the GPUs', async () => {
  const scene = await runScene();
  const run = await scene.create({ rows });
  await scene.drain({ ...scene.deps, builder: failingStarts(scene.deps.builder, full, () => true) });
  expect(await scene.row(run.id)).toMatchObject({
    status: 'failed',
    error: 'The plugin did not start: GPU 0 (H100): clip 1.0.0 holds all of it.',
  });
});

test('a run whose further processes find no GPU goes on with those that it has', async () => {
  const scene = await runScene();
  const run = await scene.create({ rows }, { maxParallel: 3 });
  const refused = Promise.withResolvers<void>();
  const builder = failingStarts(scene.deps.builder, full, (id) => {
    const isFurther = !id.endsWith('-0');
    if (isFurther) refused.resolve();
    return isFurther;
  });
  const waiting: typeof builder = {
    ...builder,
    runRows: async (...given) => {
      await refused.promise;
      return builder.runRows(...given);
    },
  };
  const working: Promise<void>[] = [];
  let isRefused = false;
  void refused.promise.then(() => {
    isRefused = true;
  });
  await waitUntil(() => {
    for (const _ of scene.sent.splice(0)) working.push(workRuns({ ...scene.deps, builder: waiting }, run.id));
    return isRefused;
  });
  await Promise.all(working);
  await scene.drain({ ...scene.deps, builder });
  expect(await scene.finish(run.id, { ...scene.deps, builder })).toMatchObject({
    status: 'succeeded',
    done: 1000,
    failed: 0,
  });
});

test('a process that finds no GPU after it lost its chunk does not fail the run', async () => {
  const scene = await runScene();
  const run = await scene.create({ rows: rows.slice(0, 10) });
  const builder: typeof scene.deps.builder = {
    ...scene.deps.builder,
    start: async function* () {
      scene.clock.advance(3_600_000);
      await workRuns(scene.deps, run.id);
      yield { type: 'failed', error: full };
    },
  };
  scene.sent.splice(0);
  await workRuns({ ...scene.deps, builder }, run.id);
  expect(await scene.finish(run.id)).toMatchObject({ status: 'succeeded', done: 10 });
});
