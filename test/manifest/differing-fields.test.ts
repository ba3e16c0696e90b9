// Tests how the schema that was read from manifest.py is compared with Pydantic's own.
import { expect, test } from 'vitest';
import { differingFields } from '../../src/manifest/schemas/differing-fields.ts';
import { manifestWith, read } from './plugin.ts';
import { pydanticCases, pydanticReleases } from './pydantic-cases.ts';

const [newest = {}] = pydanticReleases;

test.each(pydanticCases)("a schema doesn't differ from Pydantic's: $name", async ({ code, name }) => {
  const { manifest } = await read(manifestWith(code));
  const { input_schema, output_schema } = manifest ?? {};
  const { serialization, validation } = newest[name] ?? {};
  expect(differingFields(input_schema ?? {}, validation ?? {})).toEqual([]);
  expect(differingFields(output_schema ?? {}, serialization ?? {})).toEqual([]);
});

const made = {
  properties: {
    a: { type: 'integer' },
    b: { $ref: '#/$defs/Part' },
    c: { type: 'string', pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$' },
  },
  required: ['a'],
  $defs: { Part: { properties: { size: { type: 'integer' } } } },
};

test.each([
  ['another type', { ...made, properties: { ...made.properties, a: { type: 'string' } } }, ['a']],
  ['a field that can be left out', { ...made, required: [] }, ['a']],
  ['a field that is missing', { ...made, properties: { a: made.properties.a, b: made.properties.b } }, ['c']],
  [
    'a field of another class',
    { ...made, $defs: { Part: { properties: { size: { type: 'number' } } } } },
    ['Part.size'],
  ],
  ['a field that is left open', { ...made, properties: { ...made.properties, a: { title: 'A' } } }, []],
  ['a class that is left open', { ...made, $defs: { Part: { title: 'Part' } } }, []],
  ['a field of a class that is left open', { properties: { ...made.properties, b: {} }, required: ['a'] }, []],
  ['a schema that is left open', { title: 'In' }, []],
  ["a Decimal's pattern", { ...made, properties: { ...made.properties, c: { type: 'string' } } }, []],
  ['another description', { ...made, properties: { ...made.properties, c: { type: 'string', description: 'x' } } }, []],
])('a difference is named by its field: %s', (_, published, fields) => {
  expect(differingFields(published, made)).toEqual(fields);
});
