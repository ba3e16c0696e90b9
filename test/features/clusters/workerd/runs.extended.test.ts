// Tests runs on a Ray cluster whose processes, applications or workers get lost, with a fake Ray.
import { expect, test } from 'vitest';
import { clusterLimits } from '../../../../src/contract/features/clusters/limits.ts';
import { raisedBy } from '../../../../src/contract/limits/limit-texts.ts';
import { sweep } from '../../../../src/sweep.ts';
import { connect, gpuStep } from '../scenes/ray-scene.ts';
import { numbers, raySceneOfRuns, rowsOf } from '../scenes/runs.ts';

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
