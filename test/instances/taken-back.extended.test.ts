// Tests withdrawn deployments: no stale route starts or calls their instance again.
import { expect, test } from 'vitest';
import { ManagedContainer } from '../../src/builders/containers/managed-container.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { containerLimits } from '../../src/contract/limits/containers.ts';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { nearestLimits } from '../../src/contract/limits/serving.ts';
import { startInstance } from '../../src/instances/fleets/instances.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { withContainer } from '../support/containers/container-scene.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, scene } from '../support/scenes/scene.ts';

const takenBack = { 'slipway-taken-back': '1' };
const over = { error: { code: 'stopped', message: "This instance's deployment is over." } };

async function undeployed() {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  await undeployVersion(s.deps, s.namespaceId, s.version, s.actor.ref);
  s.clock.advance(deploymentLimits.pointerDrainMs);
  await stopDueInstances(s.deps, s.version.pluginId);
  return { ...s, id };
}

test("an undeployed deployment's instance is not started again, however old the route of a call is", async () => {
  const { deps, id, version } = await undeployed();
  await expect(startInstance(deps, id, version)).rejects.toMatchObject({ code: 'stopped' });
  await expect(deps.builder.call(id, '{"inputs":{},"parameters":{}}')).rejects.toMatchObject({ code: 'stopped' });
  expect(await deps.builder.status(id)).toBeUndefined();
});

test('a call to a withdrawn deployment looks up its route again', async () => {
  const s = await scene();
  const first = await deploy(s);
  await advanceDeployment(s.deps, first.id);
  const second = await deploy(s);
  const called: string[] = [];
  const builder: typeof s.deps.builder = {
    ...s.deps.builder,
    call: (id, body, options) => {
      called.push(id);
      return id === first.id
        ? Promise.reject(new BuilderError('stopped', 'as the test says'))
        : s.deps.builder.call(id, body, options);
    },
  };
  const deps = { ...s.deps, builder, ...emptyCallCaches() };
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const call = () => invoke(deps, s.actor, callee, callOf({ text: 'hello' }));
  await expect(call()).rejects.toMatchObject({ code: 'not-deployed' });
  await advanceDeployment(s.deps, second.id);
  expect((await call()).answer).toMatchObject({ status: 'success' });
  expect(called.slice(-2)).toEqual([first.id, second.id]);
});

test("a withdrawn deployment's container is not started again, even by a start that waited for the container to end", () =>
  withContainer(async ({ ask, container, put, settings, storage }) => {
    await put();
    const [, waited] = await Promise.all([ask('DELETE', undefined, takenBack), put()]);
    for (const answer of [waited, await put(), await ask('POST', '/instances/dep_1/invoke')])
      expect([answer.status, await answer.json()]).toEqual([410, over]);
    const evicted = new ManagedContainer(container, storage, settings);
    const again = await evicted.fetch(new Request('http://container/instances/dep_1', { method: 'PUT' }));
    expect(again.status).toBe(410);
    expect(container.commands.filter((command) => command === 'start')).toEqual(['start']);
  }));

test('nothing is stored for a withdrawn deployment once no route can lead to it', () =>
  withContainer(async ({ ask, kept, put, storage }) => {
    await put();
    await ask('DELETE', undefined, takenBack);
    expect([...(await storage.list()).keys()]).toEqual(['taken-back']);
    expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
    await kept.tick();
    expect([...(await storage.list()).keys()]).toEqual([]);
  }));

test('a builder refuses a withdrawn deployment for longer than any route to the deployment is used', () => {
  expect(containerLimits.takenBackMs).toBeGreaterThan(nearestLimits.staleIfErrorMs);
  expect(deploymentLimits.pointerDrainMs).toBeGreaterThan(nearestLimits.staleWhileRevalidateMs);
});
