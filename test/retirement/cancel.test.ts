// Tests cancelling and retrying deployments: the first writer wins, and no change is applied partially.
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import type { DeploymentId } from '../../src/core/ids.ts';
import { Problem } from '../../src/core/problem.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { versionSlug } from '../../src/registry/versions/versions.ts';
import { cancelDeployment } from '../../src/retirement/cancel.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { retryDeployment } from '../../src/rollouts/request-deployment.ts';
import { type ClaimedDeployment, claimDeployment, withRenewedLease } from '../../src/rollouts/steps/claim.ts';
import { goLive } from '../../src/rollouts/steps/go-live.ts';
import { abandonDeployment } from '../../src/rollouts/steps/retry-policy.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';

function cancel({ deps, actor, namespaceId }: Scene, id: DeploymentId) {
  return cancelDeployment(deps, actor, namespaceId, id);
}

function retry({ deps, actor, namespaceId }: Scene, id: DeploymentId) {
  return retryDeployment(deps, actor, namespaceId, id);
}

async function rowOf({ deps }: Scene, id: DeploymentId) {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id)).limit(1);
  if (!row) throw new Error('the deployment is gone');
  return row;
}

async function claim({ deps }: Scene, id: DeploymentId): Promise<ClaimedDeployment> {
  const work = await claimDeployment(deps, id);
  if (!work) throw new Error('not claimed');
  return work;
}

const way = [
  ['building', 'build'],
  ['starting', 'start'],
  ['verifying', 'verify'],
  ['ready', 'promote'],
] as const;

/** Claims the deployment, and runs its steps up to this state. */
async function workerAt(s: Scene, id: DeploymentId, state: string): Promise<ClaimedDeployment> {
  const work = await claim(s, id);
  for (const [next, step] of way.slice(0, way.findIndex(([name]) => name === state) + 1))
    await runStep(s.deps, work, { state: next, step }, async () => {});
  return work;
}

const conflict = (status: string) => ({ code: 'conflict', details: { resource: 'deployment', status } });

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

test('only one of a simultaneous cancellation and promotion wins, and the other is told that it lost', async () => {
  const s = await scene();
  for (let trips = 0; trips < 4; trips++) {
    const { id } = await deploy(s);
    const work = await workerAt(s, id, 'ready');
    const cancelling = cancel(s, id).then(
      () => 'cancelled',
      (error: unknown) => (error instanceof Problem && error.code === 'conflict' ? 'promoted' : `${error}`),
    );
    // The promotion starts before, between or after the cancellation's two round trips.
    for (let i = 0; i < trips; i++) (await s.deps.db.select().from(deployments).limit(1))[0];
    const [answer] = await Promise.all([cancelling, goLive(s.deps, work, []).catch(() => {})]);
    expect((await rowOf(s, id)).status).toBe(answer);
    expect((await overview(s)).serving?.id === id).toBe(answer === 'promoted');
  }
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

const ends: [string, (s: Scene, id: DeploymentId) => Promise<unknown>][] = [
  ['cancelled', cancel],
  ['superseded', (s) => deploy(s, 'batch_only')],
  ['failed', ({ deps }, id) => abandonDeployment(deps, id)],
];

test.each(ends)(
  'an instance that starts after its deployment was %s and stopped is stopped again',
  async (status, end) => {
    const s = await scene();
    const { id } = await deploy(s);
    const builder: typeof s.deps.builder = {
      ...s.deps.builder,
      start: async function* (instance, spec) {
        await end(s, id);
        // A builder restarted since then has forgotten the stop request.
        const forgetful = { ...s.deps.builder, stop: async () => {} };
        await stopDueInstances({ ...s.deps, builder: forgetful }, s.version.pluginId);
        expect((await rowOf(s, id)).instanceStoppedAt).not.toBeNull();
        yield* s.deps.builder.start(instance, spec);
        expect((await s.deps.builder.status(id))?.state).toBe('ready');
      },
    };
    await advanceDeployment({ ...s.deps, builder }, id);
    expect(await s.deps.builder.status(id)).toBeUndefined();
    expect(await rowOf(s, id)).toMatchObject({ status, instanceStoppedAt: s.clock.now() });
  },
);

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

test('a worker that lost its lease leaves the instance to the worker that has it', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const builder: typeof s.deps.builder = {
    ...s.deps.builder,
    start: async function* (instance, spec) {
      yield* s.deps.builder.start(instance, spec);
      s.clock.advance(leases.deployment.leaseMs);
      await advanceDeployment(s.deps, id);
    },
  };
  await advanceDeployment({ ...s.deps, builder }, id);
  expect([(await rowOf(s, id)).status, (await overview(s)).serving?.id]).toEqual(['promoted', id]);
  expect((await s.deps.builder.status(id))?.state).toBe('ready');
});

test('a worker in a long step finds its lease lost at the next renewal', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const work = await claim(s, id);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const endless = () => {
      enter();
      return new Promise<void>(() => {});
    };
    const ended = vi.fn();
    withRenewedLease(s.deps, work, () => runStep(s.deps, work, { state: 'building', step: 'build' }, endless)).catch(
      ended,
    );
    await entered;
    await cancel(s, id);
    vi.advanceTimersByTime(leases.deployment.renewEveryMs);
    await waitFor(() => expect(ended).toHaveBeenCalledWith(expect.objectContaining({ name: 'LeaseLost' })));
  } finally {
    vi.useRealTimers();
  }
  const [step] = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  expect(step).toMatchObject({ step: 'build', error: 'cancelled' });
});

