// Tests that schemas become rows with types in words, however strange they are.
import { describe, expect, test } from 'vitest';
import { schemaRows } from '../../src/console/data/schemas/schema-rows.ts';

/** Returns each row as `name: type`, indented by its depth. */
function rows(schema: unknown): string[] {
  return schemaRows(schema).map(
    ({ depth, name, type }) => `${'  '.repeat(depth)}${name}${type === '' ? '' : `: ${type}`}`,
  );
}

function typeOf(schema: unknown, more: object = {}): string | undefined {
  return schemaRows({ type: 'object', properties: { a: schema }, ...more })[0]?.type;
}

describe('types in words', () => {
  test.each([
    [{ type: 'string', maxLength: 200 }, 'text, at most 200 characters'],
    [{ type: 'string', minLength: 1, maxLength: 1 }, 'text, 1 character'],
    [{ type: 'string', format: 'date' }, 'date such as 2026-01-31'],
    [{ type: 'string', pattern: '^a+$' }, 'text, matching ^a+$'],
    [{ type: 'integer', minimum: 0, maximum: 10 }, 'whole number, 0 to 10'],
    [{ type: 'number', exclusiveMinimum: 0 }, 'number, above 0'],
    [{ minimum: 0, exclusiveMinimum: true }, 'number, above 0'],
    [{ type: 'number', multipleOf: 0.5 }, 'number, a multiple of 0.5'],
    [{ type: 'boolean' }, 'true or false'],
    [{ type: ['string', 'null'] }, 'text or null'],
    [{ type: 'string', nullable: true }, 'text or null'],
    [{ enum: ['a', 1, null] }, 'one of "a", 1, null'],
    [{ const: 'a' }, 'always "a"'],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'whole number or null'],
    [{ type: 'array', items: { type: 'number' }, maxItems: 3 }, 'list of numbers, at most 3 items'],
    [{ type: 'array', items: { type: 'string', maxLength: 5 } }, 'list of values, each text, at most 5 characters'],
    [{ prefixItems: [{ type: 'string' }, { type: 'integer' }] }, 'list of text, then whole number'],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, 'object with any names, each whole number'],
    [{ type: 'object', additionalProperties: false }, 'object, no other fields'],
    [{}, 'anything'],
    [true, 'anything'],
    [false, 'never allowed'],
    ['nonsense', 'anything'],
    [{ $ref: '#/$defs/missing' }, 'anything'],
    [{ $ref: 'https://example.com/other.json' }, 'anything'],
    [{ type: 'str' }, 'str'],
    [{ type: 'string', format: 'constructor' }, 'text (constructor)'],
    [{ type: 'array', items: { type: 'toString' } }, 'list of values, each toString'],
  ])('%j is %s', (schema, words) => expect(typeOf(schema)).toBe(words));

  test('a huge enum is cut', () => {
    const choices = Array.from({ length: 5000 }, (_, index) => index);
    expect(typeOf({ enum: choices })).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7 … and 4992 more');
  });
});

describe('rows', () => {
  test('fields say whether they are required, and their default even if it is false, 0 or null', () => {
    const schema = {
      type: 'object',
      required: ['a'],
      properties: { a: { default: false }, b: { default: 0 }, c: { default: null }, d: { description: 'none' } },
    };
    expect(schemaRows(schema).map(({ preset, required }) => [required, preset])).toEqual([
      [true, 'false'],
      [false, '0'],
      [false, 'null'],
      [false, undefined],
    ]);
  });

  test('nested fields follow their own, down to a depth', () => {
    const deep = (levels: number): object =>
      levels === 0 ? { type: 'integer' } : { type: 'object', properties: { in: deep(levels - 1) } };
    expect(rows(deep(6))).toEqual([
      'in: object',
      '  in: object',
      '    in: object',
      '      in: object',
      '        …more',
    ]);
  });

  test('the flat form, references and allOf are read', () => {
    expect(rows({ text: { type: 'string' }, times: { type: 'integer' } })).toEqual([
      'text: text',
      'times: whole number',
    ]);
    const item = { type: 'object', allOf: [{ properties: { b: { type: 'integer' } } }], properties: { a: {} } };
    const schema = { properties: { list: { type: 'array', items: { $ref: '#/$defs/a~1b' } } }, $defs: { 'a/b': item } };
    expect(rows(schema)).toEqual(['list: list of objects', '  b: whole number', '  a: anything']);
  });

  test('alternatives with fields are listed one after another', () => {
    const kind = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' } } });
    expect(rows({ properties: { a: { oneOf: [kind('x'), kind('y')] } } })).toEqual([
      'a: object',
      '  either: object',
      '    x: text',
      '  or: object',
      '    y: text',
    ]);
    expect(rows({ properties: { a: { anyOf: [kind('x'), { type: 'null' }] } } })).toEqual([
      'a: object or null',
      '  x: text',
    ]);
  });

  test('recursive schemas end', () => {
    const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };
    expect(rows(tree).at(-1)?.trim()).toBe('…more');
    const circle = {
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    };
    expect(rows(circle)).toEqual(['a: anything']);
    const every = { anyOf: Array.from({ length: 100 }, () => ({ $ref: '#' })) };
    expect(rows({ properties: { a: { $ref: '#' } }, ...every }).length).toBeLessThan(200);
  });

  test('many fields are cut', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, { type: 'string' }]));
    expect(rows({ type: 'object', properties: many })).toHaveLength(151);
  });

  test('a missing schema has no rows, and one that is not an object has one', () => {
    for (const none of [null, undefined, {}, [], 'text', true]) expect(rows(none)).toEqual([]);
    expect(rows({ type: 'array', items: { type: 'string' } })).toEqual(['(all): list of texts']);
  });
});
