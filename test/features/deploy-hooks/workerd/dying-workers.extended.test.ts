// Tests workers that die during a push: the newest push still ends up live.
// @module-tag git
// @module-tag long
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../../src/deps.ts';
import { runHook } from '../../../../src/features/deploy-hooks/run.ts';
import { deployHooks } from '../../../../src/features/deploy-hooks/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { sweep } from '../../../../src/sweep.ts';
import { killedAfter } from '../../../support/workers/killed-worker.ts';
import { pushScene, serving } from '../scenes/push-scene.ts';

describe('a worker that dies', () => {
  type Dying = (deps: Deps, die: () => never) => Deps;
  test.each<[string, Dying]>([
    ['before the source is fetched', (deps, die) => ({ ...deps, builder: { ...deps.builder, capabilities: die } })],
    ['while it is fetched', (deps, die) => ({ ...deps, builder: { ...deps.builder, fetchSource: die } })],
    ['while it is scanned', (deps, die) => ({ ...deps, parsers: { ...deps.parsers, python: die } })],
    ['before the instance starts', (deps, die) => ({ ...deps, builder: { ...deps.builder, start: die } })],
  ])('a worker that dies does not keep the newest push from ending up live: %s', async (_, dying) => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    const dead = dying(all.deps, () => {
      throw new Error('killed');
    });
    await all.push('refs/tags/v1.1.0');
    await all.drain(dead).catch(() => {});
    await all.tag('v1.2.0', '1.2.0');
    await all.push('refs/tags/v1.2.0');
    for (let i = 0; i < 8; i++) {
      all.clock.advance(30_000);
      await sweep(all.deps);
      await all.drain();
    }
    expect((await all.rows()).at(-1)).toMatchObject({ status: 'live' });
    expect((await all.rows()).every(({ endedAt }) => endedAt !== null)).toBe(true);
    expect(await serving(all)).toBe('1.2.0');
  });

  test('a worker that dies while it holds the lease leaves the hook to another worker once the lease expires', async () => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.deps.db
      .update(deployHooks)
      .set({ leaseToken: 'dead', leaseUntil: all.clock.now() + 20_000 })
      .where(eq(deployHooks.id, all.hook.id));
    await runHook(all.deps, all.hook.id);
    expect(await all.rows()).toMatchObject([{ status: 'queued' }]);
    all.clock.advance(21_000);
    await sweep(all.deps);
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  });

  test('a worker that dies after the deployment has ended leaves the push to the sweep', async () => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await runHook(all.deps, all.hook.id);
    const [push] = await all.rows();
    if (!push?.deploymentId) throw new Error('no deployment was requested');
    await advanceDeployment(all.deps, push.deploymentId);
    expect(await all.rows()).toMatchObject([{ status: 'deploying' }]);
    all.clock.advance(16_000);
    await sweep(all.deps);
    expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  });
});

test('a redeployment is requested once, whichever step a worker is killed at', async () => {
  const all = await pushScene({ action: 'redeploy' });
  for (let trips = 0, isOver = false; !isOver; trips++) {
    all.clock.advance(5);
    await all.push('refs/heads/main');
    const { dying, wasKilled } = killedAfter(all.deps, trips);
    await all.drain(dying).catch(() => {});
    isOver = !wasKilled();
    for (let i = 0; i < 6 && (await all.rows()).at(-1)?.status !== 'live'; i++) {
      all.clock.advance(30_000);
      await sweep(all.deps);
      await all.drain();
    }
    expect((await all.rows()).at(-1), `after ${trips} round trips`).toMatchObject({ status: 'live' });
    const made = await all.deps.db.select().from(deployments).where(eq(deployments.organizationId, all.org.id));
    expect(made.length, `after ${trips} round trips`).toBe(trips + 1);
  }
});
