// Tests plugins that move between clusters, and what else a default placement decides.
import { describe, expect, test } from 'vitest';
import { changeClusterNetwork } from '../../../../src/features/clusters/clusters.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { changeSettings } from '../../../../src/organizations/settings.ts';
import { asksNetwork, deployed, operator, plugin, read } from '../scenes/places.ts';
import { connect, gpuPlugin, rayScene } from '../scenes/ray-scene.ts';

describe('the network', () => {
  test('a plugin with the network moves at its next start to another cluster whose network is open', async () => {
    const s = await rayScene(gpuPlugin(asksNetwork));
    await connect(s, null, { name: 'a', network: 'open' });
    const other = await connect(s, null, { name: 'b', network: 'open' });
    const { id } = await deployed(s);
    await changeClusterNetwork(s.deps, operator, 'a', 'none');
    await startInstance(s.deps, id, s.version);
    const rows = await s.deps.db.select().from(clusterApplications);
    expect(rows.map(({ clusterId, removedAt }) => [clusterId, removedAt])).toEqual([[other.id, null]]);
    expect((await read(s, id)).placement.cluster).toEqual({ name: 'b', network: 'open' });
  });
});

test('a plugin that asks for nothing runs on a cluster with an open network too', async () => {
  const s = await rayScene();
  await connect(s, null, { network: 'open' });
  expect(await deployed(s)).toMatchObject({ status: 'promoted', placement: { cluster: { network: 'open' } } });
});

describe('a default', () => {
  test('a default placement leaves existing deployments where they are', async () => {
    const s = await rayScene(plugin());
    await connect(s);
    const { id } = await deployed(s);
    await changeSettings(s.deps, s.actor, { placement: 'ray' });
    await startInstance(s.deps, id, s.version);
    expect([(await read(s, id)).placement.place, s.ray.listed]).toEqual([undefined, []]);
  });

  test('a default placement decides the instance limits with the place', async () => {
    const instances = 'serve_config = {"instances": {"min": 0, "max": 3, "target_in_flight": 2}}';
    const s = await rayScene(plugin(instances));
    await connect(s);
    const here = await deployed(s);
    await changeSettings(s.deps, s.actor, { placement: 'ray' });
    const there = await deployed(s);
    expect([here.scaling, there.scaling]).toEqual([{ min: 0, max: 3, target_in_flight: 2 }, null]);
    expect(s.ray.listed).toMatchObject([{ args: { serve: { autoscaling_config: { max_replicas: 3 } } } }]);
  });
});
