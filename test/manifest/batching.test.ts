// Tests the batching in manifest.py. An invalid value is an error, so that nobody waits for batches that never gather.
import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

const service = (...methods: string[]) => ({
  'realtime.py': `class AInferenceService:\n${methods.map((method) => `    ${method}\n`).join('')}`,
});
const runMany = 'def run_many(self, inputs, parameters): pass';
const runInference = 'def run_inference(self, inputs, parameters): pass';
const batching = 'serve_config = {"batching": {}}\n';

test.each([
  ['True', 'Invalid input: expected object'],
  ['32', 'Invalid input: expected object'],
  ['[]', 'Invalid input: expected object'],
  ['{"max_batch_size": 32}', 'Unrecognized key: "max_batch_size"'],
  ['{"max_size": 0}', 'max_size: '],
  ['{"max_size": 513}', 'max_size: '],
  ['{"max_size": 1.5}', 'max_size: '],
  ['{"max_size": True}', 'max_size: '],
  ['{"max_size": "32"}', 'max_size: '],
  ['{"max_size": None}', 'max_size: '],
  ['{"max_wait_ms": -1}', 'max_wait_ms: '],
  ['{"max_wait_ms": 1001}', 'max_wait_ms: '],
  ['{"max_bytes": 0}', 'max_bytes: '],
  ['{"retry": 1}', 'retry: '],
])('serve_config["batching"] = %s is an error that says what is wrong', async (value, reason) => {
  const { problems } = await read(manifestWith(`serve_config = {"batching": ${value}}`, service(runMany)));
  expect(places(problems)).toEqual(['SLM112 manifest.py:3:29 serve_config.batching']);
  expect(problems[0]?.message).toContain(`serve_config.batching is invalid. ${reason}`);
  expect(problems[0]?.message).toContain('Use a dict such as {"max_size": 32, "max_wait_ms": 0}');
});

test.each(['{}', '{"max_size": 1}', '{"max_size": 512, "max_wait_ms": 1000}', '{"max_bytes": 1000, "retry": False}'])(
  'serve_config["batching"] = %s is valid',
  async (value) => {
    const { problems, warnings } = await read(manifestWith(`serve_config = {"batching": ${value}}`, service(runMany)));
    expect([problems, warnings]).toEqual([[], []]);
  },
);

test('`None` asks for no batching', async () => {
  const plugin = manifestWith('serve_config = {"batching": None, "max_concurrency": 4}', service(runInference));
  const { problems, warnings } = await read(plugin);
  expect([problems, warnings]).toEqual([[], []]);
});

test('batching without realtime.py is an error', async () => {
  const { problems } = await read(manifestWith(batching));
  expect(places(problems)).toEqual(['SLM112 manifest.py:3:29 serve_config.batching']);
  expect(messages(problems)).toEqual([
    'serve_config.batching is for calls, but the plugin has no realtime.py. Add one with run_many, or remove "batching".',
  ]);
});

test.each([
  ['serve_config = {"batching": {}, "max_concurrency": 4}', '3:52', 'serve_config'],
  ['serve_config = {"batching": {}}\ncompute_profile = {"max_concurrency": 4}', '4:39', 'compute_profile'],
])('a max_concurrency beside batching is a warning: %s', async (manifest, at, field) => {
  const { problems, warnings } = await read(manifestWith(manifest, service(runMany)));
  expect([problems, places(warnings)]).toEqual([[], [`SLM402 manifest.py:${at} ${field}.max_concurrency`]]);
  expect(messages(warnings)).toEqual([
    `${field}.max_concurrency has no effect beside serve_config.batching: each process runs one batch at a time. Remove it.`,
  ]);
});

