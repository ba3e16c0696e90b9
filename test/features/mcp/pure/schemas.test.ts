// Tests that every schema a plugin may have makes a tool that a client's own validation takes.

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { answerSchema, argumentsSchema, mediaMembers } from '../../../../src/features/mcp/tools/schemas.ts';

const any = { type: 'object' };

const written: Record<string, JsonObject> = {
  'an object': {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
  'no type': { properties: { n: { type: 'integer', minimum: 0 } } },
  'several types': { type: ['object', 'null'], properties: {} },
  'a list': { type: 'array', items: { type: 'string' } },
  'a reference at the root': {
    $ref: '#/$defs/In',
    $defs: { In: { type: 'object', properties: { a: { type: 'number' } } } },
  },
  'a reference to itself': { type: 'object', properties: { next: { $ref: '#' } } },
  'a choice at the root': { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  'all of several': { allOf: [{ type: 'object' }, { properties: { a: true } }] },
  'an ID': { $id: 'https://example.com/one', type: 'object' },
  'a newer dialect': { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', prefixItems: [] },
  'an older dialect': {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: { a: { minimum: 1, exclusiveMinimum: true } },
  },
  'an unknown dialect': { $schema: 'https://example.com/schema', type: 'object' },
  'a wrong type': { type: 'dict' },
  'a wrong keyword': { type: 'object', required: 'text' },
  'a pattern that no client has': { type: 'object', properties: { a: { pattern: '(?P<year>\\d+)' } } },
  'a broken reference': { type: 'object', properties: { a: { $ref: '#/$defs/absent' } } },
  nothing: {},
  'properties that are no objects': { type: 'object', properties: { a: true, b: false }, required: ['a'] },
  'a keyword of a validator': { type: 'object', $async: true },
  'an enumeration': { type: 'object', properties: { a: { enum: ['x', 1, null] } } },
  formats: {
    type: 'object',
    properties: { a: { type: 'string', format: 'date-time' }, b: { format: 'no-such-format' } },
  },
  'a map': { type: 'object', additionalProperties: { type: 'number' } },
  'names like those of prototypes': { type: 'object', properties: { constructor: { type: 'string' }, toString: {} } },
};

const compiled = (schema: JsonObject) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const { $schema: _, ...rest } = schema;
  return ajv.compile(rest);
};

describe.each(Object.entries(written))('%s', (_, schema) => {
  test('makes arguments that a client can check', () => {
    const made = argumentsSchema({ inputs: schema, parameters: schema });
    expect(made.type).toBe('object');
    expect(made).not.toHaveProperty('$id');
    for (const one of Object.values(Object(made.properties))) expect(one).toBeTypeOf('object');
    compiled(made);
  });

  test('makes a structured answer that a client can check, which may be a list of values', () => {
    const made = answerSchema(schema) ?? {};
    expect(made.type).toBe('object');
    expect(compiled(made)({ values: [1] })).toBe(true);
  });
});

test('inputs and parameters are told apart, and fixed parameters are not offered', () => {
  const inputs = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  const parameters = { type: 'object', properties: { size: { type: 'integer' } } };
  const made = argumentsSchema({ inputs, parameters });
  expect(made).toMatchObject({
    ...inputs,
    properties: { text: { type: 'string' }, parameters: { properties: parameters.properties } },
  });
  expect(argumentsSchema({ inputs, parameters: null })).toEqual(inputs);
});

test('inputs that have a member named parameters keep it', () => {
  const inputs = { type: 'object', properties: { parameters: { type: 'string' } } };
  expect(argumentsSchema({ inputs, parameters: { properties: { size: {} } } })).toEqual(inputs);
});

test('a schema that no client could read is narrowed to any object', () => {
  for (const name of ['a list', 'a wrong type', 'a wrong keyword', 'an older dialect', 'a broken reference'])
    expect(argumentsSchema({ inputs: written[name] ?? null, parameters: null })).toEqual(any);
});

test('pictures and sounds are the members that are declared as such', () => {
  const of = (contentMediaType: string, contentEncoding = 'base64') => ({
    type: 'string',
    contentEncoding,
    contentMediaType,
  });
  const output = {
    type: 'object',
    properties: { a: of('image/png'), b: of('audio/wav'), c: of('text/html'), d: of('image/png', 'hex') },
  };
  expect(mediaMembers(output)).toEqual([
    { member: 'a', mimeType: 'image/png' },
    { member: 'b', mimeType: 'audio/wav' },
  ]);
});
