// Tests where a container instance runs: sized as the plugin declares, near its caller, in its organization's region.
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { changeOrganization } from '../../src/access/organizations.ts';
import { readLocationHint } from '../../src/api/middleware.ts';
import { builderByContainers } from '../../src/builders/client.ts';
import { type ContainerSize, type Placement, sizeFor } from '../../src/contract/plugin/placement.ts';
import type { RequestedPlacement } from '../../src/contract/plugin/version-placement.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { environments, pluginLocks } from '../../src/db/schema/environments.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { moduleLookup } from '../../src/instances/isolates.ts';
import { declaredMemoryMiB, placementLookup } from '../../src/instances/placement.ts';
import { placeVersion } from '../../src/kinds/go-placement.ts';
import { origin } from '../support/client.ts';
import { containersAnswering, type Target } from '../support/containers/answering-containers.ts';
import { testApp } from '../support/deps.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

test.each<[number | null, ContainerSize]>([
  [null, 'basic'],
  [128, 'lite'],
  [129, 'basic'],
  [896, 'basic'],
  [897, 'standard-1'],
  [2048, 'standard-1'],
  [4096, 'standard-2'],
  [12_160, 'standard-4'],
  [100_000, 'standard-4'],
])('a plugin that declares %s MiB gets a container of size %s', (memory, size) => {
  expect(sizeFor(memory)).toBe(size);
});

test.each([
  [{ serve_config: { memory_gb: 2 }, compute_profile: { actor_memory_gb: 8 } }, 2048],
  [{ serve_config: { num_replicas: 1 }, compute_profile: { actor_memory_gb: 0.5 } }, 512],
  [{ serve_config: { memory_gb: 'much' }, compute_profile: null }, null],
  [{ serve_config: { memory_gb: -1 }, compute_profile: {} }, null],
  [{ serve_config: null, compute_profile: null }, null],
])('%j declares %s MiB', (manifest, memory) => {
  expect(declaredMemoryMiB(manifest)).toBe(memory);
});

test.each([
  [{ continent: 'NA', longitude: '-122.4' }, 'wnam'],
  [{ continent: 'NA', longitude: '-73.9' }, 'enam'],
  [{ continent: 'SA' }, 'sam'],
  [{ continent: 'EU', longitude: '2.35' }, 'weur'],
  [{ continent: 'EU', longitude: '21.0' }, 'eeur'],
  [{ continent: 'AS', country: 'AE' }, 'me'],
  [{ continent: 'AS', country: 'JP' }, 'apac'],
  [{ continent: 'OC' }, 'oc'],
  [{ continent: 'AF' }, 'afr'],
  [{ continent: 'AN' }, null],
  [undefined, null],
])('a request from %j gets the location hint %s', (cf, hint) => {
  expect(readLocationHint(cf)).toBe(hint);
});

async function placementIn({ deps }: Scene, id: string): Promise<Placement | null | undefined> {
  const [row] = await deps.db
    .select()
    .from(deployments)
    .where(eq(sql<string>`${deployments.id}`, id));
  return row?.placement;
}

test('a deployment is placed for its plugin, near the request, and later deployments stay in that place', async () => {
  const s = await scene({
    files: {
      'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: 'serve_config = {"memory_gb": 3}\n' }),
    },
  });
  const near = { ...s, deps: { ...s.deps, locationHint: 'weur' as const } };
  const { id } = await deploy(near);
  expect(await placementIn(s, id)).toEqual({ size: 'standard-1', location: 'weur', jurisdiction: null });
  await deploy(s, 'batch_only');
  const fromTheQueue = await deploy(s);
  expect(await placementIn(s, fromTheQueue.id)).toEqual({ size: 'standard-1', location: 'weur', jurisdiction: null });
});

test.each<[number, ContainerSize]>([
  [3e9, 'basic'],
  [3e9 + 1, 'standard-1'],
  [5.6e9, 'standard-1'],
  [9.5e9, 'standard-3'],
  [16e9, 'standard-4'],
])('a deployment with %d bytes of packages gets a container of size %s', async (sizeBytes, size) => {
  const s = await scene({ files: { 'requirements.txt': 'six==1.16.0\n' } });
  expect(await placementIn(s, (await deploy(s)).id)).toMatchObject({ size: 'basic' });
  await deploy(s, 'batch_only');
  const createdAt = s.clock.now();
  const lock = crypto.randomUUID();
  const locked = { versionId: s.version.id, digest: lock, text: '', packages: [], resolver: 'uv', createdAt };
  const installed = { key: lock, lock, python: '3.12', platform: 'x86_64-manylinux_2_36', files: 1, packages: [] };
  await s.deps.db.insert(pluginLocks).values(locked);
  await s.deps.db.insert(environments).values({ ...installed, sizeBytes, createdAt });
  expect(await placementIn(s, (await deploy(s)).id)).toMatchObject({ size });
});

test("packages may take three quarters of a container's disk", async () => {
  const containers = containersAnswering(async () => new Response(null, { status: 204 }));
  const placement: Placement = { size: 'standard-4', location: null, jurisdiction: null };
  expect(await builderByContainers(containers, async () => placement).environmentRoom('dep_1')).toBe(15e9);
});

