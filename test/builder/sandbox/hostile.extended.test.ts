// Tests plugins in the sandbox `none`, which confines nothing.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

let plain: TestBuilder;
beforeAll(async () => {
  plain = await TestBuilder.start({ env: { BUILDER_SANDBOX: 'none' } });
});
afterAll(() => plain.close());

test('a plugin in the sandbox `none` answers calls', async () => {
  const id = await plain.run({
    'realtime.py': readFileSync(new URL('../../fixtures/builder-plugins/run_inference.py', import.meta.url), 'utf8'),
  });
  expect(await plain.result(id, { text: 'a b' })).toEqual({ words: 2, loaded: 1 });
});

test('a plugin in the sandbox `none` has its own environment and limited memory, and stopping it also ends the processes it forked', async () => {
  const before = plain.workers();
  const id = await plain.run(
    handler(
      [
        'def load_model(self):',
        '    if os.fork() == 0:',
        '        signal.pause()',
        'def predict(self, request):',
        '    try:',
        '        bytearray(10_000_000_000)',
        '    except MemoryError:',
        '        return {"names": sorted(os.environ), "home": os.environ["HOME"] == os.getcwd()}',
      ].join('\n'),
      'import os\nimport signal',
    ),
  );
  expect(await plain.result(id)).toEqual({
    names: ['HOME', 'LANG', 'NUMBA_CACHE_DIR', 'PATH', 'TMPDIR'],
    home: true,
  });
  await plain.send('DELETE', `/instances/${id}`);
  await eventually(() => plain.workers()).toEqual(before);
});

test('a plugin in the sandbox `none` leaves no forked process behind when it exits', async () => {
  const before = plain.workers().length;
  const id = await plain.run(
    handler(
      [
        'def predict(self, request):',
        '    if "fork" in request and os.fork() == 0:',
        '        while True:',
        '            time.sleep(1)',
        '    if "die" in request:',
        '        os._exit(9)',
        '    return {}',
      ].join('\n'),
      'import os\nimport time',
    ),
  );
  await plain.call(id, { fork: true });
  expect(plain.workers()).toHaveLength(before + 2);
  expect(refusal(await plain.invoke(id, { die: true }))).toBe('502 instance-crashed');
  expect(await plain.result(id)).toEqual({});
  await eventually(() => plain.workers().length).toBe(before + 1);
});
