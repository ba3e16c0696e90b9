// Tests that a process killed during its start counts as lost work in runs, deployments, batch tests and calls, unlike a plugin that
// can't start.
import { describe, expect, test } from 'vitest';
import { StartFailed } from '../../../../../src/builders/start-failures.ts';
import type { InstanceSpec } from '../../../../../src/contract/builder/instances.ts';
import type { StartError } from '../../../../../src/contract/builder/start-errors.ts';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { waitUntilReady } from '../../../../../src/instances/fleets/instances.ts';
import { failingStarts, times } from '../../../../support/workers/failing-starts.ts';
import { runScene } from '../../scenes/run-scene.ts';

const killed: StartError = { code: 'process-killed', message: 'The process exited: signal SIGKILL.' };
const rows = Array.from({ length: 10 }, (_, n) => ({ n }));

describe('a run', () => {
  test('a run continues after its process was killed during its start', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows });
    await scene.drain({ ...scene.deps, builder: failingStarts(scene.deps.builder, killed, times(1)) });
    expect(await scene.row(run.id)).toMatchObject({ status: 'running', error: null, done: 0 });
    expect(await scene.finish(run.id)).toMatchObject({ status: 'succeeded', done: 10, failed: 0 });
  });

  test('a run whose process is killed on every start fails with that reason, without blaming the plugin', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows });
    const deps = { ...scene.deps, builder: failingStarts(scene.deps.builder, killed, () => true) };
    for (let attempt = 0; attempt < runLimits.attemptsMax; attempt++) {
      scene.sent.push({ v: 1, type: 'work-run', id: run.id });
      await scene.drain(deps);
      scene.clock.advance(3_600_000);
    }
    expect(await scene.row(run.id)).toMatchObject({
      status: 'failed',
      error: `Rows 0 and following failed ${runLimits.attemptsMax} attempts. The last one failed: The plugin was killed while it started. The process exited: signal SIGKILL. The plugin is not at fault. Run the remaining rows again.`,
    });
  });

  test.each([
    ['process-died', 'The process exited: exit code 7.'],
    ['load-failed', 'OSError: no weights'],
    ['import-failed', 'NameError: no module'],
  ] as const)("a run whose plugin can't start fails immediately: %s", async (code, message) => {
    const scene = await runScene();
    const run = await scene.create({ rows });
    await scene.drain({ ...scene.deps, builder: failingStarts(scene.deps.builder, { code, message }, times(1)) });
    expect(await scene.row(run.id)).toMatchObject({ status: 'failed', error: `The plugin did not start: ${message}` });
  });
});

test('a killed start is reported as a builder error to everyone who waits for it', async () => {
  const { deps } = await runScene();
  const plugin = { name: 'rows', version: '1.0.0' };
  const spec: InstanceSpec = { runtime: 'python', archive: 'a'.repeat(64), plugin, dependencies: [], entry: 'run' };
  const start = (error: StartError) =>
    waitUntilReady(failingStarts(deps.builder, error, times(1)), 'dep_any', spec, () => {});
  await expect(start(killed)).rejects.toMatchObject({ name: 'BuilderError', code: 'unreachable' });
  await expect(start({ ...killed, code: 'process-died' })).rejects.toBeInstanceOf(StartFailed);
});
