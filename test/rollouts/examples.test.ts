// Tests the plugin examples that decide whether a deployment may take traffic.
// @module-tag long
import { expect, test } from 'vitest';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';

const right = '{"inputs": {"text": "a"}, "result": {"inputs": {"text": "a"}}}';
const wrong = '{"inputs": {"text": "a"}, "result": {"inputs": {"text": "b"}}}';

/** Returns 51 examples. When sorted by name, the example with this number is wrong. */
function examples(wrongOne: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 51 }, (_, at) => [
      `tests/examples/${String(at + 1).padStart(2, '0')}.json`,
      at + 1 === wrongOne ? wrong : right,
    ]),
  );
}

test.each([
  [50, 'failed', 'tests/examples/50.json: expected inputs to be {"text":"b"}, got {"text":"a"}'],
  [51, 'promoted', null],
])(
  'the first 50 examples by name are called: with example %i wrong, the deployment is %s',
  async (wrongOne, status, error) => {
    const s = await scene({ files: examples(wrongOne) });
    const { id } = await deploy(s);
    await advanceDeployment(s.deps, id);
    const { newest } = await overview(s);
    expect([newest?.status, newest?.error]).toEqual([status, error]);
  },
);

const declaring = (output: string) => `feature_extractor_name = "hello_ext"
version = "1.0.0"
features = [
    {"feature_type": "embedding", "feature_name": "vector", "embedding_dim": 4, "distance_metric": "cosine"},
]
output_schema = ${output}
`;

test.each([
  ['a value of another type', '{"inputs": {"type": "string"}}', 'inputs: expected string, got {"text":"a"}'],
  [
    'a missing value',
    '{"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}',
    'size: expected a value, got nothing',
  ],
])('an answer with %s does not match the manifest, and fails the deployment', async (_, output, problem) => {
  const files = { 'manifest.py': declaring(output), 'tests/examples/one.json': right };
  const s = await scene({ files });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { newest } = await overview(s);
  expect([newest?.status, newest?.error]).toEqual([
    'failed',
    `tests/examples/one.json: the answer does not match what manifest.py declares: ${problem}`,
  ]);
});

test("an answer that lacks its feature's vector fails the deployment", async () => {
  const handler = 'class RealtimeHandler:\n    def predict(self, request):\n        return {"embeddings": [1.0] * 4}\n';
  const s = await scene({ files: { 'realtime.py': handler, 'tests/examples/one.json': '{}' } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest?.error).toBe(
    'tests/examples/one.json: the answer does not match what manifest.py declares: hello_ext_vector: expected a vector of that name or `embedding`, got embeddings',
  );
});

test('a schema that would take too long to check does not hold up a deployment', async () => {
  const steps = Array.from(
    { length: 40 },
    (_, i) => `"a${i}": {"anyOf": [{"$ref": "#/$defs/a${i + 1}"}, {"$ref": "#/$defs/a${i + 1}"}]}`,
  );
  const doubling = `{"properties": {"inputs": {"$ref": "#/$defs/a0"}}, "$defs": {${steps.join(', ')}, "a40": {"type": "string"}}}`;
  const s = await scene({ files: { 'manifest.py': declaring(doubling), 'tests/examples/one.json': right } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest?.status).toBe('promoted');
});
