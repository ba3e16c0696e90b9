// Tests that an undeployed version processes no rows, and that runs survive if their version is only replaced.
import { describe, expect, test } from 'vitest';
import { startRun } from '../../../../src/features/runs/start-run.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { type RunScene, runScene } from '../scenes/run-scene.ts';

const error = 'The version was undeployed. Deploy it or another version, and run the remaining rows.';

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

function undeploy({ actor, deps, namespaceId, version }: RunScene): Promise<void> {
  return undeployVersion(deps, namespaceId, version, actor.ref);
}

describe('undeploying a version', () => {
  test('undeploying a version cancels a waiting run, and also a run that has no input yet', async () => {
    const scene = await runScene();
    const waiting = await scene.create({ rows: rows(10) });
    const open = await scene.create({ format: 'jsonl', compression: null });
    await undeploy(scene);
    await scene.drain();
    for (const { id } of [waiting, open])
      expect(await scene.row(id)).toMatchObject({ status: 'cancelled', error, done: 0 });
    await expect(startRun(scene.deps, scene.actor, scene.namespaceId, open.id)).rejects.toThrow(/is cancelled/);
  });

  test('a run created after the version was redeployed continues', async () => {
    const scene = await runScene();
    await undeploy(scene);
    await deploy(scene, 'batch_only');
    const run = await scene.create({ rows: rows(10) });
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'succeeded', done: 10 });
  });
});
