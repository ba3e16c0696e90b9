// Tests with a fake Ray what happens on a full cluster: without an autoscaler, starts fail at once and say who holds what.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { publishVersion } from '../../../support/scenes/scene.ts';
import { connect, deployed, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const node = '7bc7656648417fb3078c29623edc6cf571ca7bb2';

/** Returns what Ray says of one node. Without an autoscaler, its type is named after its ID. */
function status(gpu: [number, number], cpu: [number, number], type = `node_${node}`): JsonObject {
  return {
    autoscalerReport: { nodeTypeMapping: { [node]: type } },
    loadMetricsReport: { usageByNode: { [node]: { GPU: gpu, CPU: cpu, memory: [0, 16_567_323_853] } } },
  };
}

/** Returns a scene whose plugin has four processes with a quarter of a GPU each. */
async function fourQuarters(): Promise<RayScene> {
  const extra = 'serve_config = {"num_gpus": 0.25, "num_replicas": 4, "num_cpus": 0.5, "placement": "ray"}';
  const s = await rayScene({ files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) } });
  await connect(s);
  return s;
}

/** Deploys while the clock runs a minute for every ten milliseconds. */
async function deployedSoon(s: RayScene) {
  const ticking = setInterval(() => s.clock.advance(60_000), 10);
  return deployed(s).finally(() => clearInterval(ticking));
}

async function published(s: RayScene, version: string, extra: string): Promise<RayScene> {
  const files = { 'manifest.py': manifest({ name: 'hello_ext', version, extra }) };
  return { ...s, version: await publishVersion(s.deps, s.actor, s.namespaceId, { version, files }) };
}

test('a deployment to a full cluster fails at once, and names the deployments that hold its GPUs and what to do', async () => {
  const s = await fourQuarters();
  s.ray.clusterStatus = () => status([0, 1], [0, 8]);
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
  s.ray.clusterStatus = () => status([1, 1], [2, 8]);
  s.ray.statusOf = () => ({
    status: 'RUNNING',
    deployments: {
      Replica: { replicas: [1, 2, 3, 4].map((one) => ({ node_id: node, log_file_path: `/${one}.log` })) },
    },
  });
  const next = await published(s, '1.0.1', 'serve_config = {"num_gpus": 0.5, "placement": "ray"}');
  const before = s.ray.listed;
  expect(await deployedSoon(next)).toMatchObject({
    status: 'failed',
    error:
      'The cluster gpu is full: the plugin needs 0.5 GPU, and too little is free: 0 of its 1 GPUs. This organization has there: hello_ext 1.0.0 (4 × 0.25 GPU). Undeploy one, such as `slipway undeploy hello_ext@1.0.0`, publish with `--replace`, which then undeploys older versions first, or ask for fewer processes (`num_replicas`) or a smaller `num_gpus` in `serve_config` of manifest.py.',
  });
  expect(s.ray.listed).toEqual(before);
});

test('another organization learns only that a cluster is full', async () => {
  const s = await fourQuarters();
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
  const other = await fourQuarters();
  other.ray.clusterStatus = () => status([1, 1], [2, 8]);
  const { error } = await deployedSoon(other);
  expect(error).toContain("None of this organization's deployments run there. Ask the cluster's operator who uses it");
  expect(error).not.toContain('hello_ext 1.0.0');
});

test.each<[string, JsonObject, string]>([
  [
    'too few GPUs for it',
    status([0, 0], [0, 8]),
    "the plugin needs 4 × 0.25 GPU, and too little is free: 0 of its 0 GPUs. That is more than it has. Ask the cluster's operator for another node",
  ],
  [
    'too few free CPUs',
    status([0, 1], [7, 8]),
    'the plugin needs 4 × 0.5 CPU, and too little is free: 1 of its 8 CPUs.',
  ],
])('a deployment fails on a cluster with %s', async (_, report, message) => {
  const s = await fourQuarters();
  s.ray.clusterStatus = () => report;
  expect(await deployedSoon(s)).toMatchObject({ status: 'failed', error: expect.stringContaining(message) });
});

test.each<[string, JsonObject | null]>([
  ['has an autoscaler, which may add a node', status([1, 1], [2, 8], 'ray.worker.gpu')],
  ["doesn't say what its nodes use", null],
])('a cluster that %s gets the application', async (_, report) => {
  const s = await fourQuarters();
  s.ray.clusterStatus = () => report;
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
});

test('a deployment goes to another cluster with room', async () => {
  const s = await fourQuarters();
  await connect(s, null, { name: 'spare' });
  const full = status([1, 1], [0, 8]);
  s.ray.clusterStatus = (host) => (host === 'gpu.example.com' ? full : null);
  const { placement, status: state } = await deployed(s);
  expect([state, placement]).toMatchObject(['promoted', { cluster: { name: 'spare' } }]);
});

test('a deployment waits for another one that was undeployed', async () => {
  const s = await fourQuarters();
  await deployed(s);
  await undeployVersion(s.deps, s.namespaceId, s.version, s.actor.ref);
  let looks = 0;
  s.ray.clusterStatus = () => (++looks > 3 ? status([0, 1], [0, 8]) : status([1, 1], [2, 8]));
  const next = await published(s, '1.0.1', 'serve_config = {"num_gpus": 0.5, "placement": "ray"}');
  const ticking = setInterval(() => s.clock.advance(10_000), 200);
  expect(await deployed(next).finally(() => clearInterval(ticking))).toMatchObject({ status: 'promoted', error: null });
});

test('a deployment waits for an application that a full cluster is removing', async () => {
  const s = await fourQuarters();
  const { id } = await deployed(s);
  let looks = 0;
  s.ray.clusterStatus = () => (++looks > 3 ? status([0, 1], [0, 8]) : status([1, 1], [2, 8]));
  s.ray.statusOf = (name) => ({ status: name === `slipway-${id}` && looks <= 3 ? 'DELETING' : 'RUNNING' });
  const next = await published(s, '1.0.1', 'serve_config = {"num_gpus": 0.5, "placement": "ray"}');
  const ticking = setInterval(() => s.clock.advance(10_000), 200);
  expect(await deployed(next).finally(() => clearInterval(ticking))).toMatchObject({ status: 'promoted', error: null });
});
