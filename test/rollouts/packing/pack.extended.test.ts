// Tests the placement of small plugins when containers grow, fail, or are wanted by two workers at a time, and when a worker dies.
import { expect, inject, test } from 'vitest';
import { leaveContainer } from '../../../src/builders/containers/outgrown.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { leases } from '../../../src/contract/limits/leases.ts';
import { type DeploymentId, isId } from '../../../src/core/ids.ts';
import type { Deps } from '../../../src/deps.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { deploymentRow, packingBuilder, putIn, requested, sharedPlace } from '../../support/scenes/packed.ts';
import { deploy, type Scene, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';
import { full, packed, packing, verifyLog } from './packing.ts';

async function sizes(s: Scene, ids: DeploymentId[]) {
  return Promise.all(ids.map(async (id) => (await sharedPlace(s, id))?.size));
}

test('a container starts small; the first plugin that does not fit gets a larger container, and the others follow', async () => {
  const s = await scene();
  const ids: DeploymentId[] = [];
  const placeOf = async (one: string) => {
    const id = ids.find((known) => known === one);
    return id && sharedPlace(s, id);
  };
  const done: string[] = [];
  const recording: Partial<Deps['builder']> = {
    start: async function* (one, spec) {
      const place = await placeOf(one);
      for await (const event of s.deps.builder.start(one, spec)) {
        if (event.type === 'ready') done.push(`start ${place?.size ?? 'alone'}`);
        yield event;
      }
    },
    stopAt: async ({ shared }, one) => {
      done.push(`stop ${shared?.size} of ${ids.map(String).indexOf(one)}`);
      expect((await placeOf(one))?.size).toBe('standard-1');
    },
  };
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const id = await requested(s, name);
    ids.push(id);
    if (name === 'fourth') expect(await sizes(s, ids.slice(0, 3))).toEqual(['basic', 'basic', 'basic']);
    done.length = 0;
    await advanceDeployment(packing(s, recording), id);
    if (name === 'fourth') {
      expect(done.slice(0, 2)).toEqual(['start alone', 'start standard-1']);
      await waitFor(() => expect(done.slice(2).sort()).toEqual([0, 1, 2].map((at) => `stop basic of ${at}`)));
    }
  }
  expect(done).toEqual(['start alone', 'start standard-1']);
  expect(await sizes(s, ids)).toEqual(Array(5).fill('standard-1'));
  const containers = await Promise.all(ids.map((id) => sharedPlace(s, id)));
  expect(new Set(containers.map((place) => place?.container)).size).toBe(1);
});

test('two workers that place concurrently never take the same space', async () => {
  const s = await scene();
  const first = await packed(s, 'first');
  const container = (await sharedPlace(s, first))?.container ?? '';
  await putIn(s, first, { container, mib: full - 256, network: false });
  const ids = await Promise.all([requested(s, 'second'), requested(s, 'third')]);
  await Promise.all(ids.map((id) => advanceDeployment(packing(s), id)));
  const places = await Promise.all(ids.map((id) => sharedPlace(s, id)));
  expect(places.filter((place) => place?.container === container)).toHaveLength(1);
  expect(new Set(places.map((place) => place?.container)).size).toBe(2);
});

test("an instance's space is freed once the instance is found stopped, and not before", async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(packing(s), id);
  const container = (await sharedPlace(s, id))?.container ?? '';
  await putIn(s, id, { container, mib: full, network: false });
  await deploy(s, 'batch_only');
  const during = await packed(s, 'during');
  expect((await sharedPlace(s, during))?.container).not.toBe(container);
  s.clock.advance(60_000);
  await stopDueInstances(packing(s), s.version.pluginId);
  await putIn(s, during, undefined);
  await putIn(s, id, { container, mib: full, network: false });
  const keeper = await packed(s, 'keeper');
  await putIn(s, keeper, { container, mib: full - 256, network: false });
  expect((await sharedPlace(s, await packed(s, 'after')))?.container).toBe(container);
});

test.each([
  ['does not start', new BuilderError('container-failed', 'its sandbox is vm')],
  ['is not free', new BuilderError('no-capacity', 'none is free')],
])('a shared container that %s leaves the plugin in its own container', async (_, failure) => {
  const s = await scene();
  const { id } = await deploy(s);
  const { start } = s.deps.builder;
  const failing: Partial<Deps['builder']> = {
    start: async function* (one, spec) {
      if (await sharedPlace(s, id)) throw failure;
      yield* start(one, spec);
    },
  };
  await advanceDeployment(packing(s, failing), id);
  expect([(await deploymentRow(s, id)).status, await sharedPlace(s, id)]).toEqual(['promoted', undefined]);
  expect(await s.deps.builder.status(id)).toMatchObject({ state: 'ready' });
  expect(await verifyLog(s, id)).toContain('It did not start there, so it gets its own container.');
});

