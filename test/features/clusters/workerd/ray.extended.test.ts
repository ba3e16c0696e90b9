// Tests plugins on Ray clusters with a fake Ray: large archives, models, clusters that refuse or lose plugins, and processes that end.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { namespaces } from '../../../../src/db/schema/access.ts';
import { models } from '../../../../src/db/schema/models.ts';
import { recheckCluster } from '../../../../src/features/clusters/clusters.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { modelKey } from '../../../../src/models/model-keys.ts';
import { rollBackCrashing } from '../../../../src/rollouts/rollback/crash-rollback.ts';
import { invoke } from '../../../../src/serve/invoke.ts';
import { emptyCallCaches, testApp } from '../../../support/deps.ts';
import { callOf } from '../../../support/json-text.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { overview, publishVersion } from '../../../support/scenes/scene.ts';
import { live, named } from '../../../support/scenes/two-versions.ts';
import { watchedBuilder } from '../../../support/workers/watched-builder.ts';
import { connect, deployed, gpuPlugin, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const call = '{"inputs": {}, "parameters": {}}';

const rows = (s: RayScene) => s.deps.db.select().from(clusterApplications);

test.each<[string, PluginOptions]>([
  ['its manifest', gpuPlugin('dependencies = ["torch"]\n')],
  ["its namespace's default", { files: { 'requirements.txt': 'torch\n' } }],
])('the packages of a plugin on Ray by %s are resolved for a cluster, with builds for GPUs', async (_, options) => {
  const s = await rayScene(options);
  await connect(s);
  await s.deps.db.update(namespaces).set({ placement: 'ray' }).where(eq(namespaces.id, s.namespaceId));
  const requests: unknown[] = [];
  const { builder } = watchedBuilder(s.deps.builder, {
    async *lock(request) {
      requests.push(request);
      yield { type: 'failed', error: { code: 'unsatisfiable', message: 'none' }, deterministic: true };
    },
  });
  expect(await deployed({ ...s, deps: { ...s.deps, builder } })).toMatchObject({ status: 'failed' });
  expect(requests).toMatchObject([{ requirements: [{ text: 'torch' }], for_cluster: true }]);
});

/** A file that doesn't compress, larger than an archive in a package may be. */
function noise(): Uint8Array {
  const bytes = new Uint8Array(9 * 1024 ** 2);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

function withLargeFile(): PluginOptions {
  const { files } = gpuPlugin();
  return { files: { ...files, 'weights.bin': noise() } };
}

test('replicas fetch a large archive and models by short-lived URLs, which the cluster never gets with its configuration', async () => {
  const s = await rayScene({ files: { ...withLargeFile().files, ...gpuPlugin('models = ["small.bin"]').files } });
  await connect(s);
  const [sha256, bytes] = [await sha256Hex('weights'), new TextEncoder().encode('weights')];
  const stored = {
    ...{ namespaceId: s.namespaceId, name: 'small.bin', sha256, sizeBytes: bytes.length },
    waivedBecause: null,
  };
  const at = s.deps.clock.now();
  const model = { ...stored, id: s.deps.ids('model'), organizationId: s.actor.organizationId, updatedBy: s.actor.ref };
  await s.deps.db.insert(models).values({ ...model, createdAt: at, updatedAt: at });
  await s.deps.blobs.put(modelKey(s.actor.organizationId, sha256), bytes);

  const { id, status } = await deployed(s);
  expect(status).toBe('promoted');
  const given = s.ray.provisions.get(`slipway-${id}`);
  expect(given).toMatchObject({ archive: { sha256: s.version.sha256 }, models: [{ name: 'small.bin', sha256 }] });
  const urls = [given?.archive?.urls, given?.models[0]?.urls].map((list) => list?.[0] ?? '');
  const fetched = (url: string) => testApp(s.deps).fetch(new Request(url));
  const texts = await Promise.all(urls.map(async (url) => (await fetched(url)).text()));
  expect(texts.map((text) => text.slice(0, 300))).toEqual([expect.stringMatching(/^PK/), 'weights']);
  s.clock.advance(16 * 60_000);
  expect((await fetched(urls[0] ?? '')).status).toBe(403);
  expect(JSON.stringify([s.ray.listed, await rows(s)])).not.toContain('X-Amz-Signature=');
});

test("a cluster whose nodes can't reach the store gets small archives only, and the failure says what to do", async () => {
  const s = await rayScene(withLargeFile());
  s.ray.reachCode = 17;
  await connect(s);
  expect(await deployed(s)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining(
      "an archive of more than 8 MiB, and the nodes of gpu can't reach the store to fetch files. Ask the operator to let them reach it, and then to run `slipway clusters check gpu`.",
    ),
  });
  s.ray.reachCode = 0;
  await recheckCluster(s.deps, 'gpu');
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
});

test('a call detects that its cluster has lost the application even if Ray Serve is not running', async () => {
  const s = await rayScene();
  await connect(s);
  const { id } = await deployed(s);
  s.ray.isServeDown = true;
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code: 'unreachable' });
  s.ray.listed = [];
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code: 'instance-gone' });
});

