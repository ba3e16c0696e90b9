// Tests checking values against schemas, including hostile ones.
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import { checkValue, type ValueVerdict } from '../../src/json-schema/check-value.ts';
import { readSchema } from '../../src/json-schema/read-schema.ts';

function check(given: Json, value: Json): ValueVerdict {
  const { problems, schema } = readSchema(given);
  if (!schema) throw new Error(JSON.stringify(problems));
  return checkValue(schema, value);
}

const collector = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string', pattern: '^/([a-z0-9._-]+/?)+$' },
    interval: { $ref: '#/$defs/duration' },
    labels: { type: 'object', patternProperties: { '^[a-z_]+$': { type: 'string' } }, additionalProperties: false },
    outputs: { type: 'array', uniqueItems: true, items: { enum: ['stdout', 'file'] } },
  },
  additionalProperties: false,
  $defs: { duration: { type: 'string', pattern: '^\\d+(ms|s|m|h)$' } },
};

test.each<[Json]>([
  [{ path: '/var/log/nginx' }],
  [{ path: '/a', interval: '10s', labels: { region: 'eu' }, outputs: ['stdout', 'file'] }],
])('%j is valid', (config) => {
  expect(check(collector, config)).toEqual({ valid: true, errors: [] });
});

test('every error is reported with its location', () => {
  const config = { path: 'var', interval: '10', labels: { 'a/b': 'x', env: 1 }, outputs: ['file', 'file'], more: 1 };
  const verdict = check(collector, config);
  expect(verdict?.valid).toBe(false);
  expect(verdict?.errors.map(({ path, keyword }) => `${path} ${keyword}`).sort()).toEqual([
    ' additionalProperties',
    '/interval pattern',
    '/labels additionalProperties',
    '/labels/env type',
    '/outputs uniqueItems',
    '/path pattern',
  ]);
});

test('no more than fifty errors are reported', () => {
  const config = Array.from({ length: 4_000 }, () => 'x');
  expect(check({ items: { type: 'integer' } }, config)?.errors).toHaveLength(50);
});

describe('a pattern', () => {
  test.each([
    ['two that match the same', { '^a': { type: 'integer' }, a$: { minimum: 5 } }, { a: 3 }, ['/a minimum']],
    ['one that matches nothing here', { '^b': false }, { a: 3 }, []],
    ['one of special characters', { '^\\$[.]\\|$': false }, { '$.|': 1 }, [' patternProperties']],
  ])('a property pattern applies to the properties that it matches: %s', (_what, patternProperties, config, wrong) => {
    const errors = check({ patternProperties }, config)?.errors ?? [];
    expect(errors.map(({ path, keyword }) => `${path} ${keyword}`)).toEqual(wrong);
  });

  test.each(['(a+)+$', '^(a|a)*$', '^(([a-z])+.)+[A-Z]([a-z])+$', '.*.*.*=.*'])(
    "a pattern that stalls JavaScript's engine is matched in linear time: %s",
    (pattern) => {
      expect(check({ pattern }, `${'a'.repeat(15_000)}!`)).toMatchObject({ errors: [{ keyword: 'pattern' }] });
    },
  );
});

describe('an endless or slow validation is aborted', () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [
      `a${i}`,
      { allOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] },
    ]),
  );
  const many = Array.from({ length: 3_000 }, (_, i) => i);
  test.each<[string, Json, Json]>([
    ['one that doubles at every step', { $ref: '#/$defs/a0', $defs: { ...doubling, a30: true } }, {}],
    ['comparing everything with everything', { allOf: Array(50).fill({ uniqueItems: true }) }, many],
    ['many wide patterns', { allOf: Array(50).fill({ items: { pattern: '(x{0,30}){0,30}y' } }) }, ['x'.repeat(15_000)]],
    [
      'a pattern of as many strings as it is evaluated for',
      { items: { pattern: '.' } },
      many.map((i) => `${i} of many`),
    ],
    [
      'a property pattern of as many names as there are properties',
      { patternProperties: { '.': {} } },
      Object.fromEntries(many.map((i) => [`property ${i} of many`, i])),
    ],
  ])('an endless or slow validation is aborted: %s', (_what, schema, config) => {
    expect(check(schema, config)).toBeUndefined();
  });
});

test.each<[string, Json, Json]>([
  [
    'names with a meaning in JavaScript',
    JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'),
    JSON.parse('{"__proto__":1}'),
  ],
  ['older dependencies', { dependencies: { a: ['b'], $ref: { required: ['c'] } } }, { a: 1 }],
  [
    'names that must be escaped',
    { properties: { 'a/b~c %#é': { $ref: '#/$defs/x%2Fy' } }, $defs: { 'x/y': false } },
    { 'a/b~c %#é': 1 },
  ],
])('a schema refuses an invalid value: %s', (_what, schema, config) => {
  expect(check(schema, config)).toMatchObject({ valid: false });
});

test('annotations are ignored', () => {
  const schema = { 'x-ui': { $id: 'http://[', $ref: 'http://[' }, format: 'uri', default: { $ref: 1 }, title: 'Mine' };
  expect(check(schema, 'no uri')).toEqual({ valid: true, errors: [] });
});

test('an unpaired surrogate in a configuration is reported', () => {
  expect(check(true, { '\ud800': 1 })).toMatchObject({ valid: false });
});
