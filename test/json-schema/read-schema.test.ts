// Tests which problems schemas have, and their paths. The results are compared with the metaschema's.
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import { readSchema } from '../../src/json-schema/read-schema.ts';
import { fc } from '../support/property.ts';

function problemsOf(schema: Json): string[] {
  return readSchema(schema).problems.map(({ kind, message, path }) => `${kind} ${path.join('/')}: ${message}`);
}

const allTypes = 'must be one or more of array, boolean, integer, null, number, object, string';
const linear = 'is not supported: patterns must be matched in linear time, without look-around and backreferences';
const endless = 'leads back to its own schema for the same value, so that a check would never end';
const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => ({ not: inner }), {});

describe('a schema has a problem', () => {
  test.each<[string, Json, string]>([
    ['a misspelled type', { type: 'strin' }, `invalid type: ${allTypes}, not "strin". Did you mean "string"?`],
    [
      'a misspelled type deep inside',
      { properties: { size: { type: 'integr' } } },
      `invalid properties/size/type: ${allTypes}, not "integr". Did you mean "integer"?`,
    ],
    ['a type of Python', { type: 'dict' }, `invalid type: ${allTypes}, not "dict". Did you mean "object"?`],
    [
      'one of several types',
      { type: ['string', 'nul'] },
      `invalid type/1: ${allTypes}, not "nul". Did you mean "null"?`,
    ],
    ['any type', { type: 'any' }, `invalid type: ${allTypes}, not "any". Leave \`type\` out to allow any value.`],
    ['no type at all', { type: [] }, `invalid type: ${allTypes}, not [].`],
    ['properties as a list', { properties: ['a'] }, 'invalid properties: must map names to schemas, not ["a"]'],
    [
      'a property that is a name',
      { properties: { text: 'string' } },
      'invalid properties/text: must be a schema: an object or a boolean, not "string"',
    ],
    [
      'required as a string',
      { required: 'text' },
      'invalid required: must be a list of different names, not "text". Write ["text"].',
    ],
    [
      'required at the property itself',
      { properties: { a: { required: true } } },
      'invalid properties/a/required: must be a list of different names, not true. List the name in the `required` of the object that has the property.',
    ],
    ['an enum that is a string', { enum: 'a' }, 'invalid enum: must be a list, not "a"'],
    [
      'a negative length',
      { items: { maxLength: -1 } },
      'invalid items/maxLength: must be a whole number of at least 0, not -1',
    ],
    ['a bound of draft 4', { exclusiveMinimum: true }, 'invalid exclusiveMinimum: must be a number, not true'],
    [
      'a list of items in draft 2020-12',
      { items: [{ type: 'string' }] },
      'invalid items: must be a schema: in draft 2020-12 a list of schemas is `prefixItems`',
    ],
    ['alternatives that are an object', { anyOf: {} }, 'invalid anyOf: must be a list of schemas, not {}'],
    ['no alternatives', { anyOf: [] }, 'invalid anyOf: must have at least one schema'],
    ['a title that is no text', { title: 5 }, 'invalid title: must be a string, not 5'],
    [
      'an open group',
      { pattern: '(a' },
      'invalid pattern: is not a regular expression: error parsing regexp: missing closing ): `(a`',
    ],
    [
      'an open class in the name of a pattern',
      { patternProperties: { '[a': {} } },
      'invalid patternProperties/[a: is not a regular expression: error parsing regexp: missing closing ]: `[a`',
    ],
    [
      'patterns that are large together',
      {
        properties: Object.fromEntries(Array.from({ length: 54 }, (_, i) => [`p${i}`, { pattern: '(a{0,30}){0,30}' }])),
      },
      "unsupported properties/p53/pattern: is not supported: the schema's patterns are too large together",
    ],
    ['a look-ahead', { pattern: '^(?=a)' }, `unsupported pattern: ${linear}`],
    ['a back-reference', { patternProperties: { '(a)\\1': {} } }, `unsupported patternProperties/(a)\\1: ${linear}`],
    ['a pattern that explodes', { pattern: '((x{100}){100}){100}' }, `unsupported pattern: ${linear}`],
    ['a long pattern', { pattern: 'a'.repeat(1001) }, 'unsupported pattern: is longer than 1000 characters'],
    [
      'a reference to nothing',
      { properties: { a: { $ref: '#/$defs/none' } } },
      'invalid properties/a/$ref: is broken: there is no schema at "#/$defs/none" in this document',
    ],
    [
      'a reference to a list of names',
      { $ref: '#/required', required: [] },
      'invalid $ref: is broken: there is no schema at "#/required" in this document',
    ],
    [
      'a reference to an annotation',
      { $ref: '#/x/a', x: { a: {} } },
      'invalid $ref: is broken: there is no schema at "#/x/a" in this document',
    ],
    [
      'a reference to another document',
      { $ref: 'https://example.com/schema' },
      'invalid $ref: points to another document, and nothing is fetched. Copy that schema into `$defs` and write "#/$defs/NAME"',
    ],
    [
      'a reference to an anchor',
      { $ref: '#size' },
      'unsupported $ref: points to an anchor, which is not supported. Write "#/$defs/NAME"',
    ],
    ['an anchor', { $anchor: 'size' }, 'unsupported $anchor: is not supported; use `$ref` with a JSON pointer'],
    ['a reference to itself', { $ref: '#' }, `endless $ref: ${endless}`],
    [
      'two that refer to each other',
      { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } } },
      `endless $defs/b/not/$ref: ${endless}`,
    ],
    ['51 levels', deep(51), `invalid ${Array(51).fill('not').join('/')}: is nested deeper than 50 levels`],
    [
      'another dialect',
      { $schema: 'https://example.com/mine' },
      'invalid $schema: names an unsupported dialect; use one of json-schema.org/draft-04/schema, json-schema.org/draft-06/schema, json-schema.org/draft-07/schema, json-schema.org/draft/2019-09/schema, json-schema.org/draft/2020-12/schema',
    ],
    ['a list', [], 'invalid : must be a JSON object or boolean'],
    ['an unpaired surrogate', { properties: { '\ud800': {} } }, 'invalid : contains an unpaired surrogate'],
    [
      'a misspelled keyword',
      { requird: ['a'] },
      'unknown requird: is not a JSON Schema keyword and has no effect. Did you mean "required"?',
    ],
  ])('a schema has a problem: %s', (_what, schema, problem) => {
    expect(problemsOf(schema)).toEqual([problem]);
  });

  test("a schema's problems are all reported, up to twenty", () => {
    expect(problemsOf({ type: 'a', required: 1, properties: { a: { enum: 1 } } })).toHaveLength(3);
    expect(problemsOf({ allOf: Array(100).fill({ type: 5 }) })).toHaveLength(20);
  });

  test('a misspelling is not looked for behind a hundred keys of other tools', () => {
    const foreign = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 1]));
    expect(problemsOf({ ...foreign(99), requird: ['a'] })).toHaveLength(1);
    expect(problemsOf({ ...foreign(100), requird: ['a'] })).toEqual([]);
  });
});

