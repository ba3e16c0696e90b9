// Tests runs whose namespace or version is deleted before or during their work.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../../../src/access/namespaces.ts';
import { runs } from '../../../../src/db/schema/runs.ts';
import type { Deps } from '../../../../src/deps.ts';
import { removeVersion } from '../../../../src/pointers/remove-version.ts';
import { emptyDeletedNamespaces } from '../../../../src/retirement/removal.ts';
import { sweep } from '../../../../src/sweep.ts';
import { type RunScene, runScene } from '../scenes/run-scene.ts';

const rows = Array.from({ length: 10 }, (_, n) => ({ n }));

/** Runs `happens` when the builder has received a run's rows, before it answers. */
function during({ deps }: RunScene, happens: () => Promise<unknown>): Deps {
  const runRows: Deps['builder']['runRows'] = async (...args) => {
    await happens();
    return deps.builder.runRows(...args);
  };
  return { ...deps, builder: { ...deps.builder, runRows } };
}

async function deleteNamespace({ actor, deps, namespaceId }: RunScene): Promise<void> {
  await markNamespaceDeleted(deps, actor, namespaceId);
  await emptyDeletedNamespaces(deps);
}

const deletions = [
  ['its namespace', deleteNamespace],
  ['its version', ({ actor, deps, version }: RunScene) => removeVersion(deps, version, actor.ref)],
] as const;

test.each(deletions)('a waiting run ends when %s is deleted, and processes none of its rows', async (_, remove) => {
  const scene = await runScene();
  const run = await scene.create({ rows });
  await remove(scene);
  await sweep(scene.deps);
  await scene.drain();
  expect(await runOf(scene, run.id)).toMatchObject({ status: 'cancelled', done: 0 });
});

test.each(deletions)('a run in progress ends when %s is deleted, and counts none of its rows', async (_, remove) => {
  const scene = await runScene();
  const run = await scene.create({ rows });
  const removeAndSweep = () => remove(scene).then(() => sweep(scene.deps));
  await scene.drain(during(scene, removeAndSweep));
  await sweep(scene.deps);
  await scene.drain();
  expect(await runOf(scene, run.id)).toMatchObject({ status: 'cancelled', done: 0, failed: 0 });
});

/** A run in a deleted namespace is not found by its actor, but still has a row. */
async function runOf({ deps }: RunScene, id: string) {
  return deps.db
    .select()
    .from(runs)
    .where(sql`${runs.id} = ${id}`)
    .limit(1)
    .then(([row]) => row);
}
