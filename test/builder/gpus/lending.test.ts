// Tests how a builder lends GPUs, with cards that a stand-in reports.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually, handler, TestBuilder } from '../support.ts';
import { GiB, type GpuBuilder, gpusOf, startOn, startWithCards, useByOthers } from './stand-in.ts';

let one: GpuBuilder;
let two: GpuBuilder;
beforeAll(async () => {
  [one, two] = await Promise.all([
    startWithCards([80], { limits: { gpuRestMs: 3_600_000 } }),
    startWithCards([80, 40], { limits: { gpuRestMs: 3_600_000 } }),
  ]);
});
afterAll(() => Promise.all([one.builder.close(), two.builder.close()]));

async function stop({ builder }: GpuBuilder, ...ids: string[]): Promise<void> {
  for (const id of ids) await builder.send('DELETE', `/instances/${id}`);
}

test('a fraction is a share of one card for each process', async () => {
  const event = await startOn(one.builder, 'dep_a', { share: { fraction: 0.25 }, replicas: 4 });
  onTestFinished(() => stop(one, 'dep_a'));
  expect(event).toMatchObject({ type: 'ready', instance: { gpus: { lent_bytes: 80 * GiB, cards: [{ index: 0 }] } } });
  expect(await gpusOf(one.builder)).toMatchObject({
    problem: null,
    driver: '580.65.06',
    cuda: '13.0',
    cards: [
      {
        lent_bytes: 80 * GiB,
        holders: [{ instance: 'dep_a', processes: 4, plugin: { name: 'clip', version: '1.0.0' } }],
      },
    ],
  });
});

test('a process sees the node of its own card only', async () => {
  await startOn(two.builder, 'dep_whole', { share: { cards: 1 } });
  await startOn(two.builder, 'dep_second', { share: { fraction: 0.5 } });
  onTestFinished(() => stop(two, 'dep_whole', 'dep_second'));
  expect(await two.builder.result('dep_whole')).toEqual({ nodes: ['nvidia0', 'nvidiactl'], visible: 'GPU-0000-0' });
  expect(await two.builder.result('dep_second')).toEqual({ nodes: ['nvidia1', 'nvidiactl'], visible: 'GPU-0000-1' });
});

test('shares go to the first card with room, and memory may be stated directly', async () => {
  await startOn(two.builder, 'dep_b', { share: { bytes: 60 * GiB } });
  await startOn(two.builder, 'dep_c', { share: { bytes: 30 * GiB } });
  await startOn(two.builder, 'dep_d', { share: { bytes: 20 * GiB } });
  onTestFinished(() => stop(two, 'dep_b', 'dep_c', 'dep_d'));
  const cards = (await gpusOf(two.builder))?.cards.map(({ holders }) => holders.map(({ instance }) => instance));
  expect(cards).toEqual([['dep_b', 'dep_d'], ['dep_c']]);
});

test('a start on a full card fails at once, and says who holds what and what to do', async () => {
  await startOn(one.builder, 'dep_e', { share: { fraction: 0.25 }, replicas: 4 });
  onTestFinished(() => stop(one, 'dep_e'));
  const event = await startOn(one.builder, 'dep_f', { share: { fraction: 0.25 }, replicas: 4, version: '1.1.0' });
  expect(event).toEqual({
    type: 'failed',
    error: {
      code: 'gpu-full',
      message:
        "clip 1.1.0 asks for 4 × 0.25 of a GPU, and too little is free. GPU 0 (NVIDIA H100, 80 GiB): clip 1.0.0 holds 4 × 20 GiB. Undeploy one that you don't need (`slipway undeploy clip@1.0.0`), or ask for fewer processes (`num_replicas`) or a smaller share (`num_gpus`, `gpu_memory_gb`). `slipway publish --replace` undeploys the older versions first if it must.",
    },
  });
});

test('a stopped instance gives back its share', async () => {
  await startOn(one.builder, 'dep_g', { share: { cards: 1 } });
  await stop(one, 'dep_g');
  expect(await startOn(one.builder, 'dep_h', { share: { cards: 1 } })).toMatchObject({ type: 'ready' });
  await stop(one, 'dep_h');
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

test('a process that uses more than its share is ended and started again, and others go on', async () => {
  await startOn(one.builder, 'dep_n', { share: { fraction: 0.25 } });
  await startOn(one.builder, 'dep_o', { share: { fraction: 0.25 } });
  onTestFinished(() => stop(one, 'dep_n', 'dep_o'));
  expect(await one.builder.result('dep_n', { gib: 19 })).toMatchObject({ nodes: ['nvidia0', 'nvidiactl'] });
  await eventually(async () => (await one.builder.status('dep_n')).gpus?.used_bytes).toBe(19 * GiB);
  await one.builder.invoke('dep_n', { gib: 22 });
  await eventually(async () => (await one.builder.status('dep_n')).restarts).toBe(1);
  expect(await one.builder.status('dep_n')).toMatchObject({
    last_crash: { reason: 'it used 22 GiB of GPU memory, more than its 20 GiB' },
  });
  expect(await one.builder.status('dep_o')).toMatchObject({ state: 'ready', restarts: 0 });
  expect(await gpusOf(one.builder)).toMatchObject({ ended: 1 });
});

test('GPUs are lent to one organization at a time, unless the operator trusts more', async () => {
  await startOn(one.builder, 'dep_p', { share: { fraction: 0.25 }, organization: 'org_a' });
  onTestFinished(() => stop(one, 'dep_p'));
  const event = await startOn(one.builder, 'dep_q', { share: { fraction: 0.25 }, organization: 'org_b' });
  expect(event).toMatchObject({
    error: { code: 'gpu-full', message: expect.stringContaining('another organization holds 20 GiB') },
  });
  const trusting = await startWithCards([80], { env: { BUILDER_GPUS_TRUSTED_FOR: 'org_a, org_b' } });
  onTestFinished(() => trusting.builder.close());
  for (const organization of ['org_a', 'org_b'])
    expect(
      await startOn(trusting.builder, `dep_${organization}`, { share: { fraction: 0.25 }, organization }),
    ).toMatchObject({ type: 'ready' });
  const refused = await startOn(trusting.builder, 'dep_r', { share: { fraction: 0.25 }, organization: 'org_c' });
  expect(refused).toMatchObject({ error: { code: 'needs-gpu' } });
});

test('a builder without GPUs says how to lend some', async () => {
  const builder = await TestBuilder.start();
  onTestFinished(() => builder.close());
  expect(await gpusOf(builder)).toBeUndefined();
  expect(await startOn(builder, 'dep_s', { share: { cards: 1 } })).toMatchObject({
    error: { code: 'needs-gpu', message: expect.stringContaining('BUILDER_GPUS=all') },
  });
});
