// Tests checking a plugin's output against the output_schema and features in its manifest.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/contract/json.ts';
import { outputCheckLimits } from '../../src/contract/limits/manifest.ts';
import { JsonText } from '../../src/core/json/text.ts';
import { isTooLarge, OutputCheck } from '../../src/json-schema/output-check.ts';

function feature(feature_name: string, embedding_dim: number) {
  return { feature_type: 'embedding', feature_name, embedding_dim, distance_metric: 'cosine' as const };
}

const vector = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };
const declared = {
  features: [feature('my_vector', 2)],
  output_schema: { type: 'object', properties: { my_vector: vector, size: { type: 'integer' } }, required: ['size'] },
};
const schemaOnly = (output_schema: JsonObject) => ({ features: [], output_schema });
const check = (manifest: ConstructorParameters<typeof OutputCheck>[0]) =>
  new OutputCheck(manifest, outputCheckLimits.test);

test.each<[string, Json]>([
  ['under its name', { my_vector: [1, 0.5], size: 1 }],
  ['as `embedding`', { embedding: [1, 0.5], size: 1 }],
  [
    'several vectors',
    {
      my_vector: [
        [1, 2],
        [3, 4],
      ],
      size: 1,
    },
  ],
  ['more than is declared', { my_vector: [1, 2], size: 1, more: true }],
])("an answer with its feature's vector is valid: %s", (_what, answer) => {
  expect(check(declared).ofAnswer(answer)).toEqual([]);
});

test.each<[string, Json, string[]]>([
  ['a value of another type', { my_vector: [1, 2], size: 'many' }, ['size: expected integer, got "many"']],
  ['a missing value', { my_vector: [1, 2] }, ['size: expected a value, got nothing']],
  ['too few numbers', { my_vector: [1], size: 1 }, ['my_vector: expected 2 numbers, got 1 numbers']],
  ['too few numbers as `embedding`', { embedding: [1], size: 1 }, ['embedding: expected 2 numbers, got 1 numbers']],
  ['text in a vector', { my_vector: [1, 'a'], size: 1 }, ['my_vector: expected 2 numbers, got a list with "a"']],
  [
    'a misspelled vector',
    { embeddings: [1, 2], size: 1 },
    ['my_vector: expected a vector of that name or `embedding`, got embeddings, size'],
  ],
  ['no vector', { size: 1 }, ['my_vector: expected a vector of that name or `embedding`, got size']],
  ['no dict', 'text', ['the answer: expected a dict, got "text"']],
  [
    'values that a handler yielded',
    [{ my_vector: [1, 2], size: 1 }, { my_vector: [1, 2], size: null }, 'text'],
    ['value 2: size: expected integer, got null', 'value 3: expected a dict, got "text"'],
  ],
  [
    'several things',
    { my_vector: [1], size: null },
    ['my_vector: expected 2 numbers, got 1 numbers', 'size: expected integer, got null'],
  ],
])('an answer is invalid: %s', (_what, answer, problems) => {
  expect(check(declared).ofAnswer(answer)).toEqual(problems);
});

test('the vector `embedding` belongs to the feature with the same number of dimensions, if there are several features', () => {
  const two = { features: [feature('a', 2), feature('b', 3)], output_schema: null };
  expect(check(two).ofAnswer({ embedding: [1, 2, 3] })).toEqual([]);
  expect(check(two).ofAnswer({ embedding: [1] })).toEqual(['embedding: expected 2 numbers, got 1 numbers']);
});

test('an answer to one call of many may lack a vector, but may not have a wrong one', () => {
  expect(check(declared).ofCall({ size: 1 })).toEqual([]);
  expect(check(declared).ofCall({ size: 1, embedding: [1] })).toEqual(['embedding: expected 2 numbers, got 1 numbers']);
});

test('a call with several texts may be answered with `embeddings`', () => {
  const checks = check({ features: [feature('a', 2)], output_schema: null });
  expect(checks.ofAnswer({ embeddings: [[1, 2]] }, { texts: ['x'] })).toEqual([]);
  expect(checks.ofAnswer({ embeddings: [[1, 2]] }, { text: 'x' })).toHaveLength(1);
});

