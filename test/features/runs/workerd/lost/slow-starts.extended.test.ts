// Tests that a run's rows don't pay for a start that the platform slowed down or prevented.
import { describe, expect, test } from 'vitest';
import type { StartError } from '../../../../../src/contract/builder/start-errors.ts';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import type { RunId } from '../../../../../src/core/ids.ts';
import { workRuns } from '../../../../../src/features/runs/work/work-runs.ts';
import { waitUntil } from '../../../../support/waiting.ts';
import { failingStarts, times } from '../../../../support/workers/failing-starts.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

const late: StartError = { code: 'start-timeout', message: 'The plugin was not ready within 30 s.' };
const diskFull: StartError = { code: 'builder-failed', message: "The builder's disk is full." };
const rows = Array.from({ length: 1000 }, (_, n) => ({ n }));

/** Works on the run until it has ended, on a builder whose starts all fail. Returns the number of starts. */
async function startsUntilFailed(scene: RunScene, runId: RunId, error: StartError): Promise<number> {
  let starts = 0;
  const builder = failingStarts(scene.deps.builder, error, () => {
    starts += 1;
    return true;
  });
  const ended = await scene.finish(runId, { ...scene.deps, builder });
  expect(ended).toMatchObject({ status: 'failed', done: 0, failed: 0 });
  return starts;
}

describe.each([
  ['reached its time limit', late],
  ['failed because of a full disk', diskFull],
] as const)('a run', (reason, error) => {
  test(`a run continues after a start that ${reason}`, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows });
    await scene.drain({ ...scene.deps, builder: failingStarts(scene.deps.builder, error, times(1)) });
    expect(await scene.row(run.id)).toMatchObject({ error: null });
    expect(await scene.finish(run.id)).toMatchObject({ status: 'succeeded', done: 1000, failed: 0 });
  });

  test(`a started process finishes the rows of a process whose every start ${reason}`, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows }, { maxParallel: 2 });
    const { promise: hasFailed, resolve } = Promise.withResolvers<void>();
    let started: string | undefined;
    const failing = failingStarts(scene.deps.builder, error, (id) => {
      started ??= id;
      if (id !== started) resolve();
      return id !== started;
    });
    const runRows: typeof failing.runRows = async (...call) => {
      await hasFailed;
      return failing.runRows(...call);
    };
    const deps = { ...scene.deps, builder: { ...failing, runRows } };
    scene.sent.length = 0;
    const first = workRuns(deps, run.id);
    await waitUntil(() => scene.sent.length > 0);
    await Promise.all([first, workRuns(deps, run.id)]);
    expect(await scene.finish(run.id, deps)).toMatchObject({ status: 'succeeded', done: 1000 });
  });
});

test('a run continues after the first start of all its processes reached the limit', async () => {
  const scene = await runScene();
  const run = await scene.create({ rows }, { maxParallel: 8 });
  const seen = new Set<string>();
  const { promise: haveAllBegun, resolve } = Promise.withResolvers<void>();
  const failing = failingStarts(scene.deps.builder, late, (id) => seen.size < seen.add(id).size);
  const start: typeof failing.start = async function* (...call) {
    for await (const event of failing.start(...call)) {
      if (seen.size === 8) resolve();
      await haveAllBegun;
      yield event;
    }
  };
  const deps = { ...scene.deps, builder: { ...failing, start } };
  const working: Promise<void>[] = [];
  await waitUntil(() => {
    for (const _ of scene.sent.splice(0)) working.push(workRuns(deps, run.id));
    return seen.size === 8;
  });
  await Promise.all(working);
  expect(await scene.row(run.id)).toMatchObject({ error: null });
  expect(await scene.finish(run.id, deps)).toMatchObject({ status: 'succeeded', done: 1000, failed: 0 });
});

describe('a run without a single successful start', () => {
  test.each([1, 4])(
    'a run whose processes, at most %i at once, never start in time fails with the reason after a limited number of starts',
    async (maxParallel) => {
      const scene = await runScene();
      const run = await scene.create({ rows }, { maxParallel });
      const starts = await startsUntilFailed(scene, run.id, late);
      expect(starts).toBeLessThanOrEqual(maxParallel * runLimits.attemptsMax);
      expect((await scene.row(run.id)).error).toMatch(
        /^The plugin did not start in \d+ attempts\. The last one failed: The plugin was not ready within 30 s\.$/,
      );
    },
  );

  test('a run whose builder keeps failing fails with the reason, without blaming the plugin', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows }, { maxParallel: 1 });
    await startsUntilFailed(scene, run.id, diskFull);
    expect((await scene.row(run.id)).error).toBe(
      `Rows 0 and following failed ${runLimits.attemptsMax} attempts. The last one failed: The builder's disk is full. The plugin is not at fault. Run the remaining rows again.`,
    );
  });
});