test.each<[string, Json]>([
  ['nothing', {}],
  ['everything', true],
  ['50 levels', deep(50)],
  ['a tree that refers to itself by a property', { properties: { left: { $ref: '#' }, right: { $ref: '#' } } }],
  ['a definition that several refer to', { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], $defs: { a: {} } }],
  ['a list of items in draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', items: [{}] }],
  ['a bound of draft 4', { $schema: 'http://json-schema.org/draft-04/schema#', exclusiveMinimum: true }],
  ['the newest draft, by its alias', { $schema: 'http://json-schema.org/schema#', type: 'object' }],
  ['a draft with https', { $schema: 'https://json-schema.org/draft-07/schema' }],
  ['a named group of Python', { pattern: '^(?P<year>\\d{4})$' }],
  ['keys of other tools', { 'x-order': 1, nullable: true, example: 'a' }],
])('%s is a valid schema', (_what, schema) => {
  expect(problemsOf(schema)).toEqual([]);
});

const ajv = new Ajv2020({ strict: false });

/** Values for keywords. For each keyword, some of them are valid. */
const anyValue = fc.oneof(
  fc.constantFrom<Json>('string', 'integr', '', 0, -1, 1.5, true, false, null, {}, []),
  fc.constantFrom<Json>(['a'], ['a', 'a'], [1], [{}], [true], { a: {} }, { a: ['b'] }, { a: 'b' }, { type: 'null' }),
);
const keyword = fc.constantFrom(
  ...'type enum const required properties patternProperties additionalProperties items prefixItems contains minItems maxLength minimum exclusiveMaximum multipleOf uniqueItems allOf anyOf oneOf not if dependentRequired dependentSchemas $defs propertyNames title description examples deprecated format'.split(
    ' ',
  ),
);

test('a schema has a problem if and only if the draft 2020-12 metaschema refuses the schema', () => {
  const schemas = fc.dictionary(keyword, anyValue, { maxKeys: 3 });
  fc.assert(
    fc.property(schemas, schemas, (outer, inner) => {
      const schema = {
        ...outer,
        properties: { inner },
        ...('properties' in outer ? { properties: outer.properties } : {}),
      };
      const isInvalid = readSchema(schema).problems.some(({ kind }) => kind === 'invalid');
      expect(isInvalid).toBe(!ajv.validateSchema(schema));
    }),
    { numRuns: 1000 },
  );
});

test('a chain of references may be longer than a stack is deep', () => {
  const length = 20_000;
  const links = Array.from({ length }, (_, at): [string, Json] => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }]);
  const chain = (last: Json) => ({ $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(links), [`d${length}`]: last } });
  expect(problemsOf(chain({ type: 'string' }))).toEqual([]);
  expect(problemsOf(chain({ $ref: '#/$defs/d0' }))).toEqual([`endless $defs/d${length}/$ref: ${endless}`]);
});
