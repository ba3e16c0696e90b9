// Tests cancellations that meet other work: promotions, starts, lost leases, and builders that don't answer.
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { Problem } from '../../src/core/problem.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { withRenewedLease } from '../../src/rollouts/steps/claim.ts';
import { goLive } from '../../src/rollouts/steps/go-live.ts';
import { abandonDeployment } from '../../src/rollouts/steps/retry-policy.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';
import { cancel, claim, conflict, ends, failed, retry, rowOf, workerAt } from './cancelling.ts';

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
