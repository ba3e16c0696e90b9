// Tests several plugins in one container when it is lost, when a plugin grows, moves or crashes.

import { expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { sweepKeptAwake } from '../../../src/instances/fleets/keep-awake.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { readLog } from '../../../src/logs/read-log.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { followInto } from '../../../src/rollouts/packing/follow.ts';
import { withHostedContainers } from '../../support/containers/hosted-containers.ts';
import { deploymentRow, putIn, sharedPlace } from '../../support/scenes/packed.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';
import { caller, names, type Plugin, placed, published } from './sharing.ts';

test('eight plugins share a container, answer calls, and recover together when it is lost', {
  tags: 'long',
}, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-eight000`;
  const plugins: Plugin[] = [];
  for (const name of names(8)) plugins.push(await placed(s, name, container));
  await withHostedContainers(s.deps, async (hosted) => {
    const call = caller(s, hosted);
    expect(await Promise.all(plugins.map(({ name }) => call(name)))).toEqual(plugins.map(() => 'success'));
    expect([...hosted.containers.keys()]).toEqual([container]);
    const process = hosted.containers.get(container)?.process;
    expect(process?.started).toHaveLength(1);
    await process?.destroy();
    await waitFor(async () => expect(await hosted.builder.status(plugins[0]?.id ?? '')).toBeUndefined());
    expect(await Promise.all(plugins.map(({ name }) => call(name)))).toEqual(plugins.map(() => 'success'));
    expect([[...hosted.containers.keys()], process?.started.length]).toEqual([[container], 2]);
    for (const { id } of plugins) expect(await hosted.builder.status(id)).toMatchObject({ state: 'ready' });
  });
});

test('a deployment that lost its place runs in its own container', { tags: 'long' }, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-lost0000`;
  const { id, name } = await placed(s, 'plugin_1', container);
  const neighbor = await placed(s, 'plugin_2', container);
  await withHostedContainers(s.deps, async (hosted) => {
    const call = caller(s, hosted);
    expect([await call(name), await call(neighbor.name)]).toEqual(['success', 'success']);
    await putIn(s, id, undefined);
    hosted.cache.clear();
    expect([await call(name), await call(neighbor.name)]).toEqual(['success', 'success']);
    expect([...hosted.containers.keys()]).toEqual([container, id]);
    expect(hosted.containers.get(container)?.process.started).toHaveLength(1);
  });
});

test('a stopped plugin does not affect other plugins in its container, and has its own log', {
  tags: 'long',
}, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-logs0000`;
  const first = await placed(s, 'plugin_1', container);
  const second = await placed(s, 'plugin_2', container);
  await withHostedContainers(s.deps, async (hosted) => {
    const call = caller(s, hosted);
    await call(first.name, { say: 'the first' });
    await call(second.name, { say: 'the second' });
    const deps = { ...s.deps, builder: hosted.builder };
    await deploy({ ...s, version: first.version }, 'batch_only');
    s.clock.advance(30_000);
    await stopDueInstances(deps, first.version.pluginId);
    const { instanceStoppedAt } = await deploymentRow(s, first.id);
    expect([instanceStoppedAt, hosted.containers.get(container)?.process.running]).toEqual([s.clock.now(), true]);
    await expect(startInstance(deps, first.id, first.version)).rejects.toMatchObject({ code: 'stopped' });
    expect(await hosted.builder.status(second.id)).toMatchObject({ state: 'ready', calls: 1 });
    await hosted.containers.get(container)?.managed.tick();
    const printed = async (id: DeploymentId) => (await readLog(deps, id, { limit: 100 })).lines.map(({ line }) => line);
    expect([await printed(first.id), await printed(second.id)]).toEqual([['the first'], ['the second']]);
  });
});

test('a growing plugin moves out while its neighbors answer every call', { tags: 'long' }, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-grows000`;
  const growing = await placed(s, 'plugin_1', container);
  const neighbor = await placed(s, 'plugin_2', container);
  await withHostedContainers(s.deps, async (hosted) => {
    const call = caller(s, hosted);
    await call(growing.name, { mib: 200 });
    await call(neighbor.name);
    const managed = hosted.containers.get(container)?.managed;
    await managed?.tick();
    expect(await sharedPlace(s, growing.id)).toMatchObject({ container });
    await call(growing.name, { mib: 300 });
    let isOver = false;
    const answers = new Set<string>();
    const calling = (async () => {
      while (!isOver) answers.add(await call(neighbor.name));
    })();
    await managed?.tick();
    await waitFor(async () => expect(await sharedPlace(s, growing.id)).toBeUndefined());
    await waitFor(async () => expect(await call(growing.name)).toBe('success'));
    await waitFor(() => expect([...hosted.containers.keys()]).toEqual([container, growing.id]));
    isOver = true;
    await calling;
    expect(answers).toEqual(new Set(['success']));
    expect(hosted.containers.get(container)?.process.started).toHaveLength(1);
    hosted.cache.clear();
    expect(await hosted.builder.status(growing.id)).toMatchObject({ state: 'ready' });
  });
});

