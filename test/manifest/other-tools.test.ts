// Tests that lint says what to rename in a class that was written for Cog, LitServe, BentoML or Ray Serve.
import { expect, test } from 'vitest';
import { manifestWith, messages, pipeline, places, read } from './plugin.ts';

function readRealtime(source: string) {
  return read(manifestWith('', { 'realtime.py': source }));
}

const batchOnly = 'For a batch-only plugin, remove realtime.py.';
const inference = 'run_inference(self, inputs, parameters)';

test.each([
  [
    'Cog',
    'class Predictor(BasePredictor):\n    def setup(self): pass\n    def predict(self, text: str, scale: float = 2.0) -> str: pass\n',
    `"Predictor". Rename Predictor to RealtimeHandler, setup to load_model(self), predict to ${inference}.`,
  ],
  [
    'Cog with a constructor',
    'class Predictor(BasePredictor):\n    def __init__(self): self.path = "model"\n    def setup(self): pass\n    def predict(self): pass\n',
    `"Predictor". Rename Predictor to RealtimeHandler, setup to load_model(self), predict to ${inference}.`,
  ],
  [
    'Cog after a helper',
    'class Tokens:\n    def __call__(self, text): pass\nclass Predictor(BasePredictor):\n    def predict(self, text: str): pass\n',
    `"Predictor". Rename Predictor to RealtimeHandler, predict to ${inference}.`,
  ],
  [
    'LitServe',
    'class Api(ls.LitAPI):\n    def setup(self, device): pass\n    def predict(self, request): pass\n',
    '"Api". Rename Api to RealtimeHandler, setup to load_model(self).',
  ],
  [
    'BentoML',
    'class Texts(BaseModel):\n    text: str\n@bentoml.service\nclass Summary:\n    def __init__(self): pass\n    @bentoml.api\n    def summarize(self, text: str) -> str: pass\n',
    `"Summary". Rename Summary to RealtimeHandler, summarize to ${inference}.`,
  ],
  [
    'BentoML with a validator and two methods',
    'class Input(BaseModel):\n    @field_validator("text")\n    def check(cls, value): return value\nclass Service:\n    @bentoml.api\n    def health(self): pass\n    @bentoml.api\n    def encode(self, input: Input): pass\n',
    `"Service". Rename Service to RealtimeHandler, the method that answers calls to ${inference}.`,
  ],
  [
    'Ray Serve',
    '@serve.deployment\nclass Words:\n    def __call__(self, text): pass\n@serve.deployment\nclass Translator:\n    def __init__(self): pass\n    async def __call__(self, request): pass\n',
    `"Translator". Rename Translator to RealtimeHandler, __call__ to ${inference}.`,
  ],
])('a class for %s is an error that says what to rename, in one line', async (_, source, fix) => {
  const { problems, warnings } = await readRealtime(source);
  expect(messages(problems)).toEqual([`realtime.py has no class that Slipway can call, only ${fix} ${batchOnly}`]);
  expect(warnings).toEqual([]);
});

test.each([
  ...['text: str', 'image: cog.Path', 'text: "str" = "x"', 'items: List[str], scale: int = 1'],
  ...['text: str, scale: float', 'text, scale'],
])('predict(self, %s), which the host refuses to start, is an error', async (parameters) => {
  const { problems } = await readRealtime(`class RealtimeHandler:\n    def predict(self, ${parameters}): pass\n`);
  const [input = ''] = parameters.split(/[:,]/);
  expect(places(problems)).toEqual(['SLM301 realtime.py:2:9 RealtimeHandler.predict']);
  expect(messages(problems)).toEqual([
    `RealtimeHandler.predict takes inputs as arguments, but Slipway passes the whole request as ${input}. Declare it as ${inference}, and read inputs["${input}"].`,
  ]);
});

