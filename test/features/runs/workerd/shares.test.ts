// Tests the order in which runs get processes: organizations take turns, and each has a quota.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { setQuotas } from '../../../../src/access/organizations.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { runChunks } from '../../../../src/db/schema/runs.ts';
import { splitRun } from '../../../../src/features/runs/split/split-run.ts';
import { claimChunk } from '../../../../src/features/runs/work/claim-chunk.ts';
import { type RunScene, runScene } from '../scenes/run-scene.ts';

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Creates a run with this many chunks that no worker has claimed yet. */
async function splitInto(scene: RunScene, chunks: number, maxParallel = 64) {
  const run = await scene.create({ rows: rows((chunks - 1) * runLimits.chunkRows + 1) }, { maxParallel });
  await splitRun(scene.deps, run.id);
  expect(await scene.row(run.id)).toMatchObject({ status: 'running', chunks });
  return run;
}

const quotaOf = (scene: RunScene, parallel: number) =>
  setQuotas(scene.deps, scene.actor.organizationId, { type: 'admin', id: 'tests' }, { parallel_runs: parallel });

async function claims(scene: RunScene, count: number) {
  const claimed = [];
  for (let i = 0; i < count; i++) claimed.push(await claimChunk(scene.deps));
  return claimed;
}

test('the next chunk comes from the organization with the fewest chunks in progress, however many runs another organization has', async () => {
  const many = await runScene();
  const first = await splitInto(many, 3);
  const second = await splitInto(many, 3);
  const few = await runScene();
  const small = await splitInto(few, 2);
  const order = (await claims(many, 6)).map((claimed) => claimed?.run.id);
  expect(order.slice(0, 2).toSorted()).toEqual([first.id, small.id].toSorted());
  expect(order.slice(2, 4).toSorted()).toEqual([first.id, small.id].toSorted());
  expect(order.slice(4)).toEqual([first.id, second.id]);
  for (const scene of [many, few]) await quotaOf(scene, 1);
  many.clock.advance(1);
  expect(await claims(many, 1)).toEqual([undefined]);
});

test("a single worker reaches a run long before it has finished another organization's older runs", async () => {
  const many = await runScene();
  const older = 30;
  for (let i = 0; i < older; i++) await splitInto(many, 1);
  const { id } = await splitInto(await runScene(), 1);
  let before = 0;
  for (;;) {
    const [claimed] = await claims(many, 1);
    if (!claimed) throw new Error('the run never had its turn');
    await many.deps.db.update(runChunks).set({ status: 'done' }).where(eq(runChunks.id, claimed.chunk.id));
    if (claimed.run.id === id) break;
    before++;
  }
  await many.deps.db.update(runChunks).set({ status: 'done' });
  expect(before).toBeLessThan(older);
});

test('a run has no more processes than requested, and each process takes a slot', async () => {
  const scene = await runScene();
  await splitInto(scene, 4, 3);
  const claimed = await claims(scene, 4);
  expect(claimed.map((one) => one?.chunk.slot)).toEqual([0, 1, 2, undefined]);
  expect(claimed.map((one) => one?.chunk.number)).toEqual([0, 1, 2, undefined]);
});

test('a run over the quota waits, even when the quota is lowered midway, and completes in the end', async () => {
  const scene = await runScene();
  const run = await splitInto(scene, 3);
  // Chunks of other tests may also be due.
  const own = async () => (await claims(scene, 12)).filter((one) => one?.run.id === run.id).length;
  await quotaOf(scene, 2);
  expect(await own()).toBe(2);
  await quotaOf(scene, 1);
  scene.clock.advance(60_000);
  expect(await own()).toBe(1);
  scene.sent.length = 0;
  const ended = await scene.finish(run.id);
  expect(ended).toMatchObject({ status: 'succeeded', done: 2 * runLimits.chunkRows + 1 });
});