test.each<[string, JsonObject, string[]]>([
  ['right', { data: 'a', my_vector: [1, 2], size: 1 }, []],
  [
    'without a column',
    { data: 'a', embedding: [1, 2], size: 1 },
    ['my_vector: expected a column of that name, got data, embedding, size'],
  ],
  ['with another type', { my_vector: [1, 2], size: '1' }, ['size: expected integer, got "1"']],
  ['with another dimension', { my_vector: [1, 2, 3], size: 1 }, ['my_vector: expected 2 numbers, got 3 numbers']],
  ['with null as an array', { my_vector: null, size: 1 }, ['my_vector: expected array, got null']],
])('a batch row has exactly the expected problems: %s', (_what, row, problems) => {
  expect(check(declared).forRows([row])(row)).toEqual(problems);
});

test.each<[string, JsonObject, Json, string]>([
  ['the flat form', { size: { type: 'integer' } }, { size: 'a' }, 'size: expected integer, got "a"'],
  ['several types', { size: { type: ['integer', 'null'] } }, { size: 'a' }, 'size: expected integer or null, got "a"'],
  [
    'an enum',
    { level: { enum: ['low', 'high'] } },
    { level: 'mid' },
    'level: expected one of ["low","high"], got "mid"',
  ],
  ['a constant', { level: { const: 'low' } }, { level: 'mid' }, 'level: expected "low", got "mid"'],
  ['a bound', { size: { minimum: 3 } }, { size: 2 }, 'size: 2 is less than 3, got 2'],
  [
    'a list',
    { rows: { items: { properties: { a: { type: 'string' } } } } },
    { rows: [{}, { a: 5 }] },
    'rows[1].a: expected string, got 5',
  ],
  [
    'a long value',
    { a: { type: 'string' } },
    { a: Array(99).fill(1) },
    `a: expected string, got [${'1,'.repeat(29)}1…`,
  ],
])('an answer has exactly the expected problem: %s', (_what, schema, answer, problem) => {
  expect(check(schemaOnly(schema)).ofAnswer(answer)).toEqual([problem]);
});

test.each<[string, JsonObject, Json]>([
  ['invalid', { type: 'strin' }, {}],
  ['with a pattern that is not supported', { properties: { a: { pattern: '(?=a)' } } }, { a: 'b' }],
])('a schema that is %s checks nothing', (_what, schema, answer) => {
  expect(check(schemaOnly(schema)).ofAnswer(answer)).toEqual([]);
});

test('a check that takes too long has no result', () => {
  const steps = Array.from({ length: 40 }, (_, i): [string, Json] => [
    `a${i}`,
    { anyOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] },
  ]);
  const doubling = {
    properties: { a: { $ref: '#/$defs/a0' } },
    $defs: { ...Object.fromEntries(steps), a40: { type: 'string' } },
  };
  expect(check(schemaOnly(doubling)).ofAnswer({ a: 1 })).toBeUndefined();
  const stalling = { properties: { a: { pattern: '^(a+)+$' } } };
  expect(check(schemaOnly(stalling)).ofAnswer({ a: `${'a'.repeat(50_000)}!` })).toHaveLength(1);
});

test('the values of an answer share its limits, so that many small ones cost no more than a large one', () => {
  const names = Array.from({ length: 2000 }, (_, i): [string, Json] => [`p${i}`, { type: 'string' }]);
  const checks = check(schemaOnly({ properties: Object.fromEntries(names) }));
  expect(checks.ofAnswer([{ p0: 'a' }, { p0: 1 }])).toEqual(['value 2: p0: expected string, got 1']);
  expect(checks.ofAnswer(Array<Json>(1000).fill({ p0: 'a' }))).toBeUndefined();
});

test('the rows of a batch share their limits', () => {
  const names = Array.from({ length: 2000 }, (_, i): [string, Json] => [`p${i}`, { type: 'string' }]);
  const rows = Array<JsonObject>(1000).fill({ p0: 'a' });
  const ofRow = check(schemaOnly({ properties: Object.fromEntries(names) })).forRows(rows);
  expect(rows.map(ofRow).filter((problems) => problems === undefined).length).toBeGreaterThan(800);
});

test('an output with more members than the limit is not checked', () => {
  const text = (count: number) => new JsonText(`{"a":[${Array(count).fill('{"b":1}').join()}]}`);
  expect(isTooLarge(text(20_000))).toBe(false);
  expect(isTooLarge(text(26_000))).toBe(true);
});
