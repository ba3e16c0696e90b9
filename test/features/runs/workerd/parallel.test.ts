// Tests how a run's rows are divided among its processes.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { runChunks } from '../../../../src/db/schema/runs.ts';
import type { Deps } from '../../../../src/deps.ts';
import { workRuns } from '../../../../src/features/runs/work/work-runs.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { runScene } from '../scenes/run-scene.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

const inverting = `def invert(batch):
    batch["by"] = [1 / n for n in batch["n"]]
    return batch


def build_steps(request):
    return {"steps": [invert]}
`;

/** Returns a builder that answers rows only once this many instances work on them concurrently. Records the instance IDs. */
function together(builder: Deps['builder'], count: number): { ids: Set<string>; builder: Deps['builder'] } {
  const ids = new Set<string>();
  const { promise: areTogether, resolve } = Promise.withResolvers<void>();
  const runRows: Deps['builder']['runRows'] = async (id, ...given) => {
    if (ids.add(id).size >= count) resolve();
    await areTogether;
    return builder.runRows(id, ...given);
  };
  return { ids, builder: { ...builder, runRows } };
}

describe("a run's only chunk", () => {
  test('a chunk is divided among as many processes as its run allows', async () => {
    const scene = await runScene(inverting);
    const run = await scene.create({ rows: numbers(1000) }, { maxParallel: 3 });
    const { builder, ids } = together(scene.deps.builder, 3);
    const working: Promise<void>[] = [];
    await waitUntil(() => {
      for (const _ of scene.sent.splice(0)) working.push(workRuns({ ...scene.deps, builder }, run.id));
      return ids.size === 3;
    });
    await Promise.all(working);
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'partial', chunks: 1, rows: 1000, done: 999, failed: 1 });
    expect(await scene.lines(ended, 'output')).toEqual(
      numbers(1000)
        .slice(1)
        .map(({ n }) => ({ n, by: 1 / n })),
    );
    expect(await scene.lines(ended, 'errors')).toMatchObject([{ row: 0 }]);
  });

  test('a chunk of a run with one process is not divided', async () => {
    const scene = await runScene(inverting);
    const run = await scene.create({ rows: numbers(1000) }, { maxParallel: 1 });
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'partial', attempts: 2 });
    const parts = await scene.deps.db.select().from(runChunks).where(eq(runChunks.runId, run.id));
    expect(parts.map(({ rows }) => rows)).toEqual([1000]);
  });
});
