// Tests traffic in races, after lost messages, and in long histories of deployments.

import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { namespaces } from '../../src/db/schema/access.ts';
import { deployments, livePointers } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deploymentOverview } from '../../src/pointers/overview.ts';
import { deleteNamespace, emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { rollBackTo } from '../../src/rollouts/rollback/rollback.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { abandonDeployment } from '../../src/rollouts/steps/retry-policy.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { deploy, overview, publishVersion, scene } from '../support/scenes/scene.ts';
import { live, named, statusOf, undeploy } from './traffic.ts';

test('ten concurrent requests create one deployment', async () => {
  const s = await scene();
  const attempts = await Promise.all(Array.from({ length: 10 }, () => deploy(s)));
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
});

test('a batch-only request supersedes a realtime deployment in progress, which then moves no traffic', async () => {
  const s = await scene();
  const realtime = await deploy(s);
  const batch = await deploy(s, 'batch_only');
  await advanceDeployment(s.deps, realtime.id);
  const { serving } = await overview(s);
  expect([serving?.id, await statusOf(s, realtime.id)]).toEqual([batch.id, 'superseded']);
});

test("later redeploys do not prolong a deployment's drain", async () => {
  const s = await scene();
  const first = await live(s);
  await live(s);
  s.clock.advance(deploymentLimits.pointerDrainMs - 1);
  const third = await live(s);
  s.clock.advance(1);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, first), await s.deps.builder.status(first)]).toEqual(['stopped', undefined]);
  expect((await overview(s)).serving?.id).toBe(third);
});

test.each(['failed', 'superseded', 'cancelled'] as const)(
  'a deployment that was %s keeps its state when its instance stops',
  { tags: 'long' },
  async (status) => {
    const s = await scene();
    const { id } = await deploy(s);
    if (status === 'failed') await abandonDeployment(s.deps, id);
    if (status === 'superseded') await deploy(s, 'batch_only');
    if (status === 'cancelled') await undeploy(s);
    await stopDueInstances(s.deps, s.version.pluginId);
    const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id)).limit(1);
    expect(row).toMatchObject({ status, instanceStoppedAt: s.clock.now() });
    const written = await s.deps.db.select().from(events).where(eq(events.subjectId, id));
    expect(written.map(({ type }) => type)).toEqual(['deployment.queued', `deployment.${status}`]);
  },
);

test.each([
  ['serves again', 'promoted', async () => {}],
  ['served again and is draining again', 'promoted', undeploy],
])(
  'a deployment that %s while another deployment of its plugin is being stopped keeps running',
  { tags: 'long' },
  async (_how, status, then) => {
    const s = await scene();
    const [newer, newest] = [
      await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0' }),
      await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.2.0' }),
    ];
    const [one, two] = [await live(s), await live(s, newer)];
    await live(s, newest);
    await undeploy(s);
    await undeploy({ ...s, version: newer });
    s.clock.advance(deploymentLimits.pointerDrainMs);
    const versions = { [one]: s.version, [two]: newer };
    const stopped: string[] = [];
    const builder: typeof s.deps.builder = {
      ...s.deps.builder,
      stop: async (id) => {
        await s.deps.builder.stop(id);
        stopped.push(id);
        if (stopped.length > 1) return;
        const other = id === one ? two : one;
        await rollBackTo(s.deps, s.actor, {
          namespaceId: s.namespaceId,
          version: versions[other] ?? newer,
          isChosen: false,
          message: null,
        });
        await then({ ...s, version: versions[other] ?? newer });
      },
    };
    await stopDueInstances({ ...s.deps, builder }, s.version.pluginId);
    const other = stopped[0] === one ? two : one;
    expect([stopped.length, await statusOf(s, other), (await s.deps.builder.status(other))?.state]).toEqual([
      1,
      status,
      'ready',
    ]);
  },
);

test('the sweep resends a lost stop message', async () => {
  const s = await scene();
  await live(s);
  await live(s);
  s.sent.length = 0;
  s.clock.advance(deploymentLimits.pointerDrainMs + 15_000);
  await sweepDeployments(s.deps);
  expect(s.sent).toContainEqual({ v: 1, type: 'stop-instances', id: s.version.pluginId });
});

