// Tests rollbacks that are repeated, concurrent or overtaken, and what becomes of their requests.
import { describe, expect, test } from 'vitest';
import { deploymentLimits } from '../../../src/contract/limits/deployments.ts';
import { formatVersion } from '../../../src/contract/plugin/manifest.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { undeployVersion } from '../../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../../src/registry/versions/versions.ts';
import { sweepDeployments } from '../../../src/rollouts/sweep.ts';
import { deploy, overview, publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { active, attemptsOf, back, finish, live, named, two } from '../../support/scenes/two-versions.ts';
import { eventTypes } from './rolling-back.ts';

/** Undeploys the version and stops its instance. */
async function cold(s: Scene, version: PluginVersion): Promise<void> {
  await undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, version.pluginId);
}

describe('the catalog', () => {
  test('a rollback in the catalog takes effect immediately, and nothing else happens without traffic by name', async () => {
    const s = await two();
    const rollback = await back(s, '1.0.0');
    expect([formatVersion(rollback.version), rollback.previous?.id, rollback.traffic]).toEqual([
      '1.0.0',
      s.v1.id,
      { state: 'none' },
    ]);
    expect([await active(s), await named(s), await attemptsOf(s, s.v0)]).toEqual([s.v0.id, null, []]);
  });

  test('a rollback has no target if there is no other version', async () => {
    await expect(back(await scene())).rejects.toMatchObject({
      code: 'conflict',
      message: 'No other version of hello_ext has been live before 1.0.0. Name the version to roll back to.',
    });
  });

  test('the catalog continues after a rollback: the next published version is active again', async () => {
    const s = await two();
    await back(s, '1.0.0');
    const v2 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.2' });
    expect(await active(s)).toBe(v2.id);
  });
});

describe('rollback to a live version', () => {
  test('a rollback to a live version moves the name immediately, deploys nothing, and leaves the newer version live', async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    expect(await named(s)).toBe(s.v1.id);
    expect((await back(s, '1.0.0')).traffic).toEqual({ state: 'serving' });
    expect([await named(s), (await attemptsOf(s, s.v0)).length]).toEqual([s.v0.id, 1]);
    expect((await overview({ ...s, version: s.v1 })).serving?.versionId).toBe(s.v1.id);
  });

  test('a rollback to a live version can go back, and forward again by number', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    await back(s);
    await back(s, '1.0.1');
    expect([await named(s), await active(s)]).toEqual([s.v1.id, s.v1.id]);
  });

  test('a repeated rollback changes nothing', async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    await back(s, '1.0.0');
    const before = (await eventTypes(s, 0)).length;
    expect((await back(s, '1.0.0')).traffic).toEqual({ state: 'serving' });
    expect(await eventTypes(s, before)).toEqual(['plugin.rolled_back']);
  });
});

describe('rollback to a draining version', () => {
  test('a rollback to a draining version makes its deployment live again, for both the version and the name', async () => {
    const s = await two();
    const first = await live(s, s.v0);
    await live(s, s.v1);
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    expect((await back(s, '1.0.0')).traffic).toEqual({ state: 'serving' });
    const { serving, newest } = await overview(s);
    expect([await named(s), serving?.id, newest?.id, serving?.stopAfter]).toEqual([s.v0.id, first, first, null]);
    s.clock.advance(deploymentLimits.pointerDrainMs);
    await stopDueInstances(s.deps, s.version.pluginId);
    expect((await s.deps.builder.status(first))?.state).toBe('ready');
    expect((await attemptsOf(s, s.v0)).map(({ status }) => status)).toEqual(['promoted']);
  });

  test('a rollback to a draining version uses the newest of several deployments', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v0);
    const second = await live(s, s.v0);
    await live(s, s.v1);
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await back(s, '1.0.0');
    expect((await overview(s)).serving?.id).toBe(second);
  });

  test('a rollback to a draining batch-only version makes it live again', { tags: 'long' }, async () => {
    const s = await two();
    const first = await live(s, s.v0, 'batch_only');
    await live(s, s.v1);
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await back(s, '1.0.0');
    expect([await named(s), (await overview(s)).serving?.id]).toEqual([s.v0.id, first]);
  });
});

