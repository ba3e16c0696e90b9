// Tests which instances sleep when an instance needs their GPUs, with cards that a stand-in reports.
// @module-tag namespaces
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually, handler } from '../support.ts';
import { type GpuBuilder, gpusOf, startOn, startWithCards } from './stand-in.ts';

/** An instance may rest as soon as it has had no call for a moment. */
const limits = { gpuRestMs: 1 };
let on: GpuBuilder;
beforeAll(async () => {
  on = await startWithCards([80], { limits });
});
afterAll(() => on.builder.close());
afterEach(() => on.builder.send('POST', '/instances/stop-all', JSON.stringify({ idle_ms: 0 })));

const half = { fraction: 0.5 };

async function holders(): Promise<string[] | undefined> {
  return (await gpusOf(on.builder))?.cards[0]?.holders.map(({ instance }) => instance);
}

test('the least recently used instance sleeps for a new one', async () => {
  await startOn(on.builder, 'dep_a', { share: half });
  await startOn(on.builder, 'dep_b', { share: half });
  await on.builder.result('dep_b');
  await on.builder.result('dep_a');
  expect(await startOn(on.builder, 'dep_c', { share: half })).toMatchObject({ type: 'ready' });
  expect(await holders()).toEqual(['dep_a', 'dep_c']);
});

test('no instance sleeps if all that may sleep are not enough', async () => {
  await startOn(on.builder, 'dep_d', { share: half });
  await startOn(on.builder, 'dep_e', { share: half });
  await on.builder.fetch('/instances/dep_e', { headers: { 'slipway-keep-awake': '1' } });
  expect(await startOn(on.builder, 'dep_f', { share: { cards: 1 } })).toMatchObject({ error: { code: 'gpu-full' } });
  expect(await holders()).toEqual(['dep_d', 'dep_e']);
});

test('an instance that its manifest keeps awake does not sleep, but does once another version is live', async () => {
  await startOn(on.builder, 'dep_g', { share: { cards: 1 } });
  await on.builder.fetch('/instances/dep_g', { headers: { 'slipway-keep-awake': '1' } });
  expect(await startOn(on.builder, 'dep_h', { share: half })).toMatchObject({ error: { code: 'gpu-full' } });
  await on.builder.fetch('/instances/dep_g/standby', { method: 'POST', headers: { 'slipway-standby': '1 7' } });
  expect(await startOn(on.builder, 'dep_h', { share: half })).toMatchObject({ type: 'ready' });
});

test('an instance with a call in progress does not sleep', async () => {
  const waiting = handler('async def predict(self, request):\n    await asyncio.sleep(3600)', 'import asyncio');
  await startOn(on.builder, 'dep_i', { share: { cards: 1 }, files: waiting });
  const caller = new AbortController();
  const body = JSON.stringify({ inputs: {}, parameters: {} });
  const call = on.builder.fetch('/instances/dep_i/invoke', { method: 'POST', body, signal: caller.signal });
  await eventually(async () => (await on.builder.status('dep_i')).calls_in_flight).toBe(1);
  expect(await startOn(on.builder, 'dep_j', { share: half })).toMatchObject({ error: { code: 'gpu-full' } });
  caller.abort();
  await expect(call).rejects.toThrow();
});

test('an instance of another organization that may sleep does, where GPUs are lent to one at a time', async () => {
  await startOn(on.builder, 'dep_k', { share: half, organization: 'org_a' });
  expect(await startOn(on.builder, 'dep_l', { share: half, organization: 'org_b' })).toMatchObject({ type: 'ready' });
  expect(await holders()).toEqual(['dep_l']);
});

test('an instance without a call for a minute may sleep, by default', async () => {
  const usual = await startWithCards([80]);
  onTestFinished(() => usual.builder.close());
  await startOn(usual.builder, 'dep_m', { share: { cards: 1 } });
  expect(await startOn(usual.builder, 'dep_n', { share: half })).toMatchObject({ error: { code: 'gpu-full' } });
});
