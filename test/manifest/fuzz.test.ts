import { expect, test } from 'vitest';
import { manifestSchema } from '../../src/contract/plugin/manifest.ts';
import { fc } from '../support/property.ts';
import { identity, pluginOf, read } from './plugin.ts';

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const fields = 'features feature_uri dependencies output_schema tier version compute_profile'.split(' ');
const name = oneOf('metadata', 'a', 'b', 'C', ...fields);
const key = oneOf(
  '"feature_type"',
  '"feature_name"',
  '"embedding_dim"',
  '"distance_metric"',
  '"version"',
  '"name"',
  '1',
);
const atom = oneOf(
  '"embedding"',
  '"cosine"',
  '"1.0.0"',
  '"mixpeek://demo@1.0.0/a"',
  '3',
  '-1.5',
  '1e999',
  'None',
  'True',
  "f'{a}'",
  'r"\\"',
);

const { expression } = fc.letrec((tie) => {
  const inner = tie('expression').map(String);
  const list = (open: string, close: string) =>
    fc.array(inner, { maxLength: 3 }).map((items) => `${open}${items.join(', ')}${close}`);
  const pairs = fc.array(fc.tuple(key, inner), { maxLength: 4 });
  return {
    expression: fc.oneof(
      { maxDepth: 4 },
      atom,
      name,
      list('[', ']'),
      list('f(', ')'),
      list('Field(default=', ')'),
      pairs.map((entries) => `{${entries.map(([k, v]) => `${k}: ${v}`).join(', ')}}`),
      fc.tuple(inner, inner).map(([x, y]) => `(${x} + ${y})`),
      fc.tuple(inner, inner).map(([x, y]) => `(${x})[${y}]`),
      fc.tuple(oneOf('List', 'Optional', 'Dict', 'Union', 'Literal', 'C'), inner).map(([x, y]) => `${x}[${y}]`),
    ),
  };
});

const statement = fc.oneof(
  fc.tuple(name, expression).map(([x, y]) => `${x} = ${y}`),
  fc.tuple(name, key, expression).map(([x, k, y]) => `${x}[${k}] = ${y}`),
  fc.tuple(name, expression).map(([x, y]) => `${x}.append(${y})`),
  fc.tuple(name, expression).map(([x, y]) => `if ${y}:\n    ${x} = ${y}`),
  fc.tuple(name, expression, expression).map(([x, y, z]) => `class C(BaseModel):\n    ${x}: ${y} = ${z}\n    b: ${y}`),
  oneOf(
    'del a',
    'a, b = b, a',
    'a += b',
    'for a in b: pass',
    'from .a import b',
    'from . import C',
    'def build_steps(): pass',
  ),
  oneOf('class AInferenceService(C):\n    def predict(self, *a): pass', 'class C:\n    def run_inference(self): pass'),
);
const source = fc.array(statement, { maxLength: 12 }).map((lines) => `${lines.join('\n')}\n`);

test('any input leads to a well-formed result', async () => {
  await fc.assert(
    fc.asyncProperty(source, source, source, async (manifest, pipeline, realtime) => {
      const texts = { 'manifest.py': identity + manifest, 'pipeline.py': pipeline, 'realtime.py': realtime };
      const reading = await read(pluginOf(texts));
      expect(manifestSchema.nullable().parse(reading.manifest)).toEqual(reading.manifest);
      expect(reading.featureUri).toMatch(/^mixpeek:\/\/demo@1\.0\.0(?:\/\w+)?$/);
      expect(reading.problems.every(({ severity }) => severity === 'error')).toBe(true);
      expect(reading.warnings.every(({ severity }) => severity === 'warning')).toBe(true);
    }),
    { numRuns: 300 },
  );
});
