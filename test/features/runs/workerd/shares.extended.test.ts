// Tests runs that wait for their organization's share of the workers.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { runChunks } from '../../../../src/db/schema/runs.ts';
import { runScene } from '../scenes/run-scene.ts';
import { claims, quotaOf, splitInto } from '../scenes/shares.ts';

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
