// Tests plugins that compute with torch on a real GPU, in the sandbox of a builder.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { gpusOf } from '../builder/gpus/stand-in.ts';
import { eventually } from '../builder/support.ts';
import { GiB, share, TorchBuilder } from './torch.ts';

let on: TorchBuilder;
let running: string[] = [];
beforeAll(async () => {
  on = await TorchBuilder.start();
});
afterEach(async () => {
  await on.stop(...running);
  running = [];
});
afterAll(() => on.builder.close());

/** Starts an instance that is stopped after the test. */
async function start(id: string, more: Parameters<TorchBuilder['start']>[1] = {}): Promise<void> {
  running.push(id);
  const event = await on.start(id, more);
  if (event?.type !== 'ready') throw new Error(`It did not start: ${JSON.stringify(event)}`);
}

const product = 256 ** 3 * 4;

function multiply(id: string): Promise<unknown> {
  return on.ask(id, 'multiply');
}

async function usedBy(id: string): Promise<number> {
  return (await on.builder.status(id)).gpus?.used_bytes ?? 0;
}

test('a process computes on its card, and needs no more memory than the default', async () => {
  await start('dep_computes');
  expect(await multiply('dep_computes')).toBe(product);
  expect(await on.builder.status('dep_computes')).toMatchObject({ state: 'ready', restarts: 0 });
});

test('a process sees only its own card', async () => {
  await start('dep_looks');
  const cards = (await gpusOf(on.builder))?.cards.filter(({ holders }) => holders.length > 0);
  expect(cards).toHaveLength(1);
  const seen = { nodes: 1, cards: 1, visible: cards?.[0]?.uuid };
  expect(await on.ask('dep_looks', 'look')).toEqual(seen);
});

test('NVML tells a process no name of another process', async () => {
  await start('dep_asks');
  await start('dep_other');
  expect(await multiply('dep_other')).toBe(product);
  expect(await on.ask('dep_asks', 'others')).toEqual([]);
});

test('two plugins share a card', async () => {
  await start('dep_first');
  await start('dep_second');
  expect(await Promise.all([multiply('dep_first'), multiply('dep_second')])).toEqual([product, product]);
  const used = async () => {
    const cards = (await gpusOf(on.builder))?.cards ?? [];
    return cards.map(({ holders }) => holders.filter(({ used_bytes }) => (used_bytes ?? 0) > 0).length);
  };
  await eventually(used).toContain(2);
});

test("torch's own error reports a lack of memory, and the process goes on", async () => {
  await start('dep_full');
  const { body } = await on.builder.invoke('dep_full', { do: 'keep', gib: 5 });
  expect(body).toMatchObject({ status: 'error', error: { type: 'OutOfMemoryError' } });
  expect(await multiply('dep_full')).toBe(product);
  expect(await on.builder.status('dep_full')).toMatchObject({ restarts: 0 });
});

test('a process that takes more than its share is replaced, and says why', async () => {
  await start('dep_exceeds');
  await start('dep_beside');
  await on.builder.invoke('dep_exceeds', { do: 'exceed', gib: 6 });
  await eventually(async () => (await on.builder.status('dep_exceeds')).restarts).toBe(1);
  expect(await on.builder.status('dep_exceeds')).toMatchObject({
    last_crash: { reason: expect.stringMatching(/^it used .* of GPU memory, more than its 4 GiB$/) },
  });
  expect(await multiply('dep_beside')).toBe(product);
  expect(await on.builder.status('dep_beside')).toMatchObject({ restarts: 0 });
});

test('a process is replaced after a device-side assert', async () => {
  await start('dep_misuses');
  const { body } = await on.builder.invoke('dep_misuses', { do: 'misuse' });
  expect(body).toMatchObject({ status: 'error', error: { message: expect.stringContaining('device-side assert') } });
  expect(await multiply('dep_misuses')).toBe(product);
  expect(await on.builder.status('dep_misuses')).toMatchObject({
    restarts: 1,
    last_crash: { reason: expect.stringContaining('device-side assert') },
  });
});

test('a killed process leaves no memory on the card, and is started again', async () => {
  await start('dep_killed');
  expect(await on.ask('dep_killed', 'keep', { gib: 2 })).toBe(1);
  await eventually(() => usedBy('dep_killed')).toBeGreaterThan(2 * GiB);
  for (const pid of on.builder.workers()) process.kill(pid, 'SIGKILL');
  await eventually(async () => (await on.builder.status('dep_killed')).restarts).toBe(1);
  expect(await multiply('dep_killed')).toBe(product);
  await eventually(() => usedBy('dep_killed')).toBeLessThan(2 * GiB);
});

test('a stopped version leaves its cards to the next one', async () => {
  const cards = (await gpusOf(on.builder))?.cards.length ?? 0;
  await start('dep_old', { gpu: { cards } });
  expect(await on.start('dep_new', { gpu: { cards } })).toMatchObject({ error: { code: 'gpu-full' } });
  await on.stop('dep_old');
  await start('dep_new', { gpu: { cards } });
  expect(await multiply('dep_new')).toBe(product);
});

test('three processes load a model of 100 MB', async () => {
  const numbers = new Float32Array(25_000_000).fill(7);
  const model = await on.putModel('numbers', new Uint8Array(numbers.buffer));
  await start('dep_models', { gpu: share, serving: { replicas: 3 }, models: [model] });
  const calls = Array.from({ length: 6 }, () => on.ask('dep_models', 'last'));
  expect(await Promise.all(calls)).toEqual(calls.map(() => 7));
  await eventually(() => usedBy('dep_models')).toBeGreaterThan(3 * numbers.byteLength);
});
