// Tests the `slipway test` report for a good plugin and for one in which everything fails.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';
import { testJson } from './test-json.ts';

const example = fileURLToPath(import.meta.resolve('../../../examples/text_profile'));

test('a good plugin passes, with rows from a CSV file', async () => {
  const cwd = folderOf({ 'rows.csv': 'data,note\r\n"One text, with a ""comma"".",a\r\nAnother one,\r\n' });
  const { code, stderr, stdout } = await slipwayInProcess(['test', example, '--sample-data', 'rows.csv'], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  const report = stdout.replaceAll(/[\d.]+ m?s\b/g, 'TIME').replace(' (with a stand-in for pandas)', '');
  expect(report.replace('unittest: ', 'pytest: ').split('\n')).toEqual([
    '✓ structure  7 sources, no findings',
    '✓ schemas    input, output, parameters',
    '✓ pipeline   build_steps returned 1 step; 2 rows produced profile_embedding, words, sentences, reading_ease, level, key_phrases',
    '✓ tests      pytest: 5 passed',
    '✓ realtime   loaded in TIME, 1 example passed',
    '✓ text_profile 1.0.0 passed',
    '',
  ]);
});

test('a plugin in which everything fails is reported in full', async () => {
  const cwd = folderOf({
    'manifest.py': 'feature_extractor_name = "wrong"\nversion = "1.0.0"\n',
    'pipeline.py': 'def build_steps(extractor_request, **kwargs):\n    return {"steps": [1 / 0]}\n',
    'realtime.py': `class RealtimeHandler:
    def predict(self, request):
        print("called")
        return {"answer": 41}
`,
    'tests/test_it.py':
      'import unittest\n\n\nclass Its(unittest.TestCase):\n    def test_it(self):\n        assert False\n',
    'tests/examples/a.json': '{"inputs": {}, "result": {"answer": 42}, "expected": {}, "name": "a"}',
  });
  const [code, { checks, passed }] = await testJson([], cwd);
  expect([code, passed]).toEqual([1, false]);
  expect(checks.map(({ detail, name, status }) => [name, status, detail])).toEqual([
    ['structure', 'passed', expect.stringContaining('4 sources')],
    ['schemas', 'skipped', 'the manifest declares no schemas'],
    ['pipeline', 'failed', 'ZeroDivisionError at pipeline.py:2: division by zero'],
    ['tests', 'failed', expect.stringMatching(/: 0 passed, 1 failed$/)],
    [
      'examples',
      'warning',
      'tests/examples/a.json: the keys "expected", "name" are ignored; an example has inputs, parameters, result',
    ],
    ['realtime', 'failed', 'tests/examples/a.json: expected answer to be 42, got 41'],
  ]);
  expect(checks.at(-1)?.lines).toContain('called');
});

const identity = 'feature_extractor_name = "wrong"\nversion = "1.0.0"\n';
const model = 'from pydantic import BaseModel\n\n\n';

test.each([
  [
    'a class that is no model',
    `${identity}class In:\n    text: str\n\n\ninput_schema = In\n`,
    'manifest.py:3: input_schema is the class In, which is not a Pydantic model',
  ],
  [
    'a property that is no schema',
    `${identity}output_schema = dict(properties={"text": "string"})\n`,
    'manifest.py:3: output_schema.properties.text must be a schema: an object or a boolean, not "string"',
  ],
])('%s fails the schema check, with file and line', { tags: 'long' }, async (_, manifest, detail) => {
  const [code, { checks }] = await testJson([], folderOf({ ...plugin, 'manifest.py': manifest }));
  const check = checks.find(({ name }) => name === 'schemas');
  expect([code, check?.status, check?.detail]).toEqual([1, 'failed', detail]);
});

const handlerOf = (result: string) =>
  `class RealtimeHandler:\n    def predict(self, request):\n        return ${result}\n`;

test('an invalid schema is refused, with its place', { tags: 'long' }, async () => {
  const manifest = `${identity}output_schema = {"type": "strin"}\n`;
  const [code, { checks }] = await testJson([], folderOf({ ...plugin, 'manifest.py': manifest }));
  expect([code, checks.map(({ lines, name, status }) => [name, status, lines])]).toEqual([
    3,
    [
      [
        'structure',
        'failed',
        [
          'manifest.py:3: output_schema.type must be one or more of array, boolean, integer, null, number, object, string, not "strin". Did you mean "string"? [SLM108]',
        ],
      ],
    ],
  ]);
});

test('a schema error that appears only when manifest.py runs is also refused', { tags: 'long' }, async () => {
  const manifest = `${identity}output_schema = dict(type="strin")\n`;
  const [code, { checks }] = await testJson([], folderOf({ ...plugin, 'manifest.py': manifest }));
  expect([code, checks.find(({ name }) => name === 'schemas')]).toMatchObject([
    1,
    {
      status: 'failed',
      detail:
        'manifest.py:3: output_schema.type must be one or more of array, boolean, integer, null, number, object, string, not "strin". Did you mean "string"?',
    },
  ]);
});

test('a plugin that returns something other than its manifest declares fails', { tags: 'long' }, async () => {
  const steps =
    'def build_steps(request, **kwargs):\n    return {"steps": [size]}\n\n\ndef size(batch):\n    batch["size"] = ["many"] * len(batch)\n    return batch\n';
  const cwd = folderOf({
    'manifest.py': `${identity}features = []\noutput_schema = {"size": {"type": "integer"}}\n`,
    'pipeline.py': steps,
    'realtime.py': handlerOf('{"size": "many"}'),
    'tests/examples/a.json': '{}',
    'rows.json': '[{"data": "a"}, {"data": "b"}]',
  });
  const [code, { checks }] = await testJson(['.', '--sample-data', 'rows.json'], cwd);
  expect([code, checks.filter(({ status }) => status === 'failed').map(({ detail, name }) => [name, detail])]).toEqual([
    1,
    [
      ['pipeline', '2 of 2 rows failed; row 1: size: expected integer, got "many"'],
      [
        'realtime',
        'tests/examples/a.json: the answer does not match what manifest.py declares: size: expected integer, got "many"',
      ],
    ],
  ]);
});

test.each(['.models', 'models'])(
  "models are loaded from manifest.py and from the plugin's other files, as in `from %s`",
  { tags: 'long' },
  async (module) => {
    const cwd = folderOf({
      ...plugin,
      'manifest.py': `${identity}${model}from ${module} import Out\n\n\nclass In(BaseModel):\n    text: str = "x"\n\n\nmetadata = {"input_schema": In}\noutput_schema = Out\n`,
      'models.py': `${model}class Out(BaseModel):\n    size: int\n`,
    });
    const [, { checks }] = await testJson([], cwd);
    expect(checks.find(({ name }) => name === 'schemas')).toMatchObject({ status: 'passed', detail: 'input, output' });
  },
);

test('a module missing on this machine leaves the schemas untested, and the result says so', {
  tags: 'long',
}, async () => {
  const manifest = `${identity}from absent_library import Out\n\noutput_schema = Out\n`;
  const { code, stdout } = await slipwayInProcess(['test'], { cwd: folderOf({ ...plugin, 'manifest.py': manifest }) });
  expect([code, stdout.split('\n').filter((line) => /^- schemas|passed/.test(line))]).toEqual([
    0,
    [
      '- schemas    not loaded: the module absent_library is not installed here',
      '✓ wrong 1.0.0 passed; not tested: schemas, tests, realtime',
    ],
  ]);
});

test('a plugin rejected by the scan is not run', async () => {
  const cwd = folderOf({
    'manifest.py': 'feature_extractor_name = "wrong"\nversion = "1.0.0"\n',
    'pipeline.py': 'import os\n\n\ndef build_steps(extractor_request, **kwargs):\n    os.system("ls")\n',
  });
  const [code, { checks }] = await testJson([], cwd);
  expect([code, checks.map(({ name, status }) => [name, status])]).toEqual([3, [['structure', 'failed']]]);
});

test('an undeclared import is a warning in test and publish, but not a lint finding', { tags: 'long' }, async () => {
  const handler = 'import colorama\n\nclass RealtimeHandler:\n    def predict(self, request):\n        return {}\n';
  const cwd = folderOf({ ...plugin, 'realtime.py': handler });
  const message =
    'colorama is imported in realtime.py:1 but not declared. Add "colorama" to `dependencies` in manifest.py.';
  const [, { checks }] = await testJson(['.'], cwd);
  expect(checks.filter(({ name }) => name === 'packages')).toEqual([
    { name: 'packages', status: 'warning', detail: message },
  ]);
  const lint = await slipwayInProcess(['lint', '--json', '.'], { cwd });
  expect([lint.code, lint.stdout.includes('colorama')]).toEqual([0, false]);
});