test('a worker that lost its lease does not end the step of its successor', { tags: 'long' }, async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const slow = await claim(s, id);
  const { promise: waiting, resolve: go } = Promise.withResolvers<void>();
  const late = runStep(s.deps, slow, { state: 'building', step: 'build' }, () => waiting);
  await waitFor(async () => expect((await rowOf(s, id)).status).toBe('building'));
  s.clock.advance(60_000);
  const next = await claim(s, id);
  const { promise: stuck } = Promise.withResolvers<void>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  void runStep(s.deps, next, { state: 'building', step: 'build' }, () => {
    enter();
    return stuck;
  });
  await entered;
  go();
  await late;
  const [step] = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  expect(step).toMatchObject({ attempt: 2, endedAt: null });
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

async function failed(s: Scene): Promise<DeploymentId> {
  const { id } = await deploy(s);
  await abandonDeployment(s.deps, id);
  return id;
}

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

test('a failed retry can be retried, and so can the original attempt', { tags: 'long' }, async () => {
  const s = await scene();
  const id = await failed(s);
  const second = (await retry(s, id)).deployment;
  await abandonDeployment(s.deps, second.id);
  const third = (await retry(s, second.id)).deployment;
  await abandonDeployment(s.deps, third.id);
  const fourth = (await retry(s, id)).deployment;
  expect([second.generation, third.generation, fourth.generation]).toEqual([2, 3, 4]);
});

test.each([
  ['is under way', 'queued'],
  ['serves', 'promoted'],
  ['was overtaken', 'superseded'],
])('an attempt that %s is not retried', async (_what, status) => {
  const s = await scene();
  const { id } = await deploy(s);
  if (status === 'promoted') await advanceDeployment(s.deps, id);
  if (status === 'superseded') await deploy(s, 'batch_only');
  await expect(retry(s, id)).rejects.toMatchObject(conflict(status));
});

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

test('an unreachable builder does not affect a cancelled deployment', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const builder: typeof s.deps.builder = {
    ...s.deps.builder,
    start: async function* () {
      yield* [];
      await cancel(s, id);
      throw new BuilderError('unreachable', 'The builder does not answer');
    },
  };
  await advanceDeployment({ ...s.deps, builder }, id).catch(() => {});
  expect(await rowOf(s, id)).toMatchObject({ status: 'cancelled', error: null });
});
