// Tests which advisories refuse a deployment, when they come late, and what they refuse of versions that are not live.
import { describe, expect, test } from 'vitest';
import type { Severity } from '../../src/contract/advisories.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { type Hit, type Known, lockBefore, locked, osv, storeOsv, until } from '../support/scenes/advisories.ts';
import { deploy, publishVersion, scene } from '../support/scenes/scene.ts';
import { attemptsOf, back, live, named, two } from '../support/scenes/two-versions.ts';
import { affected, refuseFrom } from './refusing.ts';

describe('a new deployment', () => {
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
