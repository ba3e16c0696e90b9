// Tests the isolate driver with a real loader: Dynamic Workers that run well-behaved plugins. workerd enforces no limits locally, so
// test/builder/isolates/isolates-hostile.test.ts tests hostile plugins with the builder.
// @module-tag go
import { beforeAll, describe, expect, test } from 'vitest';
import { act, counted, driver, type Isolates, isolateScene, modules } from './isolate-scene.ts';

let artifact: string;
let start: Isolates['start'];
beforeAll(async () => {
  ({ artifact, start } = await isolateScene());
}, 300_000);

describe('an instance', () => {
  test('an instance in an isolate is loaded once, and can then be called any number of times', async () => {
    const { id, events } = await start();
    expect(events).toMatchObject([
      { type: 'step', step: 'load' },
      { type: 'ready', instance: { id, state: 'ready', code: artifact, restarts: 0 } },
    ]);
    expect([await act(id, 'count'), await act(id, 'count')]).toEqual([counted(1), counted(2)]);
    expect(await driver.status(id)).toMatchObject({ id, state: 'ready', code: artifact });
    await driver.standBy(id, 1);
    await driver.stop(id);
    expect(await driver.logs(id)).toBeUndefined();
  });

  test('an instance in an isolate needs no start, because the first call creates its isolate', async () => {
    modules.set('dep_unstarted', artifact);
    expect(await act('dep_unstarted', 'count')).toEqual(counted(1));
  });

  test('an instance in an isolate shares nothing with another instance of the same module', async () => {
    const [one, two] = [await start(), await start()];
    await act(one.id, 'count');
    expect(await act(two.id, 'count')).toEqual(counted(1));
  });
});

describe('a call', () => {
  test('a call to an isolate that panics returns the panic, and the next call gets a new instance', async () => {
    const { id } = await start();
    await act(id, 'count');
    expect(await act(id, 'panic')).toMatchObject({ error: { code: 'plugin_panic', message: 'on purpose' } });
    expect(await act(id, 'count')).toEqual(counted(1));
  });

  test('a call to an isolate that exits is a crash, which counts toward the automatic rollback', async () => {
    const { id } = await start();
    const message = 'The plugin ended during the call: exit code 3.';
    await expect(act(id, 'exit')).rejects.toMatchObject({ code: 'instance-crashed', message, crashes: 1 });
    await expect(act(id, 'exit')).rejects.toMatchObject({ code: 'instance-crashed', crashes: 2 });
    expect(await act(id, 'count')).toEqual(counted(1));
  });

  test('a call to an isolate that sleeps beyond its time limit is a timeout', { tags: 'long' }, async () => {
    const { id } = await start();
    const message = 'The plugin slept beyond its time limit of 2000 ms.';
    await expect(act(id, 'sleep', 2000)).rejects.toMatchObject({ code: 'call-timeout', message });
  });

  test("a call to an isolate whose answer is too deeply nested is the plugin's error", { tags: 'long' }, async () => {
    const { id } = await start();
    const message = "The plugin's answer nests deeper than 500 levels.";
    await expect(act(id, 'nested')).rejects.toMatchObject({ code: 'answer-invalid', message });
  });
});

test('instances that are not in isolates are left to the builder', async () => {
  expect(await driver.status('dep_elsewhere')).toBeUndefined();
  await expect(act('dep_elsewhere', 'count')).rejects.toMatchObject({ code: 'instance-gone' });
  expect((await driver.capabilities()).isolates).toEqual({ available: true });
});
