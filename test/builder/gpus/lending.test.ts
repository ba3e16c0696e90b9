// Tests how a builder lends GPUs, with cards that a stand-in reports. Takes 4 s: two builders probe their cards, and twelve processes start.
// @module-tag namespaces
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support.ts';
import { GiB, type GpuBuilder, gpusOf, startOn, startWithCards, stop } from './stand-in.ts';

let one: GpuBuilder;
let two: GpuBuilder;
beforeAll(async () => {
  [one, two] = await Promise.all([
    startWithCards([80], { limits: { gpuRestMs: 3_600_000 } }),
    startWithCards([80, 40], { limits: { gpuRestMs: 3_600_000 } }),
  ]);
});
afterAll(() => Promise.all([one.builder.close(), two.builder.close()]));

test('a fraction is a share of one card for each process, and a start on a full card fails, and says who holds what and what to do', async () => {
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
  const refused = await startOn(one.builder, 'dep_f', { share: { fraction: 0.25 }, replicas: 4, version: '1.1.0' });
  expect(refused).toEqual({
    type: 'failed',
    error: {
      code: 'gpu-full',
      message:
        "clip 1.1.0 asks for 4 × 0.25 of a GPU, and too little is free. GPU 0 (NVIDIA H100, 80 GiB): clip 1.0.0 holds 4 × 20 GiB. Undeploy one that you don't need (`slipway undeploy clip@1.0.0`), or ask for fewer processes (`num_replicas`) or a smaller share (`num_gpus`, `gpu_memory_gb`). `slipway publish --replace` undeploys the older versions first if it must.",
    },
  });
});

test('a process sees the node of its own card only', async () => {
  await startOn(two.builder, 'dep_whole', { share: { cards: 1 } });
  await startOn(two.builder, 'dep_second', { share: { fraction: 0.5 } });
  onTestFinished(() => stop(two, 'dep_whole', 'dep_second'));
  expect(await two.builder.result('dep_whole')).toEqual({ nodes: ['nvidia0', 'nvidiactl'], visible: 'GPU-0000-0' });
  expect(await two.builder.result('dep_second')).toEqual({ nodes: ['nvidia1', 'nvidiactl'], visible: 'GPU-0000-1' });
});

test('a stopped instance gives back its share', async () => {
  await startOn(one.builder, 'dep_g', { share: { cards: 1 } });
  await stop(one, 'dep_g');
  expect(await startOn(one.builder, 'dep_h', { share: { cards: 1 } })).toMatchObject({ type: 'ready' });
  await stop(one, 'dep_h');
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

test('GPUs are lent to one organization at a time', async () => {
  await startOn(one.builder, 'dep_p', { share: { fraction: 0.25 }, organization: 'org_a' });
  onTestFinished(() => stop(one, 'dep_p'));
  const event = await startOn(one.builder, 'dep_q', { share: { fraction: 0.25 }, organization: 'org_b' });
  expect(event).toMatchObject({
    error: { code: 'gpu-full', message: expect.stringContaining('another organization holds 20 GiB') },
  });
});
