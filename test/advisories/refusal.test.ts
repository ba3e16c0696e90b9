// Tests that a namespace refuses new deployments of affected versions, and never what is live or a rollback.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { retryDeployment } from '../../src/rollouts/request-deployment.ts';
import { deploy, scene } from '../support/scenes/scene.ts';
import { attemptsOf, back, live, named, two } from '../support/scenes/two-versions.ts';
import { affected, refuseFrom } from './refusing.ts';

describe('a new deployment', () => {
  test('a new deployment of an affected version is refused, with the advisory, the package, the fix and how to continue', async () => {
    const s = await scene();
    await refuseFrom(s, 'high');
    const id = await affected(s);
    await expect(deploy(s)).rejects.toMatchObject({
      code: 'advisories-refused',
      status: 409,
      message: expect.stringContaining(`${id} (high) in requests 2.31.0, fixed in 2.32.4`),
      details: {
        advisories: [{ advisory_id: id, severity: 'high', package: 'requests 2.31.0', fixed_in: '2.32.4' }],
      },
    });
    await expect(deploy(s, 'batch_only')).rejects.toMatchObject({ code: 'advisories-refused' });
    expect(await attemptsOf(s, s.version)).toEqual([]);
    await refuseFrom(s, null);
    expect((await deploy(s)).status).toBe('queued');
  });
});

describe('what is live', () => {
  test('an affected version stays live and can be deployed again', async () => {
    const s = await two();
    await live(s, s.v0);
    await affected(s);
    await refuseFrom(s, 'low');
    expect(await named(s)).toBe(s.v0.id);
    await live(s, s.v0);
    expect((await attemptsOf(s, s.v0)).at(-1)?.status).toBe('promoted');
  });

  test('a rollback to an affected version that is no longer live works, and so does its retry', async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    s.clock.advance(deploymentLimits.pointerDrainMs);
    await stopDueInstances(s.deps, s.v0.pluginId);
    await affected(s);
    await refuseFrom(s, 'low');
    const first = await back(s, '1.0.0');
    if (first.traffic.state !== 'deploying') throw new Error(first.traffic.state);
    const { deploymentId } = first.traffic;
    await s.deps.db.update(deployments).set({ status: 'failed' }).where(eq(deployments.id, deploymentId));
    const { deployment } = await retryDeployment(s.deps, s.actor, s.namespaceId, deploymentId);
    await advanceDeployment(s.deps, deployment.id);
    expect(await named(s)).toBe(s.v0.id);
  });
});
