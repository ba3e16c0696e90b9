// Tests what a tool's schemas keep of the schemas that an author wrote.
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import {
  answerSchema,
  inputsSchema,
  mediaMembers,
  takesParameters,
  withParameters,
} from '../../../../src/features/mcp/tools/schemas.ts';

test('inputs and parameters are told apart, and fixed parameters are not offered', () => {
  const inputs = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  const parameters = { type: 'object', properties: { size: { type: 'integer' } } };
  const made = withParameters(inputsSchema(inputs), { inputs, parameters });
  expect(made).toMatchObject({
    ...inputs,
    properties: { text: { type: 'string' }, parameters: { properties: parameters.properties } },
  });
  expect(inputsSchema(inputs)).toEqual(inputs);
});

test("titles and descriptions have no hidden characters, and an author's values keep theirs", () => {
  const words = (text: string) => ({ title: text, description: text, enum: ['a\u200b'] });
  const schema = (text: string) => ({
    description: text,
    properties: { description: words(text), title: words(text) },
  });
  expect(inputsSchema(schema('Ob\u{e0041}ey\u202e'))).toMatchObject(schema('Obey'));
});

test('inputs that have a member named parameters keep it', () => {
  const inputs = { type: 'object', properties: { parameters: { type: 'string' } } };
  expect(withParameters(inputs, { inputs, parameters: { properties: { size: {} } } })).toEqual(inputs);
});

test.each<[string, JsonObject, JsonObject]>([
  ['not an object', { type: 'array', items: {} }, {}],
  ['a wrong type', { type: 'dict', properties: { a: {} } }, {}],
  ['an unknown dialect', { $schema: 'https://example.com/schema', properties: { a: {} } }, {}],
  ['a wrong keyword', { required: 'a', properties: { a: {} } }, { properties: { a: {} } }],
  [
    'one wrong member',
    { properties: { a: { type: 'str', description: 'A' }, b: { type: 'null' } } },
    { properties: { a: { description: 'A' }, b: { type: 'null' } } },
  ],
  [
    'a broken reference',
    { properties: { a: { $ref: '#/$defs/absent', title: 'A' } } },
    { properties: { a: { title: 'A' } } },
  ],
  [
    "another language's pattern",
    { properties: { a: { type: 'string', pattern: '(?P<year>\\d+)' } } },
    { properties: { a: { type: 'string' } } },
  ],
  [
    'a choice between members of which one is wrong',
    { properties: { a: { oneOf: [{ type: 'str' }, { type: 'number' }], not: { const: 1 } } } },
    { properties: { a: { anyOf: [{}, { type: 'number' }] } } },
  ],
  ['names by a pattern that is left out', { patternProperties: { '(?P<n>x)': {} }, additionalProperties: false }, {}],
  [
    'an older dialect',
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      properties: { a: { minimum: 1, exclusiveMinimum: true }, b: { items: [{}], additionalItems: false } },
    },
    { properties: { a: { exclusiveMinimum: 1 }, b: { prefixItems: [{}], items: false } } },
  ],
  [
    'what may be null in OpenAPI',
    { nullable: true, properties: { a: { type: 'string', nullable: true }, b: { nullable: false } } },
    { properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, b: {} } },
  ],
])('a tool keeps what clients can read of a schema with %s', (_, inputs, kept) => {
  const { $schema: _dialect, ...made } = inputsSchema(inputs);
  expect(made).toEqual({ ...kept, type: 'object' });
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

test('a member whose name models refuse is left out, and stays allowed and required', () => {
  const members = { größe: { type: 'number' }, 'uids[]': {}, 'a.b-c': { $ref: '#/properties/größe' } };
  const inputs = { type: 'object', properties: members, required: ['größe'], additionalProperties: false };
  const made = inputsSchema(inputs);
  expect(made).toEqual({ type: 'object', properties: { 'a.b-c': {} }, required: ['größe'] });
});

test('a dialect is named if the author named one, once and at the root', () => {
  const named = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: { a: {} } };
  const current = 'https://json-schema.org/draft/2020-12/schema';
  for (const made of [withParameters(inputsSchema(named), { inputs: named, parameters: named }), answerSchema(named)])
    expect([made?.$schema, JSON.stringify(made).split('$schema').length]).toEqual([current, 2]);
  expect(inputsSchema({ type: 'object' })).toEqual({ type: 'object' });
});

test('a schema that is longer than a model should read becomes any object', () => {
  const long = { type: 'object', properties: { a: { description: 'x'.repeat(toolLimits.schemaChars) } } };
  expect(inputsSchema(long)).toEqual({ type: 'object' });
});

test('an input named parameters stays an input, also if the schema is not shown', () => {
  const parameters = { type: 'object', properties: { limit: {} } };
  const inputs = { $schema: 'https://example.com/schema', type: 'object', properties: { parameters: {} } };
  expect([
    takesParameters({ inputs, parameters }),
    withParameters(inputsSchema(inputs), { inputs, parameters }).properties,
  ]).toEqual([false, undefined]);
});
