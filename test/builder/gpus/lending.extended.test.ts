// Tests shares of GPUs that the builder can't lend or lends elsewhere, with cards that a stand-in reports.
// @module-tag namespaces
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually, handler } from '../support.ts';
import { GiB, type GpuBuilder, gpusOf, startOn, startWithCards, stop, useByOthers } from './stand-in.ts';

let one: GpuBuilder;
let two: GpuBuilder;
beforeAll(async () => {
  [one, two] = await Promise.all([
    startWithCards([80], { limits: { gpuRestMs: 3_600_000 } }),
    startWithCards([80, 40], { limits: { gpuRestMs: 3_600_000 } }),
  ]);
});
afterAll(() => Promise.all([one.builder.close(), two.builder.close()]));

test('shares go to the first card with room, and memory may be stated directly', async () => {
  await startOn(two.builder, 'dep_b', { share: { bytes: 60 * GiB } });
  await startOn(two.builder, 'dep_c', { share: { bytes: 30 * GiB } });
  await startOn(two.builder, 'dep_d', { share: { bytes: 20 * GiB } });
  onTestFinished(() => stop(two, 'dep_b', 'dep_c', 'dep_d'));
  const cards = (await gpusOf(two.builder))?.cards.map(({ holders }) => holders.map(({ instance }) => instance));
  expect(cards).toEqual([['dep_b', 'dep_d'], ['dep_c']]);
});

test('an instance that starts again while its last process ends holds both shares, and then its own', async () => {
  const files = handler(
    'def predict(self, request):\n    time.sleep(request["seconds"])\n    return {}',
    'import time',
  );
  await startOn(one.builder, 'dep_again', { share: { fraction: 0.5 }, files });
  const call = one.builder.invoke('dep_again', { seconds: 2 });
  await eventually(async () => (await one.builder.status('dep_again')).calls_in_flight).toBe(1);
  const stopped = one.builder.send('DELETE', '/instances/dep_again');
  await eventually(async () => (await one.builder.status('dep_again')).state).toBe('draining');
  expect(await startOn(one.builder, 'dep_again', { share: { fraction: 0.5 }, files })).toMatchObject({ type: 'ready' });
  expect((await gpusOf(one.builder))?.cards).toMatchObject([{ lent_bytes: 80 * GiB }]);
  await Promise.all([call, stopped]);
  await eventually(async () => (await gpusOf(one.builder))?.cards[0]?.lent_bytes).toBe(40 * GiB);
  await stop(one, 'dep_again');
});

test('a plugin that fails to load gives back its share', async () => {
  const files = { 'realtime.py': 'raise RuntimeError("no")' };
  expect(await startOn(one.builder, 'dep_i', { share: { cards: 1 }, files })).toMatchObject({ type: 'failed' });
  expect((await gpusOf(one.builder))?.cards).toMatchObject([{ lent_bytes: 0, holders: [] }]);
});

test('memory that other programs use is not lent', async () => {
  useByOthers(one.folder, { 0: 30 * GiB });
  onTestFinished(() => useByOthers(one.folder, {}));
  await eventually(async () => (await gpusOf(one.builder))?.cards[0]?.used_bytes).toBe(30 * GiB);
  const event = await startOn(one.builder, 'dep_j', { share: { fraction: 0.75 } });
  expect(event).toMatchObject({
    error: { code: 'gpu-full', message: expect.stringContaining('other programs use 30 GiB') },
  });
  expect(await startOn(one.builder, 'dep_k', { share: { fraction: 0.5 } })).toMatchObject({ type: 'ready' });
  await stop(one, 'dep_k');
});

test('the little that the driver itself uses does not keep two halves apart', async () => {
  useByOthers(one.folder, { 0: 5 * 1024 ** 2 });
  onTestFinished(() => useByOthers(one.folder, {}));
  await eventually(async () => (await gpusOf(one.builder))?.cards[0]?.used_bytes).toBe(5 * 1024 ** 2);
  expect(await startOn(one.builder, 'dep_l', { share: { fraction: 0.5 }, replicas: 2 })).toMatchObject({
    type: 'ready',
  });
  await stop(one, 'dep_l');
});

test.each([
  [{ cards: 3 }, '3 GPUs, more than this builder has: GPU 0 with 80 GiB, GPU 1 with 40 GiB'],
  [{ bytes: 90 * GiB }, '90 GiB of GPU memory, more than this builder has'],
  [{ fraction: 0.01 }, '0.01 of a GPU, 0.4 GiB here. The smallest share is 1 GiB'],
])('a request for %o is refused, as the builder can never meet it', async (share, reason) => {
  const event = await startOn(two.builder, 'dep_m', { share });
  expect(event).toMatchObject({ error: { code: 'needs-gpu', message: expect.stringContaining(reason) } });
});

test('GPUs are lent to several organizations at a time if the operator trusts them', async () => {
  const trusting = await startWithCards([80], { env: { BUILDER_GPUS_TRUSTED_FOR: 'org_a, org_b' } });
  onTestFinished(() => trusting.builder.close());
  for (const organization of ['org_a', 'org_b'])
    expect(
      await startOn(trusting.builder, `dep_${organization}`, { share: { fraction: 0.25 }, organization }),
    ).toMatchObject({ type: 'ready' });
  const refused = await startOn(trusting.builder, 'dep_r', { share: { fraction: 0.25 }, organization: 'org_c' });
  expect(refused).toMatchObject({ error: { code: 'needs-gpu' } });
});
