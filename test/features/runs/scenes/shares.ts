// Runs whose chunks the tests claim themselves.
import { expect } from 'vitest';
import { setQuotas } from '../../../../src/access/organizations.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { splitRun } from '../../../../src/features/runs/split/split-run.ts';
import { claimChunk } from '../../../../src/features/runs/work/claim-chunk.ts';
import type { RunScene } from './run-scene.ts';

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Creates a run with this many chunks that no worker has claimed yet. */
export async function splitInto(scene: RunScene, chunks: number, maxParallel = 64) {
  const run = await scene.create({ rows: rows((chunks - 1) * runLimits.chunkRows + 1) }, { maxParallel });
  await splitRun(scene.deps, run.id);
  expect(await scene.row(run.id)).toMatchObject({ status: 'running', chunks });
  return run;
}

export const quotaOf = (scene: RunScene, parallel: number) =>
  setQuotas(scene.deps, scene.actor.organizationId, { type: 'admin', id: 'tests' }, { parallel_runs: parallel });

export async function claims(scene: RunScene, count: number) {
  const claimed = [];
  for (let i = 0; i < count; i++) claimed.push(await claimChunk(scene.deps));
  return claimed;
}
