// Tests two live workers on one deployment: the worker that lost its lease changes nothing further, whatever it does next.
import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { StartFailed } from '../../src/builders/start-failures.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import type { DeploymentId } from '../../src/core/ids.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import {
  type ClaimedDeployment,
  claimDeployment,
  failDeployment,
  releaseDeployment,
  withRenewedLease,
} from '../../src/rollouts/steps/claim.ts';
import { goLive } from '../../src/rollouts/steps/go-live.ts';
import { handleFailure } from '../../src/rollouts/steps/retry-policy.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';
import { expectNoChange } from '../support/workers/two-workers.ts';

const seconds = 1000;

async function claimed({ deps }: Scene, id: DeploymentId): Promise<ClaimedDeployment> {
  const claim = await claimDeployment(deps, id);
  if (!claim) throw new Error('the deployment was not claimed');
  return claim;
}

async function rowOf({ deps }: Scene, id: DeploymentId) {
  return deps.db
    .select()
    .from(deployments)
    .where(eq(deployments.id, id))
    .limit(1)
    .then(([row]) => row);
}

const way = [
  ['building', 'build'],
  ['starting', 'start'],
  ['verifying', 'verify'],
  ['ready', 'promote'],
] as const;

/** Starts a worker that reached `ready` and lost its lease, and a successor that also reached `ready`. */
async function twoWorkers() {
  const s = await scene();
  const { id } = await deploy(s);
  const stale = await claimed(s, id);
  for (const [state, step] of way) await runStep(s.deps, stale, { state, step }, async () => {});
  s.clock.advance(leases.deployment.leaseMs);
  const successor = await claimed(s, id);
  await runStep(s.deps, successor, { state: 'ready', step: 'promote' }, async () => {});
  return { s, id, stale, successor };
}

const writes: [string, (s: Scene, stale: ClaimedDeployment) => Promise<unknown>][] = [
  [
    'enters its step again',
    ({ deps }, stale) => runStep(deps, stale, { state: 'ready', step: 'promote' }, async () => {}),
  ],
  [
    'enters an earlier step',
    ({ deps }, stale) => runStep(deps, stale, { state: 'building', step: 'build' }, async () => {}),
  ],
  ['promotes', ({ deps }, stale) => goLive(deps, stale, [])],
  ['fails it', ({ deps }, stale) => failDeployment(deps, stale.deployment, 'at fault', stale)],
  ['releases it', ({ deps }, stale) => releaseDeployment(deps, stale, { delayMs: 0, error: null })],
  ['fails because of the plugin', (s, stale) => handleFailure(s.deps, stale, startFailed())],
  ['fails because of the builder', (s, stale) => handleFailure(s.deps, stale, new Error('no builder'))],
  ['fails for the last time', (s, stale) => handleFailure(s.deps, exhausted(stale), new Error('no builder'))],
];

function startFailed(): StartFailed {
  return new StartFailed({ code: 'import-failed', message: 'no module named numpy' });
}

function exhausted({ deployment, ...claim }: ClaimedDeployment): ClaimedDeployment {
  return { ...claim, deployment: { ...deployment, attempts: leases.deployment.attemptsMax } };
}

describe('a worker that lost its lease', () => {
  test.each(writes)(
    'a worker that lost its lease changes nothing, and the successor promotes: %s',
    async (_what, write) => {
      const { s, id, stale, successor } = await twoWorkers();
      await expectNoChange(() => write(s, stale));
      await goLive(s.deps, successor, []);
      expect((await overview(s)).serving?.id).toBe(id);
    },
  );

  test('a worker that lost its lease fails to renew it, and gets an error', async () => {
    const { s, id, stale, successor } = await twoWorkers();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const ended = vi.fn();
      withRenewedLease(s.deps, stale, () => stale.lost.promise).catch(ended);
      await expectNoChange(async () => {
        vi.advanceTimersByTime(leases.deployment.renewEveryMs);
        await waitFor(() => expect(ended).toHaveBeenCalled());
      });
      expect(ended).toHaveBeenCalledWith(expect.objectContaining({ name: 'LeaseLost' }));
    } finally {
      vi.useRealTimers();
    }
    expect((await rowOf(s, id))?.leaseToken).toBe(successor.lease.token);
  });
});

describe('the lease', () => {
  test('the lease keeps another worker away for 20 s', async () => {
    const s = await scene();
    const { id } = await deploy(s);
    const { token } = (await claimed(s, id)).lease;
    s.clock.advance(20 * seconds - 1);
    await expectNoChange(() => advanceDeployment(s.deps, id));
    expect((await rowOf(s, id))?.leaseToken).toBe(token);
    s.clock.advance(1);
    expect((await claimed(s, id)).lease.token).not.toBe(token);
  });

  test('the lease is renewed every 5 s, so that a long step keeps it', async () => {
    const s = await scene();
    const { id } = await deploy(s);
    const claim = await claimed(s, id);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { promise: working, resolve: end } = Promise.withResolvers<void>();
    const done = withRenewedLease(s.deps, claim, () => working);
    try {
      for (let elapsed = 5; elapsed <= 60; elapsed += 5) {
        s.clock.advance(5 * seconds);
        vi.advanceTimersByTime(5 * seconds);
        await waitFor(async () => expect((await rowOf(s, id))?.leaseUntil).toBe(s.clock.now() + 20 * seconds));
        await expectNoChange(() => advanceDeployment(s.deps, id));
      }
    } finally {
      vi.useRealTimers();
      end();
      await done;
    }
  });

  test('the lease lets only one of ten simultaneous workers deploy', async () => {
    const s = await scene();
    const { id } = await deploy(s);
    await Promise.all(Array.from({ length: 10 }, () => advanceDeployment(s.deps, id)));
    expect(await rowOf(s, id)).toMatchObject({ status: 'promoted', attempts: 1 });
  });

  test("the lease can't be claimed for a deployment whose plugin has failed eight times", async () => {
    const s = await scene();
    const { id } = await deploy(s);
    const builder: typeof s.deps.builder = {
      ...s.deps.builder,
      start: async function* () {
        yield* [];
        throw new Error('the builder fails');
      },
    };
    const outcomes: (string | undefined)[] = [];
    for (let attempt = 1; attempt <= 9; attempt++) {
      await advanceDeployment({ ...s.deps, builder }, id).catch(() => {});
      outcomes.push((await rowOf(s, id))?.status);
    }
    expect(outcomes).toEqual([...Array(7).fill('starting'), 'failed', 'failed']);
    expect((await rowOf(s, id))?.attempts).toBe(8);
  });
});
