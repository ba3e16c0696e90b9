// Tests the `slipway test` report for plugins with warnings, skipped rows, and answers in several parts, and for a Go plugin.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';
import { testJson } from './test-json.ts';

test('a sample row that no step of a new plugin accepts is skipped', async () => {
  const rows = [
    { data: 'a.png', mime_type: 'image/png' },
    { data: 'A text', mime_type: 'text/plain' },
  ];
  const cwd = folderOf({ 'rows.json': JSON.stringify(rows) });
  await slipwayInProcess(['init', 'made', '--category', 'text'], { cwd });
  const [code, { checks }] = await testJson(['made', '--sample-data', 'rows.json'], cwd);
  expect([code, checks.find(({ name }) => name === 'pipeline')]).toMatchObject([
    0,
    {
      status: 'passed',
      detail: expect.stringMatching(/^build_steps returned 1 step; 1 row produced .*; 1 row skipped$/),
    },
  ]);
});

test.each([
  [['{"size": 1}'], 'tests/examples/0.json: value 2: expected size to be 1, got 2'],
  [['[{"size": 1}]'], 'tests/examples/0.json: expected 1 values, got 2'],
  [['[{"size": 1}, {"size": 2}]', '{}'], '2 examples passed'],
])("a generator handler's values are compared with the result %s", async (results, outcome) => {
  const realtime = `class RealtimeHandler:
    def predict(self, request):
        yield {"size": 1, "more": True}
        yield {"size": 2}
`;
  const examples = results.map((result, i) => [`tests/examples/${i}.json`, `{"inputs": {}, "result": ${result}}`]);
  const files = { ...plugin, 'realtime.py': realtime, ...Object.fromEntries(examples) };
  const [, { checks }] = await testJson([], folderOf(files));
  const { detail, status } = checks.find(({ name }) => name === 'realtime') ?? {};
  const passes = outcome.endsWith(' passed');
  expect([status, detail?.replace(/^loaded in [\d.]+ m?s, /, '')]).toEqual([passes ? 'passed' : 'failed', outcome]);
});

test('a structure warning is shown with its place', async () => {
  const files = {
    ...plugin,
    'pipeline.py': `from .helpers.text import x\n\n\n${plugin['pipeline.py']}`,
    'helpers/text.py': 'x = 1\n',
  };
  const { code, stdout } = await slipwayInProcess(['test', folderOf(files)]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^! structure .* 1 warning\n {4}pipeline\.py:1: .* \[SLM412\]$/m),
  ]);
});

/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

test('a new pipeline plugin compiles and starts, and its kind is detected', {
  tags: ['go'],
  timeout: firstBuildMs,
}, async () => {
  const cwd = folderOf({});
  const env = { BUILDER_GO_CACHE: fileURLToPath(import.meta.resolve('../../../dist/go/cache')) };
  await slipwayInProcess(['init', 'made', '--kind', 'pipeline'], { cwd });
  const { code, stdout } = await slipwayInProcess(['test', 'made'], { cwd, env });
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/✓ realtime {3}a pipeline plugin, loaded in .*\n✓ made passed\n$/),
  ]);
});
