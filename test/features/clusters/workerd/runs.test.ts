// Tests runs of versions on a Ray cluster, with a fake Ray that returns each row unchanged. `npm run test:ray` runs the steps
// themselves.
import { expect, test } from 'vitest';
import { clusterLimits } from '../../../../src/contract/features/clusters/limits.ts';
import { raisedBy } from '../../../../src/contract/limits/limit-texts.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { storeSecret } from '../../../support/scenes/secrets.ts';
import { fakeRay } from '../scenes/fake-ray.ts';
import { connect, forgetClusters, gpuStep, withRay } from '../scenes/ray-scene.ts';
import { runScene } from '../scenes/run-scene.ts';

const doubling = `def double(batch):
    batch["twice"] = [2 * n for n in batch["n"]]
    return batch


def build_steps(request, container=None):
    return {"steps": [double]}
`;

const declared = (more = '') =>
  `feature_extractor_name = "rows"\nversion = "1.0.0"\nfeatures = []\nserve_config = {"num_gpus": 0.5}\n${more}`;

/** `deps` belongs to a Worker with the fake Ray. */
async function raySceneOfRuns(more?: string, pipeline = doubling) {
  const s = await runScene(pipeline, declared(more));
  await forgetClusters(s);
  const fake = fakeRay();
  const deps = withRay(s.deps, fake.fetch, s.actor.organizationId);
  return { ...s, ...fake, deps, drain: () => s.drain(deps) };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const rowsOf = (s: Awaited<ReturnType<typeof raySceneOfRuns>>) => s.deps.db.select().from(clusterApplications);

test('a run of a version on Ray has its own application, which is removed when the run ends', async () => {
  const s = await raySceneOfRuns();
  await connect(s);
  const listed: unknown[] = [];
  s.ray.rowsStatus = () => void listed.push(...s.ray.listed);
  const run = await s.create(numbers(1000), 3);
  await s.drain();
  const ended = await s.row(run.id);
  expect(ended).toMatchObject({ status: 'succeeded', rows: 1000, done: 1000, failed: 0 });
  expect(await s.lines(ended, 'output')).toEqual(numbers(1000));
  expect(listed[0]).toMatchObject({
    name: `slipway-${run.deploymentId}-${run.id.slice(-12)}`,
    args: {
      entry: 'run',
      serve: { autoscaling_config: { min_replicas: 1, max_replicas: 3 }, max_ongoing_requests: 1 },
    },
  });
  expect([s.ray.listed, await rowsOf(s)]).toEqual([[], []]);
});

test('each process of a run whose pipeline has a GPU step gets a GPU, even if manifest.py asks for none', async () => {
  const s = await raySceneOfRuns('serve_config = {}\n', gpuStep);
  await connect(s);
  const listed: unknown[] = [];
  s.ray.rowsStatus = () => void listed.push(...s.ray.listed);
  const run = await s.create(numbers(10));
  await s.drain();
  expect(await s.row(run.id)).toMatchObject({ status: 'succeeded', done: 10 });
  expect(listed[0]).toMatchObject({ args: { entry: 'run', serve: { ray_actor_options: { num_gpus: 1 } } } });
});

test.each([
  ['its process exits', 500, "the plugin's process exited during the row, on gpu"],
  ['it hangs', 504, `the row did not end within its time limit. ${raisedBy.time}`],
])('a row on Ray with which %s is the only row that fails', async (_, status, error) => {
  const s = await raySceneOfRuns();
  await connect(s);
  s.ray.rowsStatus = (rows) => (rows.includes('{"n":137}') ? status : undefined);
  const run = await s.create(numbers(300));
  await s.drain();
  const ended = await s.row(run.id);
  expect(ended).toMatchObject({ status: 'partial', done: 299, failed: 1 });
  expect(await s.lines(ended, 'errors')).toEqual([{ row: 137, error, input: { n: 137 } }]);
  expect(await s.lines(ended, 'output')).toEqual(numbers(300).filter(({ n }) => n !== 137));
});

test("a secret reaches a run's processes only with its rows", async () => {
  const s = await raySceneOfRuns('permissions = {"secrets": ["TOKEN"]}\n');
  await connect(s);
  const value = 'the-value-of-the-secret';
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value });
  let forgets = 2;
  s.ray.rowsStatus = () => {
    // Another process, which has no secrets yet, takes the next rows.
    if (forgets-- > 0) s.ray.provisions.clear();
    return undefined;
  };
  const run = await s.create(numbers(500));
  await s.drain();
  expect(await s.row(run.id)).toMatchObject({ status: 'succeeded', done: 500 });
  const toDashboard = s.calls.filter(({ url }) => url.includes('://gpu.'));
  expect(toDashboard.length).toBeGreaterThan(0);
  expect(JSON.stringify(toDashboard)).not.toContain(value);
});

test('a run on a cluster that lost its application continues after the application is restarted', async () => {
  const s = await raySceneOfRuns();
  await connect(s);
  let losses = 1;
  s.ray.rowsStatus = () => {
    if (losses-- <= 0) return undefined;
    s.ray.listed = [];
    s.ray.packages.clear();
    return 404;
  };
  const run = await s.create(numbers(500));
  await s.drain();
  expect(await s.row(run.id)).toMatchObject({ status: 'succeeded', done: 500, failed: 0 });
});

test('the application of a run whose worker died is removed by a check of its cluster after the run has ended', async () => {
  const s = await raySceneOfRuns();
  await connect(s);
  const run = await s.create(numbers(10));
  s.ray.rowsStatus = () => 503;
  const dying = s.drain();
  await expect.poll(() => s.ray.listed.length).toBe(1);
  s.clock.advance(clusterLimits.checkEveryMs + 1);
  await sweep(s.deps);
  expect(s.ray.listed).toHaveLength(1);
  await s.client.post(`${s.at}/${run.id}/cancel`);
  s.clock.advance(clusterLimits.checkEveryMs + 1);
  await sweep(s.deps);
  await dying;
  expect([s.ray.listed, await rowsOf(s)]).toEqual([[], []]);
});

test('a run in an organization that no cluster accepts fails with that reason', async () => {
  const s = await raySceneOfRuns();
  await connect(s, []);
  const run = await s.create(numbers(10));
  await s.drain();
  expect(await s.row(run.id)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining("no Ray cluster accepts this organization's plugins"),
  });
});
