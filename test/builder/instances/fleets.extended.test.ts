// Tests how long instances of a deployment live, and how long their calls wait for a start.
import { expect, onTestFinished, test } from 'vitest';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';
import { look, start } from './fleet-plugin.ts';

test('an instance kept awake outlives the idle time', async () => {
  const builder = await TestBuilder.start({ limits: { idleMs: 1500 } });
  onTestFinished(() => builder.close());
  await start(builder, 'dep_f4');
  await start(builder, 'dep_f4-2', 'dep_f4');
  const seen = async () => (await look(builder, 'dep_f4', 1)).instances.map(({ number }) => number);
  await expect.poll(seen, { interval: 500 }).toEqual([1]);
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
