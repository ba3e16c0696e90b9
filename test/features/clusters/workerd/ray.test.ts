// Tests plugins on Ray clusters with a fake Ray: which plugins may be deployed to which cluster, what the cluster gets, how calls reach
// it, and the error messages. `npm run test:ray` tests the adapter with a real Ray.
import { expect, test } from 'vitest';
import type { OrganizationId } from '../../../../src/core/ids.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { stopDueInstances } from '../../../../src/instances/fleets/stop.ts';
import { checkRequirements } from '../../../../src/instances/requirements/check-requirements.ts';
import { readLog } from '../../../../src/logs/read-log.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { answerOf } from '../../../support/json-text.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { overview } from '../../../support/scenes/scene.ts';
import { removeSecret, storeSecret } from '../../../support/scenes/secrets.ts';
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

test('a plugin that a process cannot load fails its deployment with the reason', async () => {
  const extra = 'serve_config = {"num_gpus": 0.5, "placement": "ray"}\npermissions = {"secrets": ["TOKEN"]}';
  const s = await rayScene({ files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) } });
  await connect(s);
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value: 'the-value-of-the-secret' });
  const reason = { code: 'import-failed', message: 'importing realtime.py failed: no model here' };
  s.ray.loadedBy = () => Response.json(reason, { status: 422 });
  expect(await deployed(s)).toMatchObject({ status: 'failed', error: expect.stringContaining(reason.message) });
});
