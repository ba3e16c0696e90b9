// Tests several instances of one deployment on one builder, each with its own processes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, refusal, TestBuilder } from '../support.ts';
import { look, start } from './fleet-plugin.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

test('further instances are requested when calls in flight exceed the target, and have their own processes', async () => {
  await start(builder, 'dep_f1');
  expect((await look(builder, 'dep_f1')).wanted).toBe(1);
  const calls = Array.from({ length: 5 }, () => builder.result('dep_f1', { seconds: 3 }));
  await eventually(async () => (await look(builder, 'dep_f1')).wanted).toBe(3);
  await Promise.all([start(builder, 'dep_f1-2', 'dep_f1'), start(builder, 'dep_f1-3', 'dep_f1')]);
  const ids = ['dep_f1', 'dep_f1-2', 'dep_f1-3'];
  const processes = await Promise.all(ids.map(async (id) => Object(await builder.result(id)).process));
  expect(new Set(processes).size).toBe(3);
  await Promise.all(calls);
});

test("further instances write to their deployment's log, with their instance number", async () => {
  await start(builder, 'dep_f2');
  await start(builder, 'dep_f2-2', 'dep_f2');
  await builder.result('dep_f2', { say: 'from the first' });
  await builder.result('dep_f2-2', { say: 'from the second' });
  const printed = (await builder.logLines('dep_f2')).map(({ instance, line }) => [line, instance]);
  expect(printed).toEqual([
    ['from the first', undefined],
    ['from the second', 2],
  ]);
});

test('an instance whose process dies does not affect the other instances', async () => {
  await start(builder, 'dep_f3');
  await start(builder, 'dep_f3-2', 'dep_f3');
  const other = builder.result('dep_f3', { seconds: 1 });
  expect(refusal(await builder.invoke('dep_f3-2', { die: true }))).toBe('502 instance-crashed');
  expect(await other).toMatchObject({ process: expect.any(String) });
});

test('a fleet request without scaling settings is refused', async () => {
  expect(refusal(await builder.send('POST', '/instances/dep_f5/fleet', '{}'))).toBe('422 invalid-request');
});
