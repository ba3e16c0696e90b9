// Tests runs of versions on a Ray cluster, with a fake Ray that returns each row unchanged. `npm run test:ray` runs the steps
// themselves.
import { expect, test } from 'vitest';
import { storeSecret } from '../../../support/scenes/secrets.ts';
import { connect } from '../scenes/ray-scene.ts';
import { numbers, raySceneOfRuns, rowsOf } from '../scenes/runs.ts';

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