describe('with batching', () => {
  test.each([
    ['run_many', [runMany]],
    ['async', [`async ${runMany}`]],
    ['with defaults', ['def run_many(self, inputs, parameters=None, *, limit=3): pass']],
    ['decorated', ['@timed', 'def run_many(self): yield 1']],
    ['beside another method', [runMany, runInference]],
    ['with the word in a comment', ['def run_many(self, inputs, parameters): pass  # yield']],
    [
      'with a generator function inside',
      ['def run_many(self, inputs, parameters):', '    def each(): yield {}', '    return list(each())'],
    ],
  ])('run_many can be called: %s', async (_, methods) => {
    const { problems, warnings } = await read(manifestWith(batching, service(...methods)));
    expect([problems, warnings]).toEqual([[], []]);
  });

  test.each([
    [
      'no run_many',
      [runInference],
      '1:7 AInferenceService',
      'AInferenceService has no run_many, which serve_config["batching"] in manifest.py needs. Add run_many(self, inputs, parameters), or remove "batching".',
    ],
    [
      'one argument',
      ['async def run_many(self, inputs): pass'],
      '2:15 AInferenceService.run_many',
      'AInferenceService.run_many cannot be called with inputs and parameters. Declare it as run_many(self, inputs, parameters).',
    ],
    [
      'a generator function',
      ['def run_many(self, inputs, parameters):', '    for one in inputs: yield one'],
      '2:9 AInferenceService.run_many',
      "AInferenceService.run_many yields, but answers to batches aren't streamed. Return a list with one answer for each input.",
    ],
    [
      'another method with a wrong signature',
      [runMany, 'def run_inference(self, inputs): pass'],
      '3:9 AInferenceService.run_inference',
      'AInferenceService.run_inference cannot be called with inputs and parameters. Declare it as run_inference(self, inputs, parameters).',
    ],
  ])('a class with %s is an error', async (_, methods, place, message) => {
    const { problems } = await read(manifestWith(batching, service(...methods)));
    expect([places(problems), messages(problems)]).toEqual([[`SLM301 realtime.py:${place}`], [message]]);
  });

  test('a run_many that may be inherited from another file is no finding', async () => {
    const source = `from .common import Common\nclass AInferenceService(Common):\n    ${runInference}\n`;
    const { problems } = await read(manifestWith(batching, { 'realtime.py': source }));
    expect(problems).toEqual([]);
  });

  test('an invalid value is the only error of a class with only run_many', async () => {
    const { problems } = await read(manifestWith('serve_config = {"batching": 32}', service(runMany)));
    expect(places(problems)).toEqual(['SLM112 manifest.py:3:29 serve_config.batching']);
  });
});

describe('without batching', () => {
  test('a class with only run_many is an error that says how to batch calls', async () => {
    const { problems } = await read(manifestWith('', service(runMany)));
    expect(places(problems)).toEqual(['SLM301 realtime.py:1:7 AInferenceService']);
    expect(messages(problems)).toEqual([
      'AInferenceService has only run_many, which gets batches of calls. Set serve_config = {"batching": {}} in manifest.py, or add run_inference(self, inputs, parameters).',
    ]);
  });

  test('a run_many beside the method that Slipway calls is a warning', async () => {
    const { problems, warnings } = await read(manifestWith('', service(runInference, runMany)));
    expect([problems, places(warnings)]).toEqual([[], ['SLM402 realtime.py:3:9 AInferenceService.run_many']]);
    expect(messages(warnings)).toEqual([
      'Slipway doesn\'t call AInferenceService.run_many without batching. To batch calls, set serve_config = {"batching": {}} in manifest.py.',
    ]);
  });

  test('a run_many that the plugin itself calls is no finding', async () => {
    const own = 'def run_inference(self, inputs, parameters): return self.run_many([inputs], parameters)[0]';
    const { problems, warnings } = await read(manifestWith('', service(own, runMany)));
    expect([problems, warnings]).toEqual([[], []]);
  });
});

test('a class with run_many and another name is renamed, but not its method', async () => {
  const source = `class Service:\n    ${runMany}\n`;
  const { problems } = await read(manifestWith(batching, { 'realtime.py': source }));
  expect(problems[0]?.message).toContain('Rename Service to RealtimeHandler. For');
});
