// Tests cancelling and retrying deployments: the first writer wins, and no change is applied partially.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { DeploymentId } from '../../src/core/ids.ts';
import { deploymentStepRows } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { versionSlug } from '../../src/registry/versions/versions.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { goLive } from '../../src/rollouts/steps/go-live.ts';
import { abandonDeployment } from '../../src/rollouts/steps/retry-policy.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';
import { cancel, claim, conflict, ends, failed, retry, rowOf, workerAt } from './cancelling.ts';

test.each(['queued', 'claimed', 'building', 'starting', 'verifying', 'ready'])(
  'an attempt that is %s is cancelled: its worker changes nothing further, and no other worker claims it',
  async (state) => {
    const s = await scene();
    const { id } = await deploy(s);
    const work = state === 'queued' ? undefined : await workerAt(s, id, state);
    expect((await rowOf(s, id)).status).toBe(state);
    expect((await cancel(s, id)).deployment.status).toBe('cancelled');

    if (work) {
      await expect(runStep(s.deps, work, { state: 'ready', step: 'promote' }, async () => {})).rejects.toThrow(
        'lost the lease',
      );
      await expect(goLive(s.deps, work, [])).rejects.toThrow('lost the lease');
    }
    s.clock.advance(60_000);
    s.sent.length = 0;
    await sweepDeployments(s.deps);
    expect(s.sent.filter((message) => message.id === id)).toEqual([]);
    await advanceDeployment(s.deps, id);
    expect([(await rowOf(s, id)).status, (await overview(s)).serving]).toEqual(['cancelled', null]);
  },
);

test('cancelling is idempotent', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const [first, second] = [await cancel(s, id), await cancel(s, id)];
  expect(second).toEqual(first);
  const cancelEvents = await s.deps.db.select().from(events).where(eq(events.subjectId, id));
  expect(cancelEvents.map(({ type }) => type)).toEqual(['deployment.queued', 'deployment.cancelled']);
});

test.each([
  ['serves', 'promoted'],
  ['failed', 'failed'],
  ['was overtaken', 'superseded'],
])('an attempt that %s is not cancelled', async (_what, status) => {
  const s = await scene();
  const { id } = await deploy(s);
  if (status === 'promoted') await advanceDeployment(s.deps, id);
  if (status === 'failed') await abandonDeployment(s.deps, id);
  if (status === 'superseded') await deploy(s, 'batch_only');
  await expect(cancel(s, id)).rejects.toMatchObject(conflict(status));
  expect((await rowOf(s, id)).status).toBe(status);
});

test.each(ends)('an instance is not started after its deployment was %s and stopped', async (status, end) => {
  const s = await scene();
  const { id } = await deploy(s);
  const builder: typeof s.deps.builder = {
    ...s.deps.builder,
    start: async function* (instance, spec) {
      await end(s, id);
      await stopDueInstances(s.deps, s.version.pluginId);
      yield* s.deps.builder.start(instance, spec);
    },
  };
  await advanceDeployment({ ...s.deps, builder }, id);
  expect(await s.deps.builder.status(id)).toBeUndefined();
  expect(await rowOf(s, id)).toMatchObject({ status, instanceStoppedAt: s.clock.now() });
});

test('cancelling a redeployment does not affect traffic', async () => {
  const s = await scene();
  const first = await deploy(s);
  await advanceDeployment(s.deps, first.id);
  const second = await deploy(s);
  await cancel(s, second.id);
  const { serving, newest } = await overview(s);
  expect([serving?.id, newest?.id]).toEqual([first.id, first.id]);
});

async function cancelled(s: Scene): Promise<DeploymentId> {
  const { id } = await deploy(s);
  await cancel(s, id);
  return id;
}

test.each([
  ['failed', failed],
  ['cancelled', cancelled],
])(
  'an attempt that %s is retried as a new attempt of the same kind, and only one is in progress',
  async (_how, end) => {
    const s = await scene();
    const id = await end(s);
    const [one, two] = await Promise.all([retry(s, id), retry(s, id)]);
    expect(two.deployment.id).toBe(one.deployment.id);
    expect(one.deployment).toMatchObject({ type: 'realtime', parameters: {}, generation: 2, status: 'queued' });
    expect((await retry(s, id)).deployment.id).toBe(one.deployment.id);
    await advanceDeployment(s.deps, one.deployment.id);
    expect((await overview(s)).serving?.id).toBe(one.deployment.id);
  },
);

test('a deployment of a deleted version is not retried', async () => {
  const s = await scene();
  const id = await failed(s);
  await deleteVersion(s.deps, s.actor, s.namespaceId, versionSlug(s.version));
  await expect(retry(s, id)).rejects.toMatchObject({ code: 'not-found' });
});

test('a log can be read while its step runs, and keeps its newest lines', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const work = await claim(s, id);
  const at = '2026-11-20T12:00:00.000Z';
  await runStep(s.deps, work, { state: 'building', step: 'build' }, async (log) => {
    for (let i = 1; i <= 600; i++) log({ at, stream: 'stdout', line: `line ${i}` });
  });
  const [step] = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  expect([step?.logLines, step?.log?.length, step?.log?.[0]?.line, step?.log?.at(-1)?.line]).toEqual([
    600,
    500,
    'line 101',
    'line 600',
  ]);
});
