// Lists schemas that authors write by hand, right and wrong, each with a value that its author means to allow.
import type { JsonObject } from '../../../../../src/contract/json.ts';
import type { SchemaWithValue } from './generated-schemas.ts';

const times = <Value>(count: number, one: (i: number) => Value) => Array.from({ length: count }, (_, i) => one(i));
const nested = (depth: number, inner: JsonObject): JsonObject =>
  depth === 0 ? inner : { type: 'object', properties: { deeper: nested(depth - 1, inner) } };
const inObject = (properties: JsonObject): JsonObject => ({ type: 'object', properties });
const ownProto = (value: JsonObject | string): JsonObject =>
  Object.fromEntries([
    ['__proto__', value],
    ['a', value],
  ]);

export const oddSchemas: Record<string, SchemaWithValue> = {
  'an object': [
    { ...inObject({ text: { type: 'string' } }), required: ['text'], additionalProperties: false },
    { text: '' },
  ],
  'no type': [{ properties: { n: { type: 'integer', minimum: 0 } } }, { n: 1 }],
  'several types': [{ type: ['object', 'null'], properties: {} }, {}],
  'a list': [{ type: 'array', items: { type: 'string' } }, { values: ['a'] }],
  'a reference at the root': [{ $ref: '#/$defs/In', $defs: { In: inObject({ a: { type: 'number' } }) } }, { a: 1 }],
  'a reference to itself': [inObject({ next: { $ref: '#' } }), { next: { next: {} } }],
  'a choice at the root': [{ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }],
  'all of several': [{ allOf: [{ type: 'object' }, { properties: { a: true } }] }, { a: 1 }],
  'an ID': [{ $id: 'https://example.com/one', type: 'object' }, {}],
  'the same ID': [{ $id: 'https://example.com/one', ...inObject({ a: {} }) }, { a: 1 }],
  'an unknown dialect': [{ $schema: 'https://example.com/schema', type: 'object' }, {}],
  'a wrong type': [{ type: 'dict' }, { a: 1 }],
  'a wrong type of one member': [
    inObject({ a: { type: 'str', description: 'A.' }, b: { type: 'number' } }),
    { a: 'x' },
  ],
  'a wrong keyword': [{ type: 'object', required: 'text' }, { text: '' }],
  'a flag in a member': [inObject({ a: { type: 'string', required: true } }), { a: 'x' }],
  'a broken reference': [inObject({ a: { $ref: '#/$defs/absent' }, b: { type: 'number' } }), { a: 1, b: 1 }],
  'a reference to another document': [inObject({ a: { $ref: 'https://example.com/a.json' } }), { a: 1 }],
  'an endless reference': [inObject({ a: { $ref: '#/$defs/a' } }), { a: 1 }],
  nothing: [{}, { a: 1 }],
  'members without a type': [inObject({ a: {}, b: { description: 'B.' } }), { a: 1, b: null }],
  'booleans as schemas': [inObject({ yes: true, no: false }), { yes: [1] }],
  "OpenAPI's flag beside a choice": [inObject({ a: { nullable: true, anyOf: [{ type: 'string' }] } }), { a: null }],
  "OpenAPI's flag, misspelled": [inObject({ a: { type: 'string', nullable: 'yes' } }), { a: 'x' }],
  "a validator's own keywords": [
    { $async: true, ...inObject({ a: { type: 'string', formatMinimum: '2020' } }) },
    { a: 'x' },
  ],
  'an empty choice': [inObject({ a: { enum: [] }, b: { anyOf: [] } }), { a: 1, b: 1 }],
  'the same choice twice': [inObject({ a: { enum: ['x', 'x', 1, null] } }), { a: null }],
  'choices of large numbers': [inObject({ a: { enum: [1e300, 9_007_199_254_740_992, -0.1] } }), { a: 1e300 }],
  'a large default': [inObject({ a: { type: 'number', default: 1e308, maximum: 1.7e308 } }), { a: 1e307 }],
  'a wrong default': [inObject({ a: { type: 'number', default: 'none' } }), { a: 1 }],
  'unknown formats': [
    inObject({ a: { type: 'string', format: 'no-such-format' }, b: { format: '' } }),
    { a: 'x', b: 1 },
  ],
  'a map': [{ type: 'object', additionalProperties: { type: 'number' } }, { a: 1 }],
  'patterns that only Python has': [
    inObject({ a: { type: 'string', pattern: '(?P<year>\\d+)\\Z', title: 'Year' }, b: { pattern: '^(?i:b)$' } }),
    { a: '2026', b: 'B' },
  ],
  'patterns that only JavaScript has': [
    inObject({ a: { pattern: '^(?<year>\\d{4})$' }, b: { pattern: '^[^]+$' }, c: { pattern: '\\u{1F600}' } }),
    { a: '2026', b: 'x', c: '😀' },
  ],
  'names by patterns that only Python has': [
    { type: 'object', patternProperties: { '^(?P<n>x)': { type: 'number' }, '^y': {} }, additionalProperties: false },
    { x1: 1, y: 1 },
  ],
  'a pattern below not': [inObject({ a: { not: { pattern: '(?P<n>x)' } } }), { a: 'y' }],
  'a pattern that tells choices apart': [
    inObject({ a: { oneOf: [{ pattern: '^(?P<n>x)' }, { type: 'string', maxLength: 3 }] } }),
    { a: 'yyy' },
  ],
  'a pattern in a constant': [inObject({ a: { const: { pattern: '(?P<n>x)' } } }), { a: { pattern: '(?P<n>x)' } }],
  'a pattern that takes forever': [inObject({ a: { type: 'string', pattern: '^(?=(a+)+$)' } }), { a: 'a' }],
  'rules between members': [
    {
      ...inObject({ a: { type: 'string' }, b: { type: 'string' } }),
      dependentSchemas: { a: { required: ['b'] } },
      dependentRequired: { b: ['a'] },
      minProperties: 1,
    },
    { a: '', b: '' },
  ],
  'names by a schema': [{ type: 'object', propertyNames: { pattern: '^[a-z]+$' } }, { abc: 1 }],
  'required names that no member has': [
    { ...inObject({ a: {} }), required: ['a', 'b'] },
    { a: 1, b: 2 },
  ],
  'a long title': [{ ...inObject({ a: { title: 'T'.repeat(1000) } }), title: 'Title '.repeat(200) }, { a: 1 }],
  'names in all scripts': [
    inObject({ größe: { type: 'number' }, 名前: { type: 'string' }, '👩‍🔬': {}, 'a\u202eb': {}, '\u0000\n\t"\\': {} }),
    { größe: 1, 名前: 'x', '👩‍🔬': 1, 'a\u202eb': 1, '\u0000\n\t"\\': 1 },
  ],
  'an empty name, and names with signs': [
    { ...inObject({ '': {}, 'a b': {}, 'a/b~c': { type: 'number' }, 'd.e': {} }), required: ['a/b~c'] },
    { '': 1, 'a/b~c': 2 },
  ],
  'a reference to a name with signs': [
    inObject({ 'a/b~c d': { type: 'number' }, e: { $ref: '#/properties/a~1b~0c%20d' } }),
    { e: 1 },
  ],
  'names of prototypes': [inObject({ constructor: { type: 'string' }, toString: {}, hasOwnProperty: {} }), {}],
  'the name __proto__': [inObject(ownProto({ type: 'string' })), ownProto('x')],
  'names like keywords': [
    inObject({ $ref: { type: 'string' }, $id: { type: 'string' }, type: {}, pattern: {}, patternProperties: {} }),
    { $ref: 'x', $id: 'y', type: 1, pattern: '(?P<', patternProperties: {} },
  ],
  'more names like keywords': [
    inObject({
      nullable: { type: 'boolean' },
      items: { type: 'array' },
      not: {},
      $schema: {},
      $defs: {},
      required: {},
    }),
    { nullable: true, items: [], not: 1 },
  ],
  'an input named parameters': [
    inObject({ parameters: inObject({ a: { type: 'string' } }) }),
    { parameters: { a: '' } },
  ],
  'an input named values': [inObject({ values: { type: 'array' }, result: { type: 'string' } }), { values: [] }],
  'fifty levels': [nested(45, { type: 'string' }), {}],
  'sixty levels': [nested(60, { type: 'string' }), { deeper: {} }],
  'three hundred members': [
    {
      ...inObject(Object.fromEntries(times(300, (i) => [`m${i}`, { type: 'integer', description: `Member ${i}.` }]))),
      required: times(300, (i) => `m${i}`),
    },
    Object.fromEntries(times(300, (i) => [`m${i}`, i])),
  ],
  'nullable next to a reference to a member': [
    inObject({
      a: { type: 'object', nullable: true, properties: { b: { type: 'string' } } },
      c: { $ref: '#/properties/a' },
    }),
    { a: null, c: { b: '' } },
  ],
  'a comment, examples and unknown keywords': [
    { ...inObject({ a: { 'x-order': 1, widget: 'slider', $comment: 'c' } }), examples: [{ a: 1 }], example: { a: 1 } },
    { a: 1 },
  ],
};
