// Tests that `slipway test` calls a plugin's examples in a batch too, and compares the answers of run_many with those of the method for
// single calls.
import { expect, test } from 'vitest';
import { batching, checks, double, runInference, runMany, two } from './batching-plugins.ts';

test('examples are called one by one and then in one batch', async () => {
  const [code, all] = await checks({ methods: double });
  expect([code, all.slice(-2)]).toMatchObject([
    0,
    [
      { name: 'realtime', status: 'passed', detail: expect.stringMatching(/, 2 examples passed$/) },
      { name: 'batching', status: 'passed', detail: '2 examples passed in one batch' },
    ],
  ]);
  expect(all.at(-2)?.lines).toEqual(['batch of 1', 'batch of 1', 'batch of 2']);
});

test('an answer that is wrong only in a batch fails the check', async () => {
  const methods = ['def run_many(self, inputs, parameters):', '    return [{"n": one["n"]} for one in inputs[::-1]]'];
  const examples = two.map(({ inputs }) => ({ inputs, result: inputs }));
  expect(await batching({ methods, examples })).toEqual([
    1,
    'failed',
    'tests/examples/0.json, in a batch of 2: expected n to be 1, got 2',
  ]);
});

test('an answer of run_many that differs from that of run_inference fails the check', async () => {
  const single = runInference('{"n": inputs["n"], "name": "x"}');
  expect(await batching({ methods: [...runMany('{"n": one["n"], "name": "yy"}'), ...single] })).toEqual([
    1,
    'failed',
    'tests/examples/0.json: the answer in a batch of 2 differs from the one without batching: $.name: text changed: 1 → 2 characters',
  ]);
});