test('a stop does nothing if a pointer names the deployment again', { tags: 'long' }, async () => {
  const s = await scene();
  const first = await live(s);
  await live(s);
  await s.deps.db
    .update(livePointers)
    .set({ targetId: s.version.id })
    .where(eq(livePointers.subjectId, s.version.pluginId));
  await s.deps.db
    .update(livePointers)
    .set({ targetId: sql`${first}` })
    .where(eq(livePointers.subjectId, s.version.id));
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, first), (await s.deps.builder.status(first))?.state]).toEqual(['promoted', 'ready']);
});

test('undeploying a version that is not deployed changes nothing', async () => {
  const s = await scene();
  await undeploy(s);
  await undeploy(s);
  expect(await overview(s)).toEqual({ serving: null, newest: null });
});

test('the name falls back to the deployed version that had it last', { tags: 'long' }, async () => {
  const s = await scene();
  await deploy(s, 'batch_only');
  const versions = [];
  for (const number of ['1.2.0', '1.10.0', '2.0.0']) {
    const version = await publishVersion(s.deps, s.actor, s.namespaceId, { version: number });
    await deploy({ ...s, version }, 'batch_only');
    versions.push(version);
  }
  const [, second, newest] = versions;
  if (!second || !newest) throw new Error('the versions were not published');
  expect(await named(s)).toBe(newest.id);
  await undeploy({ ...s, version: newest });
  expect(await named(s)).toBe(second.id);
});

test('a version older than the active one takes the name only if the name has no live version', async () => {
  const s = await scene({ version: '2.0.0' });
  const older = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.0' });
  await live(s, older);
  expect(await named(s)).toBe(older.id);
  await live(s);
  expect(await named(s)).toBe(s.version.id);
  await live(s, older);
  expect(await named(s)).toBe(s.version.id);
});

test('a version stays deployed when it changes from full to batch-only and back', { tags: 'long' }, async () => {
  const s = await scene();
  const first = await live(s);
  const batch = await deploy(s, 'batch_only');
  expect([(await overview(s)).serving?.id, await statusOf(s, first)]).toEqual([batch.id, 'promoted']);
  const again = await deploy(s);
  expect((await overview(s)).serving?.id).toBe(batch.id);
  await advanceDeployment(s.deps, again.id);
  expect((await overview(s)).serving?.id).toBe(again.id);
});

test('deleting a namespace undeploys and deletes everything in it', { tags: 'long' }, async () => {
  const s = await scene();
  const id = await live(s);
  // The default namespace can't be deleted.
  await s.deps.db.update(namespaces).set({ name: 'films' }).where(eq(namespaces.id, s.namespaceId));
  await deleteNamespace(s.deps, s.actor, s.namespaceId);
  // The request does this after its response, and the sweep does it too.
  await emptyDeletedNamespaces(s.deps);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect(await statusOf(s, id)).toBe('stopped');
  await expect(deploymentOverview(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0')).rejects.toThrow(
    'Namespace not found',
  );
});

test('a repeated request returns the deployment in progress', async () => {
  const s = await scene();
  const first = await deploy(s);
  expect((await deploy(s)).id).toBe(first.id);
});

test('an instance stops 30 s after the last pointer has moved away from it, and not before', async () => {
  const s = await scene();
  const id = await live(s);
  await undeploy(s);
  s.clock.advance(29_999);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, id), (await s.deps.builder.status(id))?.state]).toEqual(['promoted', 'ready']);
  s.clock.advance(1);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([await statusOf(s, id), await s.deps.builder.status(id)]).toEqual(['stopped', undefined]);
});

test('an undeploy cancels the deployment in progress, which then moves no traffic', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const held = await claimDeployment(s.deps, id);
  await undeploy(s);
  await advanceDeployment(s.deps, id);
  expect([held?.deployment.id, await statusOf(s, id), (await overview(s)).serving]).toEqual([id, 'cancelled', null]);
});
