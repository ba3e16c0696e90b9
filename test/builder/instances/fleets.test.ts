// Tests several instances of one deployment on one builder, each with its own processes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, fleetSchema } from '../../../src/contract/builder/fleets.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { idleMs: 3000 } });
});
afterAll(() => builder.close());

const files = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "say" in inputs:',
    '        print(inputs["say"])',
    '    if "die" in inputs:',
    '        os._exit(9)',
    '    await asyncio.sleep(inputs.get("seconds", 0))',
    '    return {"process": self.name}',
    'def load_model(self):',
    '    self.name = str(uuid.uuid4())',
  ].join('\n'),
  'import asyncio\nimport os\nimport uuid',
);

async function start(id: string, log?: string): Promise<void> {
  const spec = { ...(await builder.putPlugin(files)), ...(log === undefined ? {} : { log }) };
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
}

async function look(id: string, keep_awake = 0): Promise<Fleet> {
  const scaling = { min: keep_awake, max: 3, target_in_flight: 2 };
  const { body } = await builder.send('POST', `/instances/${id}/fleet`, JSON.stringify({ scaling, keep_awake }));
  return fleetSchema.parse(body);
}

test('further instances are requested when calls in flight exceed the target, and have their own processes', async () => {
  await start('dep_f1');
  expect((await look('dep_f1')).wanted).toBe(1);
  const calls = Array.from({ length: 5 }, () => builder.result('dep_f1', { seconds: 3 }));
  await eventually(async () => (await look('dep_f1')).wanted).toBe(3);
  await Promise.all([start('dep_f1-2', 'dep_f1'), start('dep_f1-3', 'dep_f1')]);
  const ids = ['dep_f1', 'dep_f1-2', 'dep_f1-3'];
  const processes = await Promise.all(ids.map(async (id) => Object(await builder.result(id)).process));
  expect(new Set(processes).size).toBe(3);
  await Promise.all(calls);
});

test("further instances write to their deployment's log, with their instance number", async () => {
  await start('dep_f2');
  await start('dep_f2-2', 'dep_f2');
  await builder.result('dep_f2', { say: 'from the first' });
  await builder.result('dep_f2-2', { say: 'from the second' });
  const printed = (await builder.logLines('dep_f2')).map(({ instance, line }) => [line, instance]);
  expect(printed).toEqual([
    ['from the first', undefined],
    ['from the second', 2],
  ]);
});

test('an instance whose process dies does not affect the other instances', async () => {
  await start('dep_f3');
  await start('dep_f3-2', 'dep_f3');
  const other = builder.result('dep_f3', { seconds: 1 });
  expect(refusal(await builder.invoke('dep_f3-2', { die: true }))).toBe('502 instance-crashed');
  expect(await other).toMatchObject({ process: expect.any(String) });
});

test('an instance kept awake outlives the idle time', async () => {
  await start('dep_f4');
  await start('dep_f4-2', 'dep_f4');
  const seen = async () => (await look('dep_f4', 1)).instances.map(({ number }) => number);
  await expect.poll(seen, { interval: 500 }).toEqual([1]);
});

test('a fleet request without scaling settings is refused', async () => {
  expect(refusal(await builder.send('POST', '/instances/dep_f5/fleet', '{}'))).toBe('422 invalid-request');
});

test('a call that waits too long for a start fails, and the error says that the instance is starting', async () => {
  const impatient = await TestBuilder.start({ limits: { readyWaitMs: 100 } });
  const slow = handler(
    'def load_model(self):\n    time.sleep(60)\ndef predict(self, request):\n    return {}',
    'import time',
  );
  const spec = await impatient.putPlugin(slow);
  const starting = impatient.put('dep_slow', spec).catch(() => {});
  await eventually(async () => (await impatient.send('GET', '/instances/dep_slow')).status).toBe(200);
  expect(refusal(await impatient.invoke('dep_slow'))).toBe('503 instance-starting');
  await impatient.close();
  await starting;
});