const moments = ['with a place, before it starts there', 'before it has a place', 'before traffic moves'];

test.each(moments.slice(0, inject('long') ? moments.length : 1))(
  'a worker that dies %s leaves the remaining work to the next worker, which verifies the plugin alone again',
  async (moment) => {
    const s = await scene();
    const { id } = await deploy(s);
    const dead = new Promise<never>(() => {});
    const reached = Promise.withResolvers<void>();
    const { start, stop } = s.deps.builder;
    const die = () => {
      reached.resolve();
      return dead;
    };
    const dying: Partial<Deps['builder']> = {
      stop: (one, options) => (moment === 'before it has a place' ? die() : stop(one, options)),
      start: async function* (one, spec) {
        const isPlaced = (await sharedPlace(s, id)) !== undefined;
        if (isPlaced && moment === 'with a place, before it starts there') await die();
        for await (const event of start(one, spec)) {
          if (isPlaced && event.type === 'ready') await die();
          yield event;
        }
      },
    };
    void advanceDeployment(packing(s, dying), id);
    await reached.promise;
    s.clock.advance(leases.deployment.leaseMs + 1);
    const alone: boolean[] = [];
    const watching: Partial<Deps['builder']> = {
      start: async function* (one, spec) {
        alone.push((await sharedPlace(s, id)) === undefined);
        yield* start(one, spec);
      },
    };
    await advanceDeployment(packing(s, watching), id);
    expect([(await deploymentRow(s, id)).status, (await sharedPlace(s, id))?.mib]).toEqual(['promoted', 256]);
    expect(alone).toEqual([true, false]);
  },
);

test('a worker that lost its lease stops nothing that its successor has made live', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { status } = packingBuilder(s.deps.builder);
  const slow: Partial<Deps['builder']> = {
    status: async (one) => {
      const known = await status(one);
      asked.resolve();
      await late.promise;
      return known;
    },
    stop: () => Promise.reject(new Error('must not be stopped')),
  };
  const first = advanceDeployment(packing(s, slow), id);
  await asked.promise;
  s.clock.advance(leases.deployment.leaseMs + 1);
  await advanceDeployment(packing(s), id);
  late.resolve();
  await first;
  expect((await deploymentRow(s, id)).status).toBe('promoted');
  expect(await s.deps.builder.status(id)).toMatchObject({ state: 'ready' });
});

test('a deployment leaves its own shared container, and no other', async () => {
  const s = await scene();
  const id = await packed(s, 'growing');
  const place = await sharedPlace(s, id);
  await leaveContainer(s.deps, id, 'org_1-another');
  expect(await sharedPlace(s, id)).toEqual(place);
  await leaveContainer(s.deps, id, place?.container ?? '');
  expect((await deploymentRow(s, id)).placement).toEqual({ size: 'basic', location: null, jurisdiction: null });
  await leaveContainer(s.deps, id, place?.container ?? '');
  await leaveContainer(s.deps, 'no deployment', place?.container ?? '');
  expect(isId('deployment', id)).toBe(true);
});

test('a plugin is placed in the fullest container that fits it, or in a new one', async () => {
  const s = await scene();
  const [first, second, third] = [await packed(s, 'first'), await packed(s, 'second'), await packed(s, 'third')];
  const place = await sharedPlace(s, first);
  expect([await sharedPlace(s, second), await sharedPlace(s, third)]).toEqual([place, place]);
  const container = `${s.actor.organizationId}-fuller00`;
  await putIn(s, second, { container, mib: full - 256, network: false });
  const fourth = await packed(s, 'fourth');
  expect((await sharedPlace(s, fourth))?.container).toBe(container);
  const fifth = await packed(s, 'fifth');
  expect((await sharedPlace(s, fifth))?.container).toBe(place?.container);
  await putIn(s, first, { container: place?.container ?? '', mib: full - 511, network: false });
  const sixth = await packed(s, 'sixth');
  const fresh = (await sharedPlace(s, sixth))?.container;
  expect([place?.container, container]).not.toContain(fresh);
});
