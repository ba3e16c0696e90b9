// Tests enabling organization plugins in a namespace, with concurrent requests and with a process that dies between a request and its
// effects.
import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../src/access/namespaces.ts';
import { Problem } from '../../src/core/problem.ts';
import { deployments, livePointers } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { enabledPlugins } from '../../src/db/schema/registry.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { findEnableable } from '../../src/registry/versions/enabled.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { disablePlugin, enablePlugin } from '../../src/rollouts/enabling.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { sweep } from '../../src/sweep.ts';
import { textOf } from '../support/json-text.ts';
import { publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

const id = 'shared_ext_1_0_0';

interface Shared extends Scene {
  shared: PluginVersion;
}

/** Creates an organization plugin that is not enabled in any namespace. */
async function sharing(realtime = true): Promise<Shared> {
  const s = await scene();
  const options = { name: 'shared_ext', realtime };
  return { ...s, shared: await publishVersion(s.deps, s.actor, s.actor.organizationId, options) };
}

function enable({ deps, actor, namespaceId }: Shared, parameters: Record<string, string> | null = null) {
  return enablePlugin(
    deps,
    actor,
    { namespaceId, pluginId: id },
    { parameters: parameters && textOf(parameters), deploy: true },
  );
}

function disable({ deps, actor, namespaceId }: Shared) {
  return disablePlugin(deps, actor, namespaceId, id);
}

async function attempts({ deps, shared }: Shared): Promise<string[]> {
  const rows = await deps.db.select().from(deployments).where(eq(deployments.versionId, shared.id));
  return rows.map(({ status }) => status);
}

async function eventCount({ deps, shared }: Shared, type: 'plugin.enabled' | 'plugin.disabled'): Promise<number> {
  const rows = await deps.db
    .select()
    .from(events)
    .where(and(eq(events.subjectId, shared.id), eq(events.type, type)));
  return rows.length;
}

async function liveHere({ deps, namespaceId, shared }: Shared): Promise<boolean> {
  const rows = await deps.db
    .select()
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, shared.id)));
  return rows.some(({ targetId }) => targetId !== null);
}

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
  test('enabling twice writes one event and one deployment', async () => {
    const s = await sharing();
    const [first, second] = await Promise.all([enable(s), enable(s)]);
    expect(first.deployment?.id).toBe(second.deployment?.id);
    expect([await attempts(s), await eventCount(s, 'plugin.enabled')]).toEqual([['queued'], 1]);
  });

  test('enabling twice with different parameters deploys with the later ones', async () => {
    const s = await sharing();
    await Promise.all([enable(s, { tone: 'low' }), enable(s, { tone: 'high' })]);
    const { parameters } = await findEnableable(s.deps, s.actor, s.namespaceId, id);
    const rows = await s.deps.db.select().from(deployments).where(eq(deployments.versionId, s.shared.id));
    expect(rows.filter(({ status }) => status === 'queued').map((row) => row.parameters)).toEqual([parameters]);
    expect(rows.map(({ status }) => status).sort()).toEqual(['queued', 'superseded']);
  });

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

  test('disabling before the deployment is claimed cancels it', async () => {
    const s = await sharing();
    const { deployment } = await enable(s);
    await disable(s);
    if (deployment) await advanceDeployment(s.deps, deployment.id);
    expect([await attempts(s), await liveHere(s), await eventCount(s, 'plugin.disabled')]).toEqual([
      ['cancelled'],
      false,
      1,
    ]);
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

  test('disabling twice writes one event', async () => {
    const s = await sharing(false);
    await enable(s);
    await Promise.all([disable(s), disable(s)]);
    expect([await liveHere(s), await eventCount(s, 'plugin.disabled')]).toEqual([false, 1]);
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
