// Tests that a namespace refuses new deployments of affected versions, and never what is live or a rollback.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { updateNamespace } from '../../src/access/namespaces.ts';
import type { Severity } from '../../src/contract/advisories.ts';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { retryDeployment } from '../../src/rollouts/request-deployment.ts';
import {
  affect,
  type Hit,
  type Known,
  know,
  lockBefore,
  locked,
  osv,
  storeOsv,
  until,
} from '../support/scenes/advisories.ts';
import { deploy, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';
import { attemptsOf, back, live, named, two } from '../support/scenes/two-versions.ts';

async function refuseFrom({ actor, deps, namespaceId }: Scene, severity: Severity | null): Promise<void> {
  await updateNamespace(deps, actor, namespaceId, { refuseAdvisories: severity });
}

let number = 0;

/** Has a new advisory affect hello_ext. Returns its ID. */
async function affected(s: Scene, known: Partial<Known> = {}, hit: Hit = {}, version = '1.0.0'): Promise<string> {
  const id = `GHSA-refused-${number++}`;
  await know({ id, ...known });
  await affect({ id: s.actor.organizationId }, `hello_ext@${version}`, [id], hit);
  return id;
}

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

  test.each<[string, Partial<Known>, Hit, Severity, boolean]>([
    ['below the threshold', { severity: 'medium' }, {}, 'high', false],
    ['without a severity', { severity: null }, {}, 'critical', true],
    ['that was withdrawn', { withdrawn: true }, {}, 'low', false],
    ['whose vulnerable code is not reached', {}, { reach: 'none' }, 'low', false],
    ['whose vulnerable code is called', {}, { reach: 'symbol' }, 'high', true],
  ])('a deployment of a version with an advisory %s is refused or not', async (_, known, hit, threshold, isRefused) => {
    const s = await scene();
    await refuseFrom(s, threshold);
    await affected(s, known, hit);
    const outcome = await deploy(s).then(
      () => 'deployed',
      ({ code }) => code,
    );
    expect(outcome).toBe(isRefused ? 'advisories-refused' : 'deployed');
  });

  test('a deployment that waits for its worker when the advisory appears fails with the reason', async () => {
    const s = await scene();
    await refuseFrom(s, 'low');
    const { id } = await deploy(s);
    const advisory = await affected(s);
    await advanceDeployment(s.deps, id);
    expect(await attemptsOf(s, s.version)).toMatchObject([
      { status: 'failed', error: expect.stringContaining(advisory) },
    ]);
  });

  test.each([
    ['2.1.0+cpu.cxx11.abi', 'in accel 2.1.0+cpu.cxx11.abi, fixed in 9.0'],
    ['of today', "in accel of today, whose version can't be compared with the advisory, so it may be affected"],
  ])('an attempt that finds the lock of an earlier one, with accel %s, is refused too', async (number, reason) => {
    const s = await scene();
    await refuseFrom(s, 'low');
    const files = { 'requirements.txt': 'accel\n' };
    const version = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '2.0.0', files });
    await storeOsv(s.deps, [osv('GHSA-at-each-attempt', ['PyPI', 'accel'], until('9.0'))]);
    const { id } = await deploy({ ...s, version });
    await lockBefore(s.deps, version.id, [locked('accel', number)]);
    await advanceDeployment(s.deps, id);
    expect(await attemptsOf(s, version)).toMatchObject([{ status: 'failed', error: expect.stringContaining(reason) }]);
  });

  test('a refusal names ten advisories, most severe first, and counts the others', async () => {
    const s = await scene();
    await refuseFrom(s, 'low');
    for (let i = 0; i < 11; i++) await affected(s, { severity: 'low' });
    const worst = await affected(s, { severity: 'critical' });
    const { details, message } = await deploy(s).catch((error) => error);
    expect(details.advisories).toHaveLength(10);
    expect(details.advisories[0].advisory_id).toBe(worst);
    expect(message).toContain('and 2 more');
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

  test('a rollback to an affected version that was never live is refused', async () => {
    const s = await two();
    await live(s, s.v0);
    const id = await affected(s, {}, {}, '1.0.1');
    await refuseFrom(s, 'low');
    await expect(back(s, '1.0.1')).rejects.toMatchObject({
      code: 'advisories-refused',
      details: { advisories: [{ advisory_id: id }] },
    });
    expect(await named(s)).toBe(s.v0.id);
    expect(await attemptsOf(s, s.v1)).toEqual([]);
  });

  test('an undeployed version is refused like a new one', async () => {
    const s = await two();
    await live(s, s.v0);
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await affected(s);
    await refuseFrom(s, 'low');
    await expect(deploy(s)).rejects.toMatchObject({ code: 'advisories-refused' });
  });
});
