// Tests plugins on Ray clusters with a fake Ray: which plugins may be deployed to which cluster, what the cluster gets, how calls reach
// it, and the error messages. `npm run test:ray` tests the adapter with a real Ray.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import type { OrganizationId } from '../../../../src/core/ids.ts';
import { namespaces } from '../../../../src/db/schema/access.ts';
import { models } from '../../../../src/db/schema/models.ts';
import { recheckCluster } from '../../../../src/features/clusters/clusters.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { stopDueInstances } from '../../../../src/instances/fleets/stop.ts';
import { checkRequirements } from '../../../../src/instances/requirements/check-requirements.ts';
import { readLog } from '../../../../src/logs/read-log.ts';
import { modelKey } from '../../../../src/models/model-keys.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { rollBackCrashing } from '../../../../src/rollouts/rollback/crash-rollback.ts';
import { invoke } from '../../../../src/serve/invoke.ts';
import { emptyCallCaches, testApp } from '../../../support/deps.ts';
import { answerOf, callOf } from '../../../support/json-text.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { overview, publishVersion } from '../../../support/scenes/scene.ts';
import { removeSecret, storeSecret } from '../../../support/scenes/secrets.ts';
import { live, named } from '../../../support/scenes/two-versions.ts';
import { watchedBuilder } from '../../../support/workers/watched-builder.ts';
import { connect, deployed, gpuPlugin, gpuStep, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const call = '{"inputs": {}, "parameters": {}}';
const noCluster = "no Ray cluster accepts this organization's plugins";

const rows = (s: RayScene) => s.deps.db.select().from(clusterApplications);

test('a plugin that asks for a GPU is deployed to a cluster and called there', async () => {
  const s = await rayScene();
  await connect(s);
  const { id, status, placement } = await deployed(s);
  expect([status, placement?.place]).toEqual(['promoted', 'ray']);
  expect((await overview(s)).serving?.id).toBe(id);
  const [application] = s.ray.listed;
  expect(application).toEqual({
    name: `slipway-${id}`,
    route_prefix: `/slipway-${id}`,
    import_path: 'slipway_ray.app:build',
    runtime_env: { working_dir: `gcs://${[...s.ray.packages][0]}` },
    args: {
      ...{
        plugin: 'hello_ext',
        dependencies: [],
        needs_provisions: false,
        packages: [],
        answer_bytes: 8 * 1024 ** 2,
        concurrency: 100,
      },
      stream: {
        value_bytes: 256 * 1024,
        bytes: 64 * 1024 ** 2,
        window_bytes: 256 * 1024,
        value_cost: 64,
        seconds: 720,
      },
      key_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      serve: {
        num_replicas: 1,
        max_ongoing_requests: 101,
        graceful_shutdown_timeout_s: 60,
        health_check_timeout_s: 600,
        health_check_period_s: 1,
        ray_actor_options: { num_gpus: 0.5, num_cpus: 1 },
      },
    },
  });
  expect(answerOf(await s.deps.builder.call(id, call))).toMatchObject({ result: { application: `slipway-${id}` } });
  expect(await s.deps.builder.status(id)).toMatchObject({ id, state: 'ready', code: s.version.sha256 });
});

test("a cluster gets a call's JSON unchanged, and its answer is passed on unchanged", async () => {
  const s = await rayScene();
  await connect(s);
  const { id } = await deployed(s);
  const sent = String.raw`{"inputs": {"2": 1.0, "1": 12345678901234567890, "s": "\u00e9\ud800"}, "parameters": {"a": 1e2, "a": -0.0}}`;
  const written = String.raw`{"d":2.0,"2":"\u00e9","1":12345678901234567890,"d":1e-07}`;
  s.ray.answer = () => new Response(`{"status": "success", "result": ${written}, "duration_ms": 1}`);
  expect(await s.deps.builder.call(id, sent)).toMatchObject({ result: { text: written } });
  expect(s.calls.at(-1)?.body).toBe(sent);
});

test('a plugin can request Ray as its placement without a GPU', async () => {
  const files = {
    'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: 'serve_config = {"placement": "ray"}' }),
  };
  const s = await rayScene({ files });
  expect(await deployed(s)).toMatchObject({ status: 'failed', error: expect.stringContaining(noCluster) });
  await connect(s);
  expect(await deployed(s)).toMatchObject({ status: 'promoted', placement: { place: 'ray' } });
  expect(s.ray.listed).toMatchObject([{ args: { serve: { ray_actor_options: { num_gpus: 0 } } } }]);
});

test('a plugin whose pipeline has a GPU step runs on Ray, with one GPU for each process that answers calls', async () => {
  const s = await rayScene({ realtime: true, files: { 'pipeline.py': gpuStep } });
  await connect(s);
  expect(await deployed(s)).toMatchObject({ status: 'promoted', placement: { place: 'ray' } });
  expect(s.ray.listed).toMatchObject([{ args: { serve: { ray_actor_options: { num_gpus: 1 } } } }]);
});

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

test("a cluster accepts no plugin from an organization that it isn't trusted for", async () => {
  const s = await rayScene();
  const other = await rayScene();
  await connect(s, [other.actor.organizationId]);
  expect(await deployed(s)).toMatchObject({ status: 'failed', error: expect.stringContaining(noCluster) });
  expect([s.ray.listed, await rows(s)]).toEqual([[], []]);
  const own: OrganizationId[] = [s.actor.organizationId];
  await connect(s, own, { name: 'own' });
  expect(await deployed(s)).toMatchObject({ status: 'promoted' });
  expect(s.ray.listed).toHaveLength(1);
});

test('a secret reaches replicas only with a request, even replicas that start later', async () => {
  const s = await rayScene(gpuPlugin('permissions = {"secrets": ["TOKEN"]}'));
  await connect(s);
  const value = 'the-value-of-the-secret';
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value });
  const { id, status } = await deployed(s);
  expect(status).toBe('promoted');
  expect([...s.ray.provisions]).toMatchObject([[`slipway-${id}`, { secrets: { TOKEN: value } }]]);
  s.ray.provisions.clear();
  expect(await s.deps.builder.call(id, call)).toMatchObject({ status: 'success' });
  expect([...s.ray.provisions.values()]).toMatchObject([{ secrets: { TOKEN: value } }]);
  const toDashboard = s.calls.filter(({ url }) => url.includes('://gpu.'));
  expect(JSON.stringify(toDashboard) + JSON.stringify(await rows(s))).not.toContain(value);
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

test("a plugin that needs models is missing a cluster before anything is built, if no cluster's nodes can reach the store", async () => {
  const s = await rayScene(gpuPlugin('models = ["small.bin"]'));
  s.ray.reachCode = 17;
  await connect(s);
  const declared = { name: 'hello_ext', shared: false, permissions: undefined };
  const hardware = { models: ['small.bin'], serve_config: { num_gpus: 0.5 } };
  const missing = await checkRequirements(s.deps, s.actor, s.namespaceId, { ...declared, ...hardware });
  expect(missing.map(({ kind }) => kind)).toEqual(['models', 'cluster']);
  expect(missing[1]?.message).toContain("has models, and the nodes of gpu can't reach the store to fetch files");
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

test('a secret is masked in errors, in the reasons for failed starts, and in log lines of a plugin on Ray', async () => {
  const s = await rayScene(gpuPlugin('permissions = {"secrets": ["TOKEN"]}'));
  await connect(s);
  const value = 'the "value" of the secret';
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value });
  const { id } = await deployed(s);
  const error = { type: 'ValueError', message: `no ${value}` };
  s.ray.answer = () => Response.json({ status: 'error', error, duration_ms: 1 });
  expect(await s.deps.builder.call(id, call)).toMatchObject({ error: { type: 'ValueError', message: 'no ***' } });
  s.ray.answer = () => Response.json({ code: 'load-failed', message: error.message }, { status: 422 });
  await expect(s.deps.builder.call(id, call)).rejects.toThrow('no ***');
  const line = { at: '2026-11-20T12:00:00.000Z', stream: 'stdout', line: `the token is ${value}` };
  s.ray.log = `INFO app -- slipway-line ${JSON.stringify(line)}`;
  const log = await readLog(s.deps, id, { limit: 10 });
  expect(log.lines.map(({ line }) => line)).toEqual(['the token is ***']);
  await removeSecret({ namespaceId: s.namespaceId, name: 'TOKEN' });
  const unmasked = await readLog(s.deps, id, { limit: 10 });
  expect(unmasked.lines.map(({ line }) => line)).toEqual([
    expect.stringContaining("The plugin's output is not shown, since its secrets can't be masked: "),
  ]);
});

test('an application is removed when its deployment ends, and is not restarted', async () => {
  const s = await rayScene();
  await connect(s);
  const { id } = await deployed(s);
  await undeployVersion(s.deps, s.namespaceId, s.version, s.actor.ref);
  s.clock.advance(60_000);
  await stopDueInstances(s.deps, s.version.pluginId);
  expect([s.ray.listed, await rows(s)]).toEqual([[], []]);
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code: 'instance-gone' });
  await expect(startInstance(s.deps, id, s.version)).rejects.toMatchObject({ code: 'stopped' });
  expect(s.ray.listed).toEqual([]);
});

test('an application that its cluster lost is written again by the call that finds it missing', async () => {
  const s = await rayScene();
  await connect(s);
  const { id } = await deployed(s);
  s.ray.listed = [];
  s.ray.packages.clear();
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code: 'instance-gone' });
  await startInstance(s.deps, id, s.version);
  expect(s.ray.packages.size).toBe(1);
  expect(await s.deps.builder.call(id, call)).toMatchObject({ status: 'success' });
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

test("an application's log contains its replicas' output, in order", async () => {
  const s = await rayScene();
  await connect(s);
  const { id } = await deployed(s);
  const lines = [2, 1].map((at) => ({ at: `2026-11-20T12:00:0${at}.000Z`, stream: 'stdout', line: `line ${at}` }));
  s.ray.log = [
    'INFO other',
    ...lines.map((line) => `INFO app -- slipway-line ${JSON.stringify(line)}`),
    'x slipway-line {',
  ].join('\n');
  const log = await readLog(s.deps, id, { limit: 10 });
  expect([log.state, log.lines.map(({ line }) => line)]).toEqual(['ready', ['line 1', 'line 2']]);
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