test('plugins move to the larger container that replaces theirs while they answer every call', {
  tags: 'long',
}, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-follow00`;
  const [first, second] = [await placed(s, 'plugin_1', container), await placed(s, 'plugin_2', container)];
  const third = await placed(s, 'plugin_3', container);
  const larger = { container, size: 'standard-1' as const, mib: 256, network: false };
  await putIn(s, third.id, larger);
  await withHostedContainers(s.deps, async (hosted) => {
    const isolates = [caller(s, hosted), caller(s, hosted)];
    const deferred: Promise<unknown>[] = [];
    const deps = { ...s.deps, builder: hosted.builder, defer: (work: Promise<unknown>) => deferred.push(work) };
    await startInstance(deps, third.id, third.version);
    let isOver = false;
    const answers: string[] = [];
    const keepCalling = async (call: (name: string) => Promise<string>, { name }: Plugin) => {
      while (!isOver) answers.push(await call(name));
    };
    const calling = isolates.flatMap((call) => [first, second].map((plugin) => keepCalling(call, plugin)));
    await waitFor(() => expect(answers.length).toBeGreaterThan(20));
    await followInto(deps, third.version, larger);
    await Promise.all(deferred);
    const before = answers.length;
    await waitFor(() => expect(answers.length).toBeGreaterThan(before + 20));
    isOver = true;
    await Promise.all(calling);
    expect([new Set(answers), deferred.length]).toEqual([new Set(['success']), 2]);
    expect([...hosted.containers.keys()].sort()).toEqual([container, `${container} standard-1`]);
    hosted.cache.clear();
    for (const { id } of [first, second, third]) {
      expect(await hosted.builder.status(id)).toMatchObject({ state: 'ready' });
      expect(await sharedPlace(s, id)).toEqual(larger);
    }
  });
});

test('a moved plugin is ended in its former container', { tags: 'long' }, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-leaves00`;
  const [first, second] = [await placed(s, 'plugin_1', container), await placed(s, 'plugin_2', container)];
  const larger = { container, size: 'standard-1' as const, mib: 256, network: false };
  await putIn(s, second.id, larger);
  await withHostedContainers(s.deps, async (hosted) => {
    expect(await caller(s, hosted)(first.name)).toBe('success');
    const deferred: Promise<unknown>[] = [];
    const deps = { ...s.deps, builder: hosted.builder, defer: (work: Promise<unknown>) => deferred.push(work) };
    await followInto(deps, second.version, larger);
    await Promise.all(deferred);
    expect(await sharedPlace(s, first.id)).toEqual(larger);
    await putIn(s, first.id, { ...larger, size: 'basic' });
    hosted.cache.clear();
    expect(await hosted.builder.status(first.id)).toBeUndefined();
  });
});

test('a call that starts its plugin in the abandoned container is answered in the larger container', async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-starts00`;
  const atStart = 'import time\n\ntime.sleep(3)\n'; // Long enough to observe the instance during its start, even on a busy machine.
  const { id, name, version } = await placed(s, 'plugin_1', container, { atStart });
  const larger = { container, size: 'standard-1' as const, mib: 256, network: false };
  await withHostedContainers(s.deps, async (hosted) => {
    const deferred: Promise<unknown>[] = [];
    const deps = { ...s.deps, builder: hosted.builder, defer: (work: Promise<unknown>) => deferred.push(work) };
    const calling = caller(s, hosted)(name);
    await waitFor(async () => expect(await hosted.builder.status(id)).toMatchObject({ state: 'starting' }));
    await followInto(deps, version, larger);
    await Promise.all(deferred);
    expect(await calling).toBe('success');
    expect(await sharedPlace(s, id)).toEqual(larger);
    hosted.cache.clear();
    expect(await hosted.builder.status(id)).toMatchObject({ state: 'ready' });
  });
});

test('a crash-looping neighbor is restarted without the others', { tags: 'long' }, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-crash000`;
  const crashing = await placed(s, 'plugin_1', container);
  const neighbor = await placed(s, 'plugin_2', container);
  await withHostedContainers(s.deps, async (hosted) => {
    const call = caller(s, hosted);
    await call(neighbor.name);
    for (let crash = 0; crash < 3; crash++) {
      await call(crashing.name, { die: true });
      expect(await call(neighbor.name)).toBe('success');
    }
    expect(await hosted.builder.status(neighbor.id)).toMatchObject({ state: 'ready', restarts: 0, calls: 4 });
    expect(await hosted.builder.status(crashing.id)).toMatchObject({ early_crashes: 3 });
  });
});

test('a packed plugin that is kept awake is requested and started in its place', { tags: 'long' }, async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-awake000`;
  const { id } = await placed(s, 'plugin_1', container, {
    manifest: 'serve_config = {"instances": {"min": 1, "max": 1}}\n',
  });
  await withHostedContainers(s.deps, async (hosted) => {
    const deps = { ...s.deps, builder: hosted.builder };
    await sweepKeptAwake(deps);
    await waitFor(async () => expect(await hosted.builder.status(id)).toMatchObject({ state: 'ready' }));
    await sweepKeptAwake(deps);
    expect([...hosted.containers.keys()]).toEqual([container]);
  });
});

test('a deployment is verified in its own container and continues in the shared container, which the next plugin joins', async () => {
  const s = await scene();
  await withHostedContainers(s.deps, async (hosted) => {
    const deps = { ...s.deps, builder: hosted.builder };
    const deployed: DeploymentId[] = [];
    for (const name of names(2)) {
      const { id } = await deploy({ ...s, version: await published(s, name) });
      await advanceDeployment(deps, id);
      expect((await deploymentRow(s, id)).status).toBe('promoted');
      deployed.push(id);
    }
    const [first = '', second = ''] = deployed;
    const places = await Promise.all(deployed.map((id) => sharedPlace(s, id)));
    const container = places[0]?.container ?? '';
    expect([[...hosted.containers.keys()], places[1]?.container]).toEqual([[first, container, second], container]);
    const running = [...hosted.containers.values()].map(({ process }) => process.running);
    expect(running).toEqual([false, true, false]);
    expect(await caller(s, hosted)('plugin_2')).toBe('success');
  });
});
