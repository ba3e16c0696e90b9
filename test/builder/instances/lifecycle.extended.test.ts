// Tests the marks of an instance on standby, delayed restarts, and how instances on one builder affect each other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, refusal, TestBuilder } from '../support.ts';
import { mark, mortal } from './mortal-plugin.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

test("a process that ends twice is restarted after a delay, and calls that can't wait that long are refused", async () => {
  const hasty = await TestBuilder.start({ limits: { readyWaitMs: 100 } });
  const id = await hasty.run(mortal);
  await hasty.invoke(id, { die: true });
  await eventually(async () => (await hasty.invoke(id)).status).toBe(200);
  await hasty.invoke(id, { die: true });
  const response = await hasty.fetch(`/instances/${id}/invoke`, { method: 'POST', body: '{}' });
  expect(refusal({ status: response.status, body: await response.json() })).toBe('503 instance-restarting');
  expect(response.headers.get('retry-after')).toBe('1');
  expect((await hasty.status(id)).state).toBe('restarting');
  await eventually(async () => (await hasty.invoke(id)).status).toBe(200);
  expect((await hasty.status(id)).restarts).toBe(2);
  await hasty.close();
});

test('a process that ends is restarted, and PUT reports the start', { tags: 'long' }, async () => {
  const id = await builder.run(mortal);
  const spec = await builder.putPlugin(mortal);
  await builder.invoke(id, { die: true });
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready', instance: { id, restarts: 1 } });
});

test('a process that ends affects no other instance', { tags: 'long' }, async () => {
  const dies = await builder.run(mortal);
  const lives = await builder.run(mortal);
  const before = await builder.result(lives);
  await builder.invoke(dies, { die: true });
  expect(await builder.result(lives)).toEqual(before);
  expect((await builder.status(lives)).restarts).toBe(0);
});

test('DELETE frees the ID while the old instance is still draining', { tags: 'long' }, async () => {
  const spec = await builder.putPlugin(mortal);
  await builder.put('dep_reused', spec);
  const working = builder.call('dep_reused', { work: true });
  await eventually(async () => (await builder.status('dep_reused')).calls_in_flight).toBe(1);
  const stopped = builder.send('DELETE', '/instances/dep_reused');
  await eventually(async () => (await builder.status('dep_reused')).state).toBe('draining');
  expect((await builder.put('dep_reused', spec)).at(-1)).toMatchObject({ type: 'ready' });
  expect(await working).toMatchObject({ status: 'success' });
  await stopped;
  expect(await builder.status('dep_reused')).toMatchObject({ state: 'ready', calls: 0 });
});

test.each([
  ['0 1', true],
  ['0', true],
  ['0 -9', true],
  ['0 9e9', true],
  ['0 2', false],
  ['0 3', false],
])(
  'a call marked %j, after a standby mark with ticket 2, leaves the instance on standby: %s',
  { tags: 'long' },
  async (said, standby) => {
    const id = await builder.run(mortal);
    await mark(builder, id, 'standby', '1 2');
    expect(await mark(builder, id, 'invoke', said)).toBe(200);
    expect(await builder.status(id)).toMatchObject({ standby });
    await mark(builder, id, 'invoke', '1 2');
    expect(await builder.status(id)).toMatchObject({ standby });
  },
);
