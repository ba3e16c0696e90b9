// Tests traffic: which request wins, what undeploying removes, and when an instance stops.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { requestDeployment } from '../../src/rollouts/request-deployment.ts';
import { textOf } from '../support/json-text.ts';
import { deploy, overview, publishVersion, scene } from '../support/scenes/scene.ts';
import { live, named, statusOf, undeploy } from './traffic.ts';

test('the newer request wins even if the older one finishes last', async () => {
  const s = await scene();
  const older = await deploy(s);
  await s.deps.db
    .update(deployments)
    .set({ parameters: textOf({ old: true }) })
    .where(eq(deployments.id, older.id));
  const newer = await deploy(s);
  await s.deps.db.update(deployments).set({ status: 'queued' }).where(eq(deployments.id, older.id));
  await advanceDeployment(s.deps, newer.id);
  await advanceDeployment(s.deps, older.id);
  expect([(await overview(s)).serving?.id, await statusOf(s, older.id)]).toEqual([newer.id, 'superseded']);
});

test('a redeploy takes traffic after its promotion, and the old deployment drains and stops', async () => {
  const s = await scene();
  const first = await live(s);
  const second = await live(s);
  expect((await overview(s)).serving?.id).toBe(second);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, first), (await s.deps.builder.status(first))?.state]).toEqual(['promoted', 'ready']);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, first), await s.deps.builder.status(first)]).toEqual(['stopped', undefined]);
  expect((await s.deps.builder.status(second))?.state).toBe('ready');
});

test('an undeploy clears the pointers, and the instance stops after its drain', async () => {
  const s = await scene();
  const id = await live(s);
  await undeploy(s);
  expect([await overview(s), await named(s)]).toEqual([{ serving: null, newest: null }, null]);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, id), await s.deps.builder.status(id)]).toEqual(['stopped', undefined]);
});

test('versions run side by side, and the name follows the active version and falls back to the highest remaining one', async () => {
  const s = await scene();
  await live(s);
  const next = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0' });
  expect(await named(s)).toBe(s.version.id);
  await live(s, next);
  expect(await named(s)).toBe(next.id);
  expect((await overview(s)).serving?.versionId).toBe(s.version.id);
  await undeploy({ ...s, version: next });
  expect(await named(s)).toBe(s.version.id);
});

test('deleting a live version undeploys it and frees its version number', async () => {
  const s = await scene();
  const id = await live(s);
  const deleted = await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
  expect([deleted.wasLive, await named(s)]).toEqual([true, null]);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect(await statusOf(s, id)).toBe('stopped');
  const again = await publishVersion(s.deps, s.actor, s.namespaceId, {});
  expect(again.id).not.toBe(s.version.id);
  await expect(
    requestDeployment(s.deps, {
      namespaceId: s.namespaceId,
      version: s.version,
      type: 'realtime',
      parameters: textOf({}),
      actor: s.actor.ref,
    }),
  ).rejects.toThrow('Plugin not found');
});
