// Tests with a fake Ray that a deployment goes live only when each of its processes has loaded the plugin.
import { expect, test } from 'vitest';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { storeSecret } from '../../../support/scenes/secrets.ts';
import { connect, deployed, type RayScene, rayScene } from '../scenes/ray-scene.ts';

/** Returns a scene whose plugin has four processes, which get its secret before they load it. */
async function fourProcesses(): Promise<RayScene> {
  const extra =
    'serve_config = {"num_gpus": 0.25, "num_replicas": 4, "placement": "ray"}\npermissions = {"secrets": ["TOKEN"]}';
  const s = await rayScene({ files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) } });
  await connect(s);
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value: 'the-value-of-the-secret' });
  return s;
}

test('load requests are sent until all processes have answered, whichever Ray Serve chooses', async () => {
  const s = await fourProcesses();
  const order = ['a', 'a', 'b', 'a', 'b', 'b', 'c', 'a', 'c', 'b', 'a', 'd'];
  let at = 0;
  s.ray.loadedBy = () => order[at++] ?? 'too late';
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
  expect(at).toBeGreaterThanOrEqual(order.length);
});

test('a process that Ray Serve never chooses loads the plugin later, and the log says so', async () => {
  const s = await fourProcesses();
  const order = ['a', 'b', 'c'];
  let at = 0;
  s.ray.loadedBy = () => order[at++ % order.length] ?? '';
  const { id, status } = await deployed(s);
  expect(status).toBe('promoted');
  const lines: string[] = [];
  await startInstance(s.deps, id, s.version, { log: ({ line }) => lines.push(line) });
  expect(lines).toContain('3 of 4 processes have loaded the plugin. The others load it with their first calls.');
});