describe('rollback to a version without an instance', () => {
  test('the current version stays live until the stored archive is deployed, and then the name moves', async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    await cold(s, s.v0);
    const rollback = await back(s, '1.0.0');
    expect([rollback.traffic.state, await active(s), await named(s)]).toEqual(['deploying', s.v0.id, s.v1.id]);
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v0.id);
    expect((await attemptsOf(s, s.v0)).map(({ generation, status }) => [generation, status])).toEqual([
      [1, 'stopped'],
      [2, 'promoted'],
    ]);
    expect((await overview({ ...s, version: s.v1 })).serving?.versionId).toBe(s.v1.id);
  });

  test('a rollback deploys a version that was never deployed', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v0.id);
  });

  test('a version last deployed batch-only needs no instance, so the name moves immediately', {
    tags: 'long',
  }, async () => {
    const s = await two();
    await live(s, s.v0, 'batch_only');
    await live(s, s.v1);
    await cold(s, s.v0);
    expect((await back(s, '1.0.0')).traffic).toEqual({ state: 'serving' });
    expect(await named(s)).toBe(s.v0.id);
  });

  test('a repeated rollback creates one deployment', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v1);
    const first = await back(s, '1.0.0');
    const again = await back(s, '1.0.0');
    expect(again.traffic).toEqual(first.traffic);
    expect((await attemptsOf(s, s.v0)).length).toBe(1);
  });

  test('ten concurrent rollbacks create one deployment', async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await Promise.all(Array.from({ length: 10 }, () => back(s, '1.0.0')));
    expect(new Set(rollback.map(({ traffic }) => JSON.stringify(traffic))).size).toBe(1);
    expect((await attemptsOf(s, s.v0)).length).toBe(1);
  });

  test('a rollback request survives a lost message, and the name moves', async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    s.sent.length = 0;
    s.clock.advance(16_000);
    await sweepDeployments(s.deps);
    expect(s.sent).toContainEqual({ v: 1, type: 'advance-deployment', id: Object(rollback.traffic).deploymentId });
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v0.id);
  });

  test('a rollback request survives a newly published active version', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    const v2 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.2' });
    await finish(s, rollback);
    expect([await named(s), await active(s)]).toEqual([s.v0.id, v2.id]);
  });

  test('a rollback request passes to the deployment that supersedes the requested one', { tags: 'long' }, async () => {
    const s = await two();
    await live(s, s.v1);
    await back(s, '1.0.0');
    await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.2' });
    await live(s, s.v0, 'batch_only');
    expect(await named(s)).toBe(s.v0.id);
  });

  test('the name moves as soon as the deployment is ready if the live version was undeployed in the meantime', {
    tags: 'long',
  }, async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    await undeployVersion(s.deps, s.namespaceId, s.v1, s.actor.ref);
    expect(await named(s)).toBeNull();
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v0.id);
  });

  test('a deployment in progress fulfills the rollback request', async () => {
    const s = await two();
    await live(s, s.v1);
    const { id } = await deploy({ ...s, version: s.v0 });
    const rollback = await back(s, '1.0.0');
    expect(rollback.traffic).toEqual({ state: 'deploying', deploymentId: id });
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v0.id);
  });

  test('the latest request wins: rolling forward before the deployment is ready keeps the live version', async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    await back(s, '1.0.1');
    await finish(s, rollback);
    expect([await named(s), await active(s)]).toEqual([s.v1.id, s.v1.id]);
  });

  test('undeploying the version withdraws its rollback request', async () => {
    const s = await two();
    await live(s, s.v1);
    const rollback = await back(s, '1.0.0');
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await finish(s, rollback);
    expect(await named(s)).toBe(s.v1.id);
  });
});
