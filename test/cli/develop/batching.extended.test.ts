// Tests how `slipway test` judges plugins whose batches fail, are of other sizes, or answer in another way than single calls.
import { expect, test } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { batching, double, folder, runInference, runMany, two } from './batching-plugins.ts';

test('a report line says what was compared', async () => {
  const methods = [...double, ...runInference('{"n": 2 * inputs["n"]}')];
  const { code, stdout } = await slipwayInProcess(['test', folder({ methods })]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(
      '\n✓ batching   2 examples passed in one batch; the answers are the same without batching\n',
    ),
  ]);
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

test('examples with other parameters run in other batches, and the report says how many ran together', async () => {
  const other = (n: number) => ({ inputs: { n }, parameters: { limit: n } });
  expect(await batching({ methods: double, examples: [...two, other(3)] })).toEqual([
    0,
    'passed',
    '3 examples passed in batches of up to 2',
  ]);
  const none = 'no batch ran, which takes two examples with the same parameters';
  expect(await batching({ methods: double, examples: [other(1), other(2)] })).toEqual([0, 'skipped', none]);
  expect(await batching({ methods: double, examples: two.slice(1) })).toEqual([0, 'skipped', none]);
});

test('an exception that only a batch causes fails the check', async () => {
  const methods = [
    'def run_many(self, inputs, parameters):',
    '    if len(inputs) > 1:',
    '        raise ValueError("too many")',
    '    return [{}]',
  ];
  expect(await batching({ methods })).toEqual([
    1,
    'failed',
    'tests/examples/0.json, in a batch of 2: the handler raised ValueError: too many',
  ]);
});

test('a process that dies in a batch fails the check', async () => {
  const methods = [
    'def run_many(self, inputs, parameters):',
    '    if len(inputs) > 1:',
    '        raise SystemExit(3)',
    '    return [{}]',
  ];
  const [code, status, detail] = await batching({ methods });
  expect([code, status, detail]).toEqual([
    1,
    'failed',
    expect.stringMatching(/^tests\/examples\/0\.json, in a batch of 2: /),
  ]);
});

test('an answer in a batch that differs from the answer alone is a warning if nothing says which is right', async () => {
  expect(await batching({ methods: runMany('{"n": one["n"], "size": len(inputs)}') })).toEqual([
    0,
    'warning',
    'tests/examples/0.json: the answer in a batch of 2 differs from the one alone: $.size: number larger by 100%',
  ]);
});

test('answers that differ by less than the tolerance of releases are the same', async () => {
  const methods = [...runMany('{"n": one["n"] + 1e-9}'), ...runInference('{"n": inputs["n"] + 2e-9}')];
  expect((await batching({ methods })).slice(0, 2)).toEqual([0, 'passed']);
});

test("paths that the manifest's release plan ignores are not compared", async () => {
  const methods = [...runMany('{"n": 1, "took_ms": 1}'), ...runInference('{"n": 1, "took_ms": 2}')];
  const release = '"batching": {}, "release": {"gates": {"answer_diff": {"ignore": ["$.took_ms"]}}}';
  expect((await batching({ methods, serveConfig: release })).slice(0, 2)).toEqual([0, 'passed']);
});

test('a plugin that fails only without batching fails the check', async () => {
  const methods = [...double, ...runInference('{"n": 2 * inputs["n"]} if inputs["n"] == 1 else {}["missing"]')];
  expect(await batching({ methods })).toEqual([
    1,
    'failed',
    'tests/examples/1.json: the answer in a batch of 2 differs from the one without batching: $: error → answer',
  ]);
});

test('a single example is compared too', async () => {
  const methods = [...double, ...runInference('{"n": 3 * inputs["n"]}')];
  expect(await batching({ methods, examples: two.slice(1) })).toEqual([
    1,
    'failed',
    'tests/examples/0.json: the answer in a batch of 1 differs from the one without batching: $.n: number smaller by 33.3%',
  ]);
});

test('a plugin without batching has no such check', async () => {
  const methods = runInference('{"n": inputs["n"]}');
  expect(await batching({ methods, serveConfig: '' })).toEqual([0, undefined, undefined]);
});

test.each([
  ['__call__', ['def __call__(self, inputs, parameters):', '    return {"n": inputs["n"], "name": "x"}']],
  ['predict', ['def predict(self, request):', '    return {"n": request["n"], "name": "x"}']],
])('an answer of run_many that differs from that of %s fails the check', async (_, single) => {
  expect(await batching({ methods: [...runMany('{"n": one["n"], "name": "yy"}'), ...single] })).toEqual([
    1,
    'failed',
    'tests/examples/0.json: the answer in a batch of 2 differs from the one without batching: $.name: text changed: 1 → 2 characters',
  ]);
});
