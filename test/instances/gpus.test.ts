// Tests where a plugin that asks for a GPU runs, and what happens when the cards are full. The cards are those of a stand-in.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builderByPool } from '../../src/builders/pool/pool.ts';
import { builders } from '../../src/db/schema/builders.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { type PluginVersion, versionSlug } from '../../src/registry/versions/versions.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches, testApp } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { type OwnBuilder, ownBuilder } from '../support/own-builder.ts';
import { manifest } from '../support/plugins/plugin.ts';
import { newPool } from '../support/pool.ts';
import { deploy, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

const limits = JSON.stringify({ organizationsMax: 1000, gpuRestMs: 3_600_000 });
const token = crypto.randomUUID();
let plain: OwnBuilder;
let first: OwnBuilder;
let second: OwnBuilder;
beforeAll(async () => {
  const lending = { CARDS: '80', BUILDER_GPUS_TRUSTED_FOR: 'all', BUILDER_LIMITS: limits };
  [plain, first, second] = await Promise.all([
    ownBuilder(token),
    ownBuilder(token, lending),
    ownBuilder(token, lending),
  ]);
  await testApp().deps.directory.delete(builders);
});
afterAll(() => Promise.all([plain, first, second].map((one) => one.kill())));

function asking(serve_config: string, version = '1.0.0') {
  const name = 'hello_ext';
  return { version, files: { 'manifest.py': manifest({ name, version, extra: `serve_config = ${serve_config}\n` }) } };
}

/** Returns a scene with a plugin of this `serve_config`, whose Worker calls these builders. */
async function sceneOn(own: readonly OwnBuilder[], serve_config: string) {
  const s = await scene(asking(serve_config));
  const { clock, db, defer, directory } = s.deps;
  const pool = newPool(
    { clock, db, defer, directory },
    own.map(({ at }) => at.url),
    token,
  );
  const deps = { ...s.deps, builder: builderByPool(pool) };
  const started = async (version: PluginVersion = s.version) => {
    const { id } = await deploy({ ...s, deps, version });
    await advanceDeployment(deps, id);
    const [row] = await db.select().from(deployments).where(eq(deployments.id, id));
    if (!row) throw new Error('no deployment');
    return row;
  };
  const next = (version: string, config = serve_config) =>
    publishVersion(deps, s.actor, s.namespaceId, asking(config, version));
  return { ...s, deps, started, next };
}

async function end(s: Scene, version = s.version): Promise<void> {
  await undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
}

test('a plugin that asks for a share runs in the sandbox of a builder that lends GPUs', async () => {
  const s = await sceneOn([plain, first], '{"num_gpus": 0.25, "num_replicas": 2}');
  const { id, placement, status } = await s.started();
  expect({ placement, status }).toMatchObject({ placement: { gpus: s.actor.organizationId }, status: 'promoted' });
  expect(placement.place).toBeUndefined();
  expect((await first.builder.status(id))?.gpus).toMatchObject({ lent_bytes: 40 * 1024 ** 3, cards: [{ index: 0 }] });
  await first.builder.stop(id);
});

test('without a builder that lends GPUs and without a cluster, it is refused before anything is built', async () => {
  const s = await sceneOn([plain], '{"num_gpus": 1}');
  const { error, placement } = await s.started();
  expect(placement.place).toBe('ray');
  expect(error).toContain('no builder lends one to this organization, and no Ray cluster accepts');
  expect(error).toContain('BUILDER_GPUS=all');
  expect(error).toContain('slipway clusters add');
});

test('`placement` "sandbox" keeps it off Ray', async () => {
  const s = await sceneOn([plain], '{"num_gpus": 1, "placement": "sandbox"}');
  const { error, placement } = await s.started();
  expect(placement.place).toBeUndefined();
  expect(error).toContain("The plugin asks for a GPU in Slipway's sandbox, but no builder lends one");
});

test('`placement` "ray" keeps it off a builder that lends GPUs', async () => {
  const s = await sceneOn([first], '{"num_gpus": 1, "placement": "ray"}');
  const { error, placement } = await s.started();
  expect(placement.place).toBe('ray');
  expect(error).toContain('The plugin asks to run on Ray, but no Ray cluster accepts');
});

test('the home is a builder with a card, and another lender if its card is full', async () => {
  const s = await sceneOn([plain, first, second], '{"num_gpus": 1}');
  const one = await s.started();
  const two = await s.started(await s.next('1.1.0'));
  const where = async (id: string) =>
    Promise.all([plain, first, second].map(async ({ builder }) => (await builder.status(id))?.state === 'ready'));
  const places = [await where(one.id), await where(two.id)];
  expect(places.map(([onPlain]) => onPlain)).toEqual([false, false]);
  expect(places[0]).not.toEqual(places[1]);
  const third = await s.started(await s.next('1.2.0'));
  expect(third).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('asks for 1 GPU, and too little is free'),
  });
  for (const { id } of [one, two]) await s.deps.builder.stop(id);
});

test('a deployment on a full card fails in one attempt, and works once the holder is undeployed', async () => {
  const s = await sceneOn([first], '{"gpu_memory_gb": 60}');
  const holder = await s.started();
  const newer = await s.next('1.1.0');
  expect(await s.started(newer)).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: expect.stringContaining('hello_ext 1.0.0 holds 60 GiB'),
  });
  await end({ ...s, deps: s.deps });
  const deployed = await s.started(newer);
  expect(deployed).toMatchObject({ status: 'promoted' });
  expect(await first.builder.status(holder.id)).toBeUndefined();
  await s.deps.builder.stop(deployed.id);
});

test('a call to a sleeping plugin whose GPU others hold is answered with 503 and the reason', async () => {
  const s = await sceneOn([first], '{"num_gpus": 1}');
  const sleeping = await s.started();
  await s.deps.builder.stop(sleeping.id);
  const awake = await s.started(await s.next('1.1.0'));
  const deps = { ...s.deps, ...emptyCallCaches(), routes: newRouteCache() };
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: versionSlug(s.version) };
  await expect(invoke(deps, s.actor, callee, callOf())).rejects.toMatchObject({
    code: 'plugin-busy',
    message: expect.stringContaining('hello_ext 1.1.0 holds all of it'),
  });
  await s.deps.builder.stop(awake.id);
});
