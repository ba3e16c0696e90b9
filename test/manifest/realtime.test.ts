import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

function readRealtime(source: string) {
  return read(manifestWith('', { 'realtime.py': source }));
}

const runInference = '    async def run_inference(self, inputs, parameters): pass\n';

describe('realtime.py with a usable class', () => {
  test.each([
    ['run_inference', `class TextInferenceService(BaseInferenceService):\n${runInference}`],
    [
      '__call__',
      'class InferenceService(BaseInferenceService):\n    async def __call__(self, inputs, parameters): pass\n',
    ],
    ['predict', 'class RealtimeHandler:\n    def predict(self, request): pass\n'],
    ['predict of a service', 'class MyInferenceService:\n    def predict(self, request): pass\n'],
    ['defaults', 'class AInferenceService:\n    def run_inference(self, inputs, parameters=None): pass\n'],
    [
      'additional parameters with defaults',
      'class AInferenceService:\n    def run_inference(self, inputs, parameters, *, log=None): pass\n',
    ],
    ['any arguments', 'class AInferenceService:\n    def run_inference(self, *args, **kwargs): pass\n'],
    [
      'annotated',
      'class AInferenceService:\n    async def run_inference(self, inputs: dict, parameters: dict = None) -> dict: pass\n',
    ],
    ['positional only', 'class AInferenceService:\n    def run_inference(self, inputs, parameters, /): pass\n'],
    ['decorated', 'class AInferenceService:\n    @timed\n    def run_inference(self): pass\n'],
    ['assigned', 'class AInferenceService:\n    run_inference = other\n'],
    ['inherited in the file', `class Common:\n${runInference}class AInferenceService(Common): pass\n`],
    ['inherited from elsewhere', 'from .common import Common\nclass AInferenceService(Common): pass\n'],
    ['imported', 'from .service import MyInferenceService\n'],
    ['imported handler', 'from .service import RealtimeHandler\n'],
    ['possibly through a star import', 'from .service import *\n'],
    ['under a condition', `if True:\n    class AInferenceService:\n    ${runInference}`],
    [
      'a service takes precedence over a handler',
      `class RealtimeHandler:\n    pass\nclass AInferenceService:\n${runInference}`,
    ],
    [
      'a placeholder for the base class is not a service',
      `try:\n    from s import BaseInferenceService\nexcept ImportError:\n    class BaseInferenceService:\n        pass\nclass AInferenceService(BaseInferenceService):\n${runInference}`,
    ],
  ])('realtime.py with a usable class has an endpoint: %s', async (_, source) => {
    const { hasRealtime, problems } = await readRealtime(source);
    expect([hasRealtime, problems]).toEqual([true, []]);
  });
});

describe('realtime.py without a class', () => {
  test.each([
    ['empty', '', '1:1', ''],
    ['a function', 'def predict(request): pass\n', '1:1', ''],
    ['a class of values', '\nclass Texts:\n    text: str\n', '2:7', ', only "Texts"'],
    [
      'only the base',
      'class BaseInferenceService:\n    def run_inference(self, inputs, parameters): pass\n',
      '1:7',
      ', only "BaseInferenceService"',
    ],
    ['inside a function', `def f():\n    class AInferenceService:\n    ${runInference}`, '1:1', ''],
  ])('realtime.py without a class is an error: %s', async (_, source, at, others) => {
    const { problems } = await readRealtime(source);
    expect(places(problems)).toEqual([`SLM301 realtime.py:${at} realtime.py`]);
    expect(messages(problems)).toEqual([
      `realtime.py has no class that Slipway can call${others}. Define a class whose name ends in InferenceService and does not start with Base, or a class named RealtimeHandler. For a batch-only plugin, remove realtime.py.`,
    ]);
  });
});

describe('a class without a usable method', () => {
  test.each([
    [
      'no method',
      'class AInferenceService(BaseInferenceService):\n    def run(self): pass\n',
      'SLM301 realtime.py:1:7 AInferenceService',
      'AInferenceService has no method that Slipway can call. Add one of run_inference(self, inputs, parameters), __call__(self, inputs, parameters), predict(self, request).',
    ],
    [
      'too few arguments',
      'class AInferenceService:\n    def run_inference(self, inputs): pass\n',
      'SLM301 realtime.py:2:9 AInferenceService.run_inference',
      'AInferenceService.run_inference cannot be called with inputs and parameters. Declare it as run_inference(self, inputs, parameters).',
    ],
    [
      'too many arguments',
      'class AInferenceService:\n    def __call__(self, inputs, parameters, model): pass\n',
      'SLM301 realtime.py:2:9 AInferenceService.__call__',
      'AInferenceService.__call__ cannot be called with inputs and parameters. Declare it as __call__(self, inputs, parameters).',
    ],
    [
      'no self',
      'class AInferenceService:\n    def run_inference(inputs, parameters): pass\n',
      'SLM301 realtime.py:2:9 AInferenceService.run_inference',
      'AInferenceService.run_inference cannot be called with inputs and parameters. Declare it as run_inference(self, inputs, parameters).',
    ],
    [
      'keyword-only parameters',
      'class AInferenceService:\n    def run_inference(self, *, inputs, parameters): pass\n',
      'SLM301 realtime.py:2:9 AInferenceService.run_inference',
      'AInferenceService.run_inference cannot be called with inputs and parameters. Declare it as run_inference(self, inputs, parameters).',
    ],
    [
      'predict without a request',
      'class RealtimeHandler:\n    def predict(self): pass\n',
      'SLM301 realtime.py:2:9 RealtimeHandler.predict',
      'RealtimeHandler.predict cannot be called with a request. Declare it as predict(self, request).',
    ],
    [
      'the first method in order of preference decides',
      'class AInferenceService:\n    def predict(self, request): pass\n    def run_inference(self): pass\n',
      'SLM301 realtime.py:3:9 AInferenceService.run_inference',
      'AInferenceService.run_inference cannot be called with inputs and parameters. Declare it as run_inference(self, inputs, parameters).',
    ],
    [
      'classes that inherit from each other',
      'class AInferenceService(B): pass\nclass B(AInferenceService): pass\n',
      'SLM301 realtime.py:1:7 AInferenceService',
      'AInferenceService has no method that Slipway can call. Add one of run_inference(self, inputs, parameters), __call__(self, inputs, parameters), predict(self, request).',
    ],
  ])('a class without a usable method is an error: %s', async (_, source, place, message) => {
    const { problems } = await readRealtime(source);
    expect(places(problems)).toEqual([place]);
    expect(messages(problems)).toEqual([message]);
  });
});

test('a plugin without realtime.py has no endpoint and no finding', async () => {
  const { hasRealtime, problems } = await read(manifestWith(''));
  expect([hasRealtime, problems]).toEqual([false, []]);
});
