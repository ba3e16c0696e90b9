// Tests that a run whose workers die each time fails after a number of tries, and that other runs go on.
import { expect, test } from 'vitest';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { leases } from '../../../../../src/contract/limits/leases.ts';
import { noMarks } from '../../../../../src/core/work-marks.ts';
import type { Deps } from '../../../../../src/deps.ts';
import { splitRun } from '../../../../../src/features/runs/split/split-run.ts';
import { claimChunk } from '../../../../../src/features/runs/work/claim-chunk.ts';
import { sweep } from '../../../../../src/sweep.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

async function expired({ clock, deps }: RunScene): Promise<void> {
  clock.advance(leases.run.leaseMs + 1);
  await sweep(deps);
}

/** Claims as often as there is something to claim, by workers that die at once. Returns the number of claims. */
async function killedClaims(s: RunScene, most: number): Promise<number> {
  for (let claims = 0; claims < most; claims++) {
    if (!(await claimChunk(s.deps))) return claims;
    await expired(s);
  }
  return most;
}

test('a run whose workers die with its rows fails after eight tries', async () => {
  const s = await runScene();
  const run = await s.create({ rows: [{ n: 1 }] });
  await splitRun(s.deps, run.id);
  expect(await killedClaims(s, 40)).toBe(runLimits.attemptsMax);
  expect(await s.row(run.id)).toMatchObject({
    status: 'failed',
    error: 'Slipway stopped trying rows 0 and following: none of 8 tries ended. Run the remaining rows again.',
  });
});

test('a chunk that made Slipway hang three times fails its run, and the worker takes the next run', async () => {
  const s = await runScene();
  const [hanging, other] = [await s.create({ rows: [{ n: 1 }] }), await s.create({ rows: [{ n: 2 }] })];
  for (const { id } of [hanging, other]) await splitRun(s.deps, id);
  s.deps.marks = {
    ...noMarks,
    interruptions: (id) => ({ hung: id.startsWith(hanging.id) ? 3 : 0, stopped: 0 }),
  };
  await s.finish(other.id);
  expect(await s.row(other.id)).toMatchObject({ status: 'succeeded', done: 1 });
  expect(await s.row(hanging.id)).toMatchObject({ status: 'failed' });
});

test('a run whose workers die while they read its input fails after eight tries', async () => {
  const s = await runScene();
  const run = await s.create({ rows: [{ n: 1 }] });
  let opened = Promise.withResolvers<void>();
  const dead = (): Promise<never> => {
    opened.resolve();
    return new Promise(() => {});
  };
  const blobs = new Proxy(s.deps.blobs, { get: (target, name) => (name === 'get' ? dead : Reflect.get(target, name)) });
  const deps: Deps = { ...s.deps, blobs };
  for (let tries = 0; tries < runLimits.attemptsMax; tries++) {
    opened = Promise.withResolvers();
    void splitRun(deps, run.id);
    await opened.promise;
    await expired(s);
  }
  await splitRun(deps, run.id);
  expect(await s.row(run.id)).toMatchObject({
    status: 'failed',
    error: 'Slipway stopped trying to read the input: none of 8 tries ended.',
  });
});
