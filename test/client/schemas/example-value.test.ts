// Tests that examples made from schemas are valid, and end.
import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, test } from 'vitest';
import { exampleObject } from '../../../src/client/schemas/example-value.ts';

describe('an example made from a schema', () => {
  test.each<Schema | boolean>([
    { type: 'string', minLength: 10 },
    { type: 'string', maxLength: 2 },
    { type: 'string', format: 'date-time' },
    { type: 'string', format: 'constructor' },
    { type: 'integer', minimum: 3 },
    { type: 'integer', exclusiveMinimum: 3, multipleOf: 2 },
    { type: 'number', exclusiveMaximum: 0 },
    { type: 'integer', maximum: -5 },
    { type: 'number', minimum: 0.1, maximum: 0.2 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.01 },
    { type: 'integer', minimum: 100, multipleOf: 7 },
    { type: 'string', minLength: 1000 },
    { type: 'boolean' },
    { enum: [null, 'a'] },
    { const: 0 },
    { default: false },
    { type: ['null', 'string'] },
    { type: 'array', minItems: 2, items: { type: 'string' } },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
    { oneOf: [{ type: 'object', required: ['b'], properties: { b: { type: 'integer' } } }, { type: 'string' }] },
    { $ref: '#/$defs/named' },
    { allOf: [{ $ref: '#/$defs/named' }, { required: ['more'], properties: { more: { type: 'string' } } }] },
    true,
  ])('%j is valid', (schema) => {
    const named: Schema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
    const whole: Schema = { type: 'object', required: ['a'], properties: { a: schema }, $defs: { named } };
    const example = exampleObject(whole);
    expect(Object.keys(example)).toEqual(['a']);
    expect(new Validator(whole, '2020-12').validate(example)).toMatchObject({ valid: true });
  });

  test('it has the required fields, or all if none is required', () => {
    const properties = { a: { type: 'integer', minimum: 0 }, b: { type: 'string' } };
    expect(exampleObject({ type: 'object', properties, required: ['a'] })).toEqual({ a: 1 });
    expect(exampleObject({ a: { type: 'string' } })).toEqual({ a: 'text' });
  });

  test('it ends for recursive schemas, and is empty without a schema', () => {
    const self = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, { $ref: '#' }]));
    const recursive = { type: 'object', properties: self, required: Object.keys(self) };
    expect(JSON.stringify(exampleObject(recursive)).length).toBeLessThan(100_000);
    for (const none of [null, undefined, {}, 'x']) expect(exampleObject(none)).toEqual({});
  });
});
