// Tests a cluster's application list: other users' applications are kept, and the list matches the database rows in the end, even with
// concurrent writers.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { clusterLimits } from '../../../../src/contract/features/clusters/limits.ts';
import type { ClusterId, DeploymentId } from '../../../../src/core/ids.ts';
import type { Deps } from '../../../../src/deps.ts';
import { applicationName, writeApplications } from '../../../../src/features/clusters/applications.ts';
import { recheckCluster, removeCluster } from '../../../../src/features/clusters/clusters.ts';
import { packageUri } from '../../../../src/features/clusters/ray-serve.ts';
import { clusterApplications, clusters } from '../../../../src/features/clusters/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { connect, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const theirs = { name: 'theirs', route_prefix: '/theirs', import_path: 'theirs:app' };

async function want({ deps }: Pick<RayScene, 'deps'>, clusterId: ClusterId): Promise<DeploymentId> {
  const deploymentId = deps.ids('deployment');
  const runtime_env = { working_dir: packageUri('ab'.repeat(20)) };
  const config = { name: applicationName(deploymentId), args: { revision: deploymentId }, runtime_env };
  await deps.db.insert(clusterApplications).values({ deploymentId, clusterId, config, createdAt: deps.clock.now() });
  return deploymentId;
}

async function unwant({ deps }: Pick<RayScene, 'deps'>, id: DeploymentId): Promise<void> {
  const removed = { removedAt: deps.clock.now() };
  await deps.db.update(clusterApplications).set(removed).where(eq(clusterApplications.deploymentId, id));
}

const listed = ({ ray }: RayScene) => ray.listed.map(({ name }) => name).sort();
const rows = ({ deps }: RayScene) => deps.db.select().from(clusterApplications);

test("another user's application is kept when Slipway changes its own", async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  s.ray.listed = [theirs];
  s.ray.applications = ['by-code'];
  const own = await want(s, id);
  await writeApplications(s.deps, id);
  expect(s.ray.listed).toEqual([theirs, expect.objectContaining({ args: { revision: own } })]);
  await unwant(s, own);
  await writeApplications(s.deps, id);
  expect([s.ray.listed, await rows(s)]).toEqual([[theirs], []]);
});

test('applications that already match are not written again', async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  await want(s, id);
  await writeApplications(s.deps, id);
  await writeApplications(s.deps, id);
  expect(s.calls.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('concurrent changes by many writers are all applied, on two clusters', async () => {
  const s = await rayScene();
  const other = await rayScene();
  const [one, two] = [
    await connect(s),
    await connect({ deps: { ...s.deps, fetch: other.fetch } }, null, { name: 'two' }),
  ];
  const byHost: Deps['fetch'] = (url, init) => (url.includes('two.') ? other : s).fetch(url, init);
  const deps = { ...s.deps, fetch: byHost };
  s.ray.listed = [theirs];
  const gone = await want(s, one.id);
  await writeApplications(deps, one.id);
  await unwant(s, gone);
  const change = async (at: number) => {
    const cluster = at % 2 === 0 ? one : two;
    const id = await want(s, cluster.id);
    await writeApplications(deps, cluster.id);
    return { id, name: applicationName(id), cluster: cluster.id };
  };
  const made = await Promise.all(Array.from({ length: 24 }, (_, at) => change(at)));
  const on = (id: ClusterId) => made.flatMap((one) => (one.cluster === id ? one.name : []));
  expect(listed(s)).toEqual([...on(one.id), 'theirs'].sort());
  expect(listed({ ...s, ray: other.ray })).toEqual(on(two.id).sort());
});

test('a writer that lost its lease and writes late notices the difference in its next comparison', async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  const first = await want(s, id);
  let second: DeploymentId | undefined;
  // The lease expires while the list is in transit, and another worker adds an application in the meantime.
  const slow: Deps['fetch'] = async (url, init) => {
    if (init.method === 'PUT' && second === undefined) {
      s.clock.advance(clusterLimits.lease.leaseMs + 1);
      second = await want(s, id);
      await writeApplications(s.deps, id);
    }
    return s.fetch(url, init);
  };
  await writeApplications({ ...s.deps, fetch: slow }, id);
  expect(listed(s)).toEqual([first, second].map((one) => applicationName(one ?? '')).sort());
});

test("a writer whose lease was taken before its write doesn't write", async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  await want(s, id);
  let taken = false;
  const late: Deps['fetch'] = async (url, init) => {
    if (init.method === 'GET' && !taken) {
      taken = true;
      s.clock.advance(clusterLimits.lease.leaseMs + 1);
      await writeApplications(s.deps, id);
    }
    return s.fetch(url, init);
  };
  await writeApplications({ ...s.deps, fetch: late }, id);
  expect(s.calls.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('applications that a cluster lost are written again by its next check', async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  const own = await want(s, id);
  await writeApplications(s.deps, id);
  s.ray.listed = [theirs];
  s.ray.packages.add(`_ray_pkg_${'ab'.repeat(20)}.zip`);
  s.clock.advance(301_000);
  await sweep(s.deps);
  expect(listed(s)).toEqual([applicationName(own), 'theirs'].sort());
  expect((await recheckCluster(s.deps, 'gpu')).state).toBe('foreign-applications');
});

test('applications whose packages the cluster also lost are forgotten, so that the next call starts them', async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  await want(s, id);
  await writeApplications(s.deps, id);
  s.ray.listed = [];
  s.clock.advance(301_000);
  await sweep(s.deps);
  expect([s.ray.listed, await rows(s)]).toEqual([[], []]);
});

test('a cluster with running deployments is not removed', async () => {
  const s = await rayScene();
  const { id } = await connect(s);
  const own = await want(s, id);
  const remove = () => removeCluster(s.deps, { type: 'admin', id: 'tests' }, 'gpu');
  await expect(remove()).rejects.toMatchObject({ code: 'conflict', message: 'The cluster gpu runs deployments' });
  await unwant(s, own);
  await writeApplications(s.deps, id);
  await remove();
  expect(await s.deps.db.select().from(clusters)).toEqual([]);
});
