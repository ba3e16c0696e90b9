// Tests that lint says what to rename in a class that was written for Cog, LitServe, BentoML or Ray Serve.
import { expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

function readRealtime(source: string) {
  return read(manifestWith('', { 'realtime.py': source }));
}

const batchOnly = 'For a batch-only plugin, remove realtime.py.';
const inference = 'run_inference(self, inputs, parameters)';

test.each([
  [
    'Cog',
    'class Predictor(BasePredictor):\n    def setup(self): pass\n    def predict(self, text: str, scale: float = 2.0) -> str: pass\n',
    '"Predictor". Rename Predictor to RealtimeHandler, setup to load_model(self), predict to run_inference(self, inputs, parameters).',
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
    'Ray Serve',
    '@serve.deployment\nclass Translator:\n    def __init__(self): pass\n    async def __call__(self, request): pass\n',
    `"Translator". Rename Translator to RealtimeHandler, __call__ to ${inference}.`,
  ],
])('a class for %s is an error that says what to rename, in one line', async (_, source, fix) => {
  const { problems, warnings } = await readRealtime(source);
  expect(messages(problems)).toEqual([`realtime.py has no class that Slipway can call, only ${fix} ${batchOnly}`]);
  expect(warnings).toEqual([]);
});

test.each(['text: str', 'image: cog.Path', 'text: "str" = "x"', 'items: List[str], scale: int = 1'])(
  'predict(self, %s), which the host refuses to start, is an error',
  async (parameters) => {
    const { problems } = await readRealtime(`class RealtimeHandler:\n    def predict(self, ${parameters}): pass\n`);
    const [input = ''] = parameters.split(':');
    expect(places(problems)).toEqual(['SLM301 realtime.py:2:9 RealtimeHandler.predict']);
    expect(messages(problems)).toEqual([
      `RealtimeHandler.predict takes inputs as arguments, but Slipway passes the whole request as ${input}. Declare it as ${inference}, and read inputs["${input}"].`,
    ]);
  },
);

test.each([
  [
    'a setup that nothing calls',
    '    def setup(self): pass\n    def predict(self, request): pass\n',
    "Slipway doesn't call RealtimeHandler.setup. Rename setup to load_model(self).",
  ],
  [
    'a predict of several inputs',
    '    def predict(self, text, scale=2.0): pass\n',
    `RealtimeHandler.predict gets the whole request as text. Declare it as ${inference}, and read inputs["text"].`,
  ],
])('%s is a warning', async (_, methods, message) => {
  const { problems, warnings } = await readRealtime(`class RealtimeHandler:\n${methods}`);
  expect([problems, places(warnings), messages(warnings)]).toEqual([
    [],
    [expect.stringMatching(/^SLM402 realtime\.py:1:7 RealtimeHandler/)],
    [message],
  ]);
});

test.each([
  [
    'a setup that load_model may call',
    '    def load_model(self): self.setup()\n    def setup(self): pass\n    def predict(self, request): pass\n',
  ],
  [
    'a setup that __init__ may call',
    '    def __init__(self): self.setup()\n    def setup(self): pass\n    def predict(self, request): pass\n',
  ],
  [
    'a predict that run_inference calls',
    `    def predict(self, text: str, scale=2.0): pass\n    def ${inference}: pass\n`,
  ],
  ['a predict of a request', '    def predict(self, request: dict): pass\n'],
  ['a predict of a payload', '    def predict(self, payload): pass\n'],
])('%s has no finding', async (_, methods) => {
  const { problems, warnings } = await readRealtime(`class RealtimeHandler:\n${methods}`);
  expect([problems, warnings]).toEqual([[], []]);
});
