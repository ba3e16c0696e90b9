// Tests runs whose version is undeployed or replaced in the middle of their work.
import { describe, expect, test } from 'vitest';
import { sweepLimits } from '../../../../src/contract/limits/leases.ts';
import type { Run } from '../../../../src/features/runs/run.ts';
import { undeployOlder } from '../../../../src/pointers/live-versions.ts';
import { undeployTogether, undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { type RunScene, runScene } from '../scenes/run-scene.ts';

const error = 'The version was undeployed. Deploy it or another version, and run the remaining rows.';

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

function undeploy({ actor, deps, namespaceId, version }: RunScene): Promise<void> {
  return undeployVersion(deps, namespaceId, version, actor.ref);
}

describe('undeploying a version', () => {
  test('undeploying a version cancels a run in progress: finished rows keep their results, and no further row starts', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: rows(10) });
    const { builder } = scene.deps;
    const called: string[] = [];
    const runRows: typeof builder.runRows = async (id, body, options) => {
      called.push(id);
      await undeploy(scene);
      await scene.drain();
      return builder.runRows(id, body, options);
    };
    await scene.drain({ ...scene.deps, builder: { ...builder, runRows } });
    expect(called).toHaveLength(1);
    expect(await scene.row(run.id)).toMatchObject({ status: 'cancelled', error });
    scene.clock.advance(3_600_000);
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'cancelled', error });
  });

  test('one request cancels the runs of all versions that it undeploys', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: rows(10) });
    await undeployOlder(scene.deps, scene.actor, scene.namespaceId, { name: scene.version.name, keep: 0 });
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'cancelled', error });
  });

  test('undeploying a version cancels its runs even if there are more than one message handles', async () => {
    const scene = await runScene();
    const created: Run[] = [];
    for (let n = 0; n <= sweepLimits.changedByOne; n++)
      created.push(await scene.create({ format: 'jsonl', compression: null }));
    await undeploy(scene);
    await scene.drain();
    for (const { id } of created) expect(await scene.row(id)).toMatchObject({ status: 'cancelled', error });
  });

  test('no run of an undeployed version starts', async () => {
    const scene = await runScene();
    await undeploy(scene);
    await expect(scene.create({ rows: rows(10) })).rejects.toThrow(/not deployed|not found/i);
  });
});

test("a run continues when the namespace's limit on live versions undeploys its version", async () => {
  const scene = await runScene();
  const run = await scene.create({ rows: rows(10) });
  await undeployTogether(scene.deps, scene.namespaceId, [scene.version], { actor: scene.actor.ref });
  await scene.drain();
  expect(await scene.row(run.id)).toMatchObject({ status: 'succeeded', done: 10 });
});