test('a version whose processes on Ray end three times is rolled back, and calls that fail together count as one failure', async () => {
  const s = await rayScene();
  await connect(s);
  await live(s, s.version);
  const extra = 'serve_config = {"num_gpus": 0.5}';
  const files = { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.1', extra }) };
  const next = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1', files });
  await live(s, next);
  expect([s.ray.listed.length, await named(s)]).toEqual([2, next.id]);
  s.ray.isCrashing = true;
  const deferred: Promise<unknown>[] = [];
  const calls = emptyCallCaches();
  const deps = { ...s.deps, ...calls, defer: (work: Promise<unknown>) => deferred.push(work) };
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  for (let crash = 1; crash <= 3; crash++) {
    expect(await named(s)).toBe(next.id);
    for (const _ of ['one', 'another']) {
      const { answer } = await invoke(deps, s.actor, callee, callOf());
      expect(answer).toMatchObject({ error: { type: 'InstanceCrashed' } });
    }
    await Promise.all(deferred);
    for (const one of s.sent.splice(0))
      if (one.type === 'instance-crashed') await rollBackCrashing(deps, one.id, one.crashes);
    s.clock.advance(2000);
  }
  expect(await named(s)).toBe(s.version.id);
});

const failing = JSON.stringify({ code: 'load-failed', message: 'realtime.py:3: ValueError: no weights' });

test.each<[string, Partial<RayScene['ray']>, string]>([
  ['rejects the token', { token: 'another' }, 'gpu.example.com rejects the token (403). Check RAY_AUTH_TOKEN there.'],
  [
    'runs another version of Ray',
    { version: '2.40.0' },
    'The cluster runs Ray 2.40.0. Slipway needs 2.53 or a later 2.x.',
  ],
  [
    'has no free GPU',
    {
      statusOf: () => ({
        status: 'DEPLOYING',
        deployments: { Replica: { message: 'has 1 replicas that have taken more than 30s to be scheduled. GPU: 0.5' } },
      }),
    },
    'The cluster gpu did not start the plugin in time. Ray says: has 1 replicas that have taken more than 30s to be scheduled. GPU: 0.5',
  ],
  [
    'cannot install its packages',
    { statusOf: () => ({ status: 'DEPLOY_FAILED', message: 'Runtime env setup failed: No matching distribution' }) },
    'The cluster gpu could not start the plugin. Ray says: Runtime env setup failed: No matching distribution',
  ],
  [
    'runs a plugin that does not load',
    {
      statusOf: () => ({
        status: 'DEPLOY_FAILED',
        message: `Traceback\nRuntimeError: slipway-start-failed ${failing}\n`,
      }),
    },
    'realtime.py:3: ValueError: no weights',
  ],
])('a deployment to a cluster that %s fails with that reason and leaves nothing there', async (_, fault, message) => {
  const s = await rayScene();
  await connect(s);
  Object.assign(s.ray, fault);
  const ticking = setInterval(() => s.clock.advance(60_000), 10);
  const { error, status } = await deployed(s).finally(() => clearInterval(ticking));
  expect([status, error]).toEqual(['failed', message]);
  expect([s.ray.listed, await rows(s)]).toEqual([[], []]);
});

test('a deployment to an unresponsive cluster is retried', async () => {
  const s = await rayScene();
  await connect(s);
  s.respondWith(() => Promise.reject(new TypeError('Network connection lost.')));
  const { id, error } = await deployed(s);
  expect(error).toBe(
    'The dashboard at gpu.example.com does not respond. Check the URL, and whether the cluster is running.',
  );
  expect((await overview(s)).newest).toMatchObject({ id, status: 'starting' });
});
