// Counts the database rows that a run writes per chunk.
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { countedRows, countRows, noRows } from '../../../support/database/d1-rows.ts';
import { type RunScene, runScene } from '../scenes/run-scene.ts';

countRows(env.DB);

/** Chunks of few, large rows: on a busy machine, an attempt at many rows ends before the chunk does, and each attempt writes rows. */
const rowsPerChunk = 8;
const text = 'x'.repeat(runLimits.chunkBytes / rowsPerChunk);
const rowsOf = (chunks: number) => Array.from({ length: (chunks - 1) * rowsPerChunk + 1 }, (_, n) => ({ n, text }));

async function written(scene: RunScene, chunks: number): Promise<number> {
  const counts = noRows();
  await countedRows(counts, async () => {
    // If there were several processes, the machine's speed would decide how often chunks are divided.
    await scene.create({ rows: rowsOf(chunks) }, { maxParallel: 1 });
    await scene.drain();
  });
  return counts.written;
}

test('a chunk writes at most twelve database rows, from its split to its commit', async () => {
  const scene = await runScene();
  const few = await written(scene, 1);
  const many = await written(scene, 4);
  const each = (many - few) / 3;
  expect([each >= 4, each <= 12], `${each} rows for each chunk`).toEqual([true, true]);
});