test.each([
  [
    'a setup that nothing calls',
    '    def setup(self): pass\n    def predict(self, request): pass\n',
    "Slipway doesn't call RealtimeHandler.setup. Rename setup to load_model(self).",
  ],
  [
    'a setup beside a constructor',
    '    def __init__(self): self.model = None\n    def setup(self): pass\n    def predict(self, request): pass\n',
    "Slipway doesn't call RealtimeHandler.setup. Rename setup to load_model(self).",
  ],
  [
    'a decode_request that nothing calls',
    '    def decode_request(self, request): pass\n    def predict(self, request): pass\n',
    "Slipway doesn't call RealtimeHandler.decode_request. Move its code into the method that answers calls.",
  ],
  [
    'a predict of several inputs',
    '    def predict(self, text, scale=2.0): pass\n',
    `RealtimeHandler.predict takes inputs as arguments, but Slipway passes the whole request as text. Declare it as ${inference}, and read inputs["text"].`,
  ],
])('%s is a warning', async (_, methods, message) => {
  const { problems, warnings } = await readRealtime(`class RealtimeHandler:\n${methods}`);
  expect([problems, places(warnings), messages(warnings)]).toEqual([
    [],
    [expect.stringMatching(/^SLM402 realtime\.py:[12]:\d RealtimeHandler\./)],
    [message],
  ]);
});

test.each([
  [
    'a setup that load_model calls',
    '    def load_model(self): self.setup()\n    def setup(self): pass\n    def predict(self, request): pass\n',
  ],
  [
    'a setup that __init__ calls',
    '    def __init__(self): self.setup()\n    def setup(self): pass\n    def predict(self, request): pass\n',
  ],
  [
    'a predict that run_inference calls',
    `    def predict(self, text: str, scale=2.0): pass\n    def ${inference}: pass\n`,
  ],
  [
    'a setup that the first call calls',
    '    def setup(self): pass\n    def predict(self, request):\n        self.setup()\n',
  ],
  ['a value named setup', '    setup = None\n    def predict(self, request): pass\n'],
  ['a predict of a request', '    def predict(self, request: dict): pass\n'],
  ['a predict of a dict with an option', '    def predict(self, body: dict, timeout=3): pass\n'],
  ['a predict of a payload', '    def predict(self, payload): pass\n'],
])('%s has no finding', async (_, methods) => {
  const { problems, warnings } = await readRealtime(`class RealtimeHandler:\n${methods}`);
  expect([problems, warnings]).toEqual([[], []]);
});

const cog = 'class Predictor(BasePredictor):\n    def predict(self, text: str): pass\n';

test.each([
  ['Cog', 'predict.py', cog, '1:7 Predictor'],
  ['LitServe', 'server.py', 'import litserve as ls\nclass Api(ls.LitAPI):\n    pass\n', '2:7 Api'],
  ['BentoML', 'service.py', '@bentoml.service(workers=1)\nclass Summary:\n    pass\n', '2:7 Summary'],
  ['Ray Serve', 'pipeline.py', `${pipeline}@serve.deployment\nclass Texts:\n    pass\n`, '4:7 Texts'],
])('a class for %s in a plugin without realtime.py is a warning', async (_, file, source, place) => {
  const { problems, warnings } = await read(manifestWith('', { [file]: source }));
  const name = place.split(' ')[1];
  expect([problems, places(warnings), messages(warnings)]).toEqual([
    [],
    [`SLM402 ${file}:${place}`],
    [
      `${name} is for another tool, and Slipway calls only a class in realtime.py. To answer calls, move it there and lint again. Without realtime.py, the plugin only processes batches.`,
    ],
  ]);
});

test.each([
  [
    'beside realtime.py',
    { 'predict.py': cog, 'realtime.py': 'class RealtimeHandler:\n    def predict(self, request): pass\n' },
  ],
  ['in a folder', { 'training/predict.py': cog }],
  ['in a text', { 'predict.py': `"""\n${cog}"""\n` }],
  ['of another name', { 'predict.py': 'class Predictor:\n    def predict(self, text: str): pass\n' }],
])('a class for another tool %s has no finding', async (_, files) => {
  const { problems, warnings } = await read(manifestWith('', files));
  expect([problems, warnings]).toEqual([[], []]);
});
