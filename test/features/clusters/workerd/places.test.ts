// Tests what operators and organizations decide about Ray: which clusters plugins may use that ask for the network, and whether plugins
// run on a cluster whose manifest doesn't say.
import { describe, expect, test } from 'vitest';
import { updateNamespace } from '../../../../src/access/namespaces.ts';
import type { ExtractorPlacement } from '../../../../src/contract/states.ts';
import { changeClusterNetwork } from '../../../../src/features/clusters/clusters.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { checkRequirements } from '../../../../src/instances/requirements/check-requirements.ts';
import { changeSettings } from '../../../../src/organizations/settings.ts';
import { instanceState } from '../../../../src/serve/instance-state.ts';
import { overview } from '../../../support/scenes/scene.ts';
import { asksNetwork, deployed, network, operator, plugin, read } from '../scenes/places.ts';
import { connect, gpuPlugin, type RayScene, rayScene } from '../scenes/ray-scene.ts';

function missing(s: RayScene, permissions = {}, serve_config = {}) {
  const plugin = { name: 'hello_ext', shared: false, permissions, serve_config };
  return checkRequirements(s.deps, s.actor, s.namespaceId, plugin).then((all) => all.map(({ message }) => message));
}

describe('the network', () => {
  const noOpenCluster =
    "asks for the network, and no Ray cluster that accepts this organization's plugins has an open one. Ask the operator for one, with `slipway clusters add --network open`";

  test('a plugin that asks for the network runs only on a cluster whose network is open, and the deployment says so', async () => {
    const s = await rayScene(gpuPlugin(asksNetwork));
    await connect(s);
    expect(await deployed(s)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining(`hello_ext 1.0.0 ${noOpenCluster}`),
    });
    expect(s.ray.listed).toEqual([]);
    await connect(s, null, { name: 'open', network: 'open' });
    const { id, placement, status } = await deployed(s);
    expect([status, placement.cluster]).toEqual(['promoted', { name: 'open', network: 'open' }]);
    const { serving } = await overview(s);
    expect(await instanceState(s.deps, serving)).toMatchObject({ cluster: { name: 'open', network: 'open' } });
    await changeClusterNetwork(s.deps, operator, 'open', 'none');
    expect((await read(s, id)).placement.cluster).toEqual({ name: 'open', network: 'open' });
  });

  test('a plugin that asks for the network is refused before it is published unless a cluster has an open network, and if it asks for a forward', async () => {
    const s = await rayScene();
    await connect(s);
    const serve = { num_gpus: 1 };
    expect(await missing(s, { network }, serve)).toEqual([expect.stringContaining(noOpenCluster)]);
    expect(await missing(s, {}, serve)).toEqual([]);
    await changeClusterNetwork(s.deps, operator, 'gpu', 'open');
    expect(await missing(s, { network }, serve)).toEqual([]);
    expect(await missing(s, { forward: { 5432: 'db.example.com:5432' } }, serve)).toEqual([
      'hello_ext asks for forward 5432 to db.example.com:5432, and nothing on a Ray cluster can limit it to that target.',
    ]);
  });

  test('a plugin with the network keeps running after the operator closes the network, and its next start is refused and leaves nothing there', async () => {
    const s = await rayScene(gpuPlugin(asksNetwork));
    await connect(s, null, { network: 'open' });
    const { id } = await deployed(s);
    await changeClusterNetwork(s.deps, operator, 'gpu', 'none');
    expect(await s.deps.builder.call(id, '{"inputs": {}, "parameters": {}}')).toMatchObject({ status: 'success' });
    await expect(startInstance(s.deps, id, s.version)).rejects.toThrow(noOpenCluster);
  });
});

const ray = 'serve_config = {"placement": "ray"}';

const sandbox = 'serve_config = {"placement": "sandbox"}';

const gpu = 'serve_config = {"num_gpus": 0.5}';

test.each<[string, ExtractorPlacement, ExtractorPlacement | null, string, 'ray' | undefined]>([
  ['nothing', 'sandbox', null, '', undefined],
  ['the organization', 'ray', null, '', 'ray'],
  ['the namespace, before the organization', 'ray', 'sandbox', '', undefined],
  ['the namespace', 'sandbox', 'ray', '', 'ray'],
  ['the manifest', 'sandbox', 'sandbox', ray, 'ray'],
  ['the manifest, which opts out', 'ray', 'ray', sandbox, undefined],
  ['a GPU that no builder lends, before the defaults', 'sandbox', 'sandbox', gpu, 'ray'],
])('a deployment runs where %s says', async (_, ofOrganization, ofNamespace, extra, place) => {
  const s = await rayScene(plugin(extra));
  await connect(s);
  await changeSettings(s.deps, s.actor, { placement: ofOrganization });
  await updateNamespace(s.deps, s.actor, s.namespaceId, { placement: ofNamespace });
  const { placement, status } = await deployed(s);
  expect([status, placement.place]).toEqual(['promoted', place]);
  expect(s.ray.listed).toHaveLength(place === 'ray' ? 1 : 0);
});

describe('a default', () => {
  test('a default placement counts for what a version would lack, with the way out', async () => {
    const s = await rayScene(plugin());
    expect(await missing(s)).toEqual([]);
    await changeSettings(s.deps, s.actor, { placement: 'ray' });
    const message =
      "The namespace's or the organization's default puts the plugin on Ray, but no Ray cluster accepts this organization's plugins.";
    expect(await missing(s)).toEqual([expect.stringContaining(message)]);
    expect(await missing(s, {}, { placement: 'sandbox' })).toEqual([]);
    expect(await deployed(s)).toMatchObject({ status: 'failed', error: expect.stringContaining(message) });
    await connect(s);
    expect(await missing(s)).toEqual([]);
  });
});
