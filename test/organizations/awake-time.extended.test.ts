// Tests that the time of real instances is counted: by the sweep from a builder, and by a container's object at its end.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { countedInstances, usageMonths } from '../../src/db/schema/budgets.ts';
import type { Deps } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { sweepAwakeTime } from '../../src/traffic/usage.ts';
import { withHostedContainers } from '../support/containers/hosted-containers.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { ownBuilder } from '../support/own-builder.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

async function call(s: Scene, builder: Deps['builder']): Promise<void> {
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const { answer } = await invoke({ ...s.deps, ...emptyCallCaches(), builder }, s.actor, callee, callOf({}));
  expect(answer.status).toBe('success');
}

async function countedMs({ actor, deps }: Scene): Promise<number> {
  const which = eq(usageMonths.organizationId, actor.organizationId);
  const rows = await deps.db.select().from(usageMonths).where(which);
  return rows.reduce((sum, { instanceMs }) => sum + instanceMs, 0);
}

async function live(): Promise<Scene & { id: string }> {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

test('a sweep counts an instance of a builder once it has ended, and only once', async () => {
  const s = await live();
  const { builder, kill } = await ownBuilder();
  const deps = { ...s.deps, builder };
  await call(s, builder);
  await sweepAwakeTime(deps);
  expect(await countedMs(s)).toBe(0);
  await builder.stop(s.id);
  await Promise.all([sweepAwakeTime(deps), sweepAwakeTime(deps)]);
  const counted = await countedMs(s);
  expect(counted).toBeGreaterThan(0);
  await sweepAwakeTime(deps);
  const rows = await s.deps.db.select().from(countedInstances).where(eq(countedInstances.id, s.id));
  expect([await countedMs(s), rows.map(({ countedMs }) => countedMs)]).toEqual([counted, [counted]]);
  await kill();
});

test('a container counts its instance at its end', async () => {
  const s = await live();
  await withHostedContainers(s.deps, async ({ builder }) => {
    await call(s, builder);
    expect(await countedMs(s)).toBe(0);
    await builder.stop(s.id);
    expect(await countedMs(s)).toBeGreaterThan(0);
  });
});
