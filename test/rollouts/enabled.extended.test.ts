// Tests races between enabling, publishing, disabling and deleting, and processes that die.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../src/access/namespaces.ts';
import { Problem } from '../../src/core/problem.ts';
import { enabledPlugins } from '../../src/db/schema/registry.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { findEnableable } from '../../src/registry/versions/enabled.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { sweep } from '../../src/sweep.ts';
import { publishVersion } from '../support/scenes/scene.ts';
import { attempts, disable, enable, eventCount, id, liveHere, sharing } from './enabled-scene.ts';

/** Returns the result of each request, or its error code. */
async function outcomes(...requests: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(requests);
  return settled.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    if (result.reason instanceof Problem) return result.reason.code;
    throw result.reason;
  });
}

describe('concurrent requests', () => {
  test('one of a simultaneous enable and delete is refused', async () => {
    for (let round = 0; round < 3; round++) {
      const s = await sharing();
      const remove = deleteVersion(s.deps, s.actor, s.actor.organizationId, id);
      const both = await outcomes(enable(s), remove);
      expect([
        ['done', 'conflict'],
        ['not-found', 'done'],
      ]).toContainEqual(both);
      expect(await attempts(s)).toEqual(both[0] === 'done' ? ['queued'] : []);
    }
  });

  test('enabling while a plugin with that name is published in the namespace succeeds, and the publication either shadows the enabled plugin or is refused', async () => {
    for (let round = 0; round < 3; round++) {
      const s = await sharing();
      const publish = publishVersion(s.deps, s.actor, s.namespaceId, { name: 'shared_ext' });
      const [enabled, published] = await outcomes(enable(s), publish);
      expect(enabled).toBe('done');
      expect([published, await attempts(s)]).toEqual(published === 'done' ? ['done', []] : ['conflict', ['queued']]);
    }
  });

  test('publishing a plugin with that name just before enabling is written enables without deploying', async () => {
    const s = await sharing();
    let looked = false;
    const db = new Proxy(s.deps.db, {
      get: (target, name) => {
        if (name !== 'batch') return Reflect.get(target, name);
        return async (statements: Parameters<typeof target.batch>[0]) => {
          const rows = await target.batch(statements);
          if (!looked) {
            looked = true;
            await publishVersion(s.deps, s.actor, s.namespaceId, { name: 'shared_ext' });
          }
          return rows;
        };
      },
    });
    const enabled = await enable({ ...s, deps: { ...s.deps, db } });
    expect([enabled.shadowed, enabled.deployment, await attempts(s)]).toEqual([true, undefined, []]);
    expect(await findEnableable(s.deps, s.actor, s.namespaceId, id)).toMatchObject({ enabled: true, shadowed: true });
  });

  test('disabling while the instance starts cancels the deployment', async () => {
    const s = await sharing();
    const { deployment } = await enable(s);
    const { builder } = s.deps;
    const start: typeof builder.start = async function* (name, spec) {
      await disable(s);
      yield* builder.start(name, spec);
    };
    if (deployment) await advanceDeployment({ ...s.deps, builder: { ...builder, start } }, deployment.id);
    expect([await attempts(s), await liveHere(s)]).toEqual([['cancelled'], false]);
  });
});

describe('a process that dies', () => {
  test('a process that dies after enabling leaves the requested deployment to the sweep', async () => {
    const s = await sharing();
    const { deployment } = await enable(s);
    s.sent.length = 0;
    s.clock.advance(16_000);
    await sweepDeployments(s.deps);
    expect(s.sent).toContainEqual({ v: 1, type: 'advance-deployment', id: deployment?.id });
  });

  test('a process that dies after marking a namespace as deleted leaves a deletable version, and the sweep undeploys it there', async () => {
    const s = await sharing(false);
    await enable(s);
    await markNamespaceDeleted(s.deps, s.actor, s.namespaceId);
    await deleteVersion(s.deps, s.actor, s.actor.organizationId, id);
    expect(await liveHere(s)).toBe(true);
    await sweep(s.deps);
    expect([await liveHere(s), await eventCount(s, 'plugin.disabled')]).toEqual([false, 1]);
    const left = await s.deps.db.select().from(enabledPlugins).where(eq(enabledPlugins.namespaceId, s.namespaceId));
    expect(left).toEqual([]);
  });
});