test('a deployment is placed near its request, wherever the previous one is', async () => {
  const s = await scene();
  const from = (locationHint: 'weur' | 'oc') => ({ ...s, deps: { ...s.deps, locationHint } });
  await deploy(from('weur'));
  await deploy(s, 'batch_only');
  const { id } = await deploy(from('oc'));
  expect(await placementIn(s, id)).toMatchObject({ location: 'oc' });
});

test('the deploy request over HTTP records its location', async () => {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ realtime: true }));
  const response = await app.fetch(
    new Request(`${origin}${org.plugins}/hello_ext_1_0_0/deploy`, {
      method: 'POST',
      headers: { authorization: `Bearer ${org.key}` },
      cf: { continent: 'OC' },
    }),
  );
  const { deployment_id } = z.object({ deployment_id: z.string() }).parse(await response.json());
  const placement = await placementLookup(app.deps, new Map())(deployment_id);
  expect(placement).toEqual({ size: 'basic', location: 'oc', jurisdiction: null });
});

test('an organization can be restricted to a region, which applies to its later deployments', async () => {
  const s = await scene();
  const before = await deploy(s);
  await changeOrganization(s.deps, s.actor.organizationId, { type: 'admin', id: 'tests' }, { jurisdiction: 'eu' });
  await deploy(s, 'batch_only');
  const after = await deploy(s);
  expect(await placementIn(s, before.id)).toEqual({ size: 'basic', location: null, jurisdiction: null });
  expect(await placementIn(s, after.id)).toEqual({ size: 'basic', location: null, jurisdiction: 'eu' });
});

const reason = 'uses net/http: needs a container';

test.each<[RequestedPlacement, string | undefined, object]>([
  ['auto', undefined, { place: 'isolate', requested: 'auto', reason: null }],
  ['auto', reason, { place: 'container', requested: 'auto', reason }],
  ['isolate', undefined, { place: 'isolate', requested: 'isolate', reason: null }],
  [
    'isolate',
    reason,
    { error: { code: 'needs-container', message: `The placement isolate is not possible: ${reason}.` } },
  ],
  ['container', undefined, { place: 'container', requested: 'container', reason: null }],
  ['container', reason, { place: 'container', requested: 'container', reason: null }],
])(
  'a version that requests the placement %s, with the reason %j against an isolate, gets %j',
  (asked, given, placed) => {
    expect(placeVersion(asked, given)).toEqual(placed);
  },
);

test.each([
  ['isolate', { place: 'isolate' }, 'ab'.repeat(32)],
  ['container', {}, null],
] as const)(
  'an instance of a version with placement %s runs there, even if the version has a module',
  async (place, more, module) => {
    const s = await scene();
    const placement = { place, requested: 'auto' as const, reason: null };
    const { id } = await deploy({ ...s, version: { ...s.version, placement } });
    const built = JSON.stringify({ wasm: { artifact: { sha256: 'ab'.repeat(32) } } });
    await s.deps.db.run(sql`update ${pluginVersions} set built = ${built} where id = ${s.version.id}`);
    expect(await placementIn(s, id)).toEqual({ size: 'basic', location: null, jurisdiction: null, ...more });
    const moduleOf = moduleLookup(s.deps.db, new Map());
    expect([await moduleOf(id), await moduleOf(id), await moduleOf('isolate-trial-1')]).toEqual([module, module, null]);
  },
);

test('every request goes to the container with its size, region and location', async () => {
  const targets: (Target & { id: string })[] = [];
  const containers = containersAnswering(async (id, _url, _init, target) => {
    targets.push({ ...target, id });
    return new Response(null, { status: 204 });
  });
  const placements: Record<string, Placement> = {
    dep_1: { size: 'lite', location: 'apac', jurisdiction: null },
    dep_2: { size: 'standard-4', location: null, jurisdiction: 'eu' },
  };
  const fallback: Placement = { size: 'standard-1', location: null, jurisdiction: null };
  const builder = builderByContainers(containers, async (id) => placements[id] ?? fallback);
  for (const id of ['dep_1', 'dep_2', 'dep_3']) await builder.stop(id);
  expect(targets).toEqual([
    { id: 'dep_1', size: 'lite', locationHint: 'apac', jurisdiction: null },
    { id: 'dep_2', size: 'standard-4', locationHint: null, jurisdiction: 'eu' },
    { id: 'dep_3', size: 'standard-1', locationHint: null, jurisdiction: null },
  ]);
});

test('a placement that can no longer change is read once, and a deployment without a row is not cached', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const cache = new Map();
  const find = placementLookup(s.deps, cache);
  const placement = { size: 'lite', location: 'weur', jurisdiction: 'eu' } as const;
  for (const status of ['queued', 'building', 'verifying', 'ready'] as const) {
    await s.deps.db.update(deployments).set({ placement, status }).where(eq(deployments.id, id));
    expect([await find(id), cache.size]).toEqual([placement, 0]);
  }
  await s.deps.db.update(deployments).set({ status: 'promoted' }).where(eq(deployments.id, id));
  expect(await find(id)).toEqual(placement);
  await s.deps.db.delete(deployments).where(eq(deployments.id, id));
  expect(await find(id)).toEqual(placement);
  expect(await find(s.deps.ids('deployment'))).toEqual({ size: 'basic', location: null, jurisdiction: null });
  expect([...cache.keys()]).toEqual([id]);
});
