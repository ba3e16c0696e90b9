// Tests how schemas become components of an OpenAPI document, including schemas that no version should have.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/contract/json.ts';
import { schemaComponents } from '../../src/json-schema/components.ts';

const components = (schema: JsonObject) => schemaComponents('Input', schema);
const at = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Returns all references in the components, including those that lead nowhere. */
function referencesIn(whole: Json): string[] {
  const found: string[] = [];
  const open = [whole];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && typeof value.$ref === 'string') found.push(value.$ref);
    open.push(...Object.values(value));
  }
  return found;
}

function depthOf(whole: Json): number {
  let deepest = 0;
  const open: [Json, number][] = [[whole, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    deepest = Math.max(deepest, depth);
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) open.push([inner, depth + 1]);
  }
  return deepest;
}

function danglingIn(schemas: Record<string, Json>): string[] {
  const known = new Set(Object.keys(schemas).map((name) => at(name).$ref));
  return referencesIn(schemas).filter((reference) => !known.has(reference));
}

describe('references', () => {
  test.each(['$defs', 'definitions'])('to %s lead to components', (home) => {
    const schema = {
      type: 'object',
      properties: { box: { $ref: `#/${home}/Box` }, boxes: { type: 'array', items: { $ref: `#/${home}/Box` } } },
      [home]: { Box: { title: 'Box', type: 'object', properties: { width: { type: 'number' } } }, Unused: {} },
    };
    expect(components(schema)).toEqual({
      Input: { type: 'object', properties: { box: at('Input_Box'), boxes: { type: 'array', items: at('Input_Box') } } },
      Input_Box: { type: 'object', properties: { width: { type: 'number' } } },
    });
  });

  test('may be recursive, also to the schema itself', () => {
    const schema = {
      properties: { parent: { $ref: '#' }, tree: { $ref: '#/$defs/Node' } },
      $defs: { Node: { properties: { children: { items: { $ref: '#/$defs/Node' } } } } },
    };
    expect(components(schema)).toEqual({
      Input: { properties: { parent: at('Input'), tree: at('Input_Node') } },
      Input_Node: { properties: { children: { items: at('Input_Node') } } },
    });
  });

  test('may lead into a property, which then refers to the component itself', () => {
    const schema = { properties: { one: { type: 'string' }, other: { $ref: '#/properties/one' } } };
    expect(components(schema)).toEqual({
      Input: { properties: { one: at('Input_one'), other: at('Input_one') } },
      Input_one: { type: 'string' },
    });
  });

  test.each([
    ['a/b', '#/$defs/a~1b', 'Input_a_b'],
    ['a~b', '#/$defs/a~0b', 'Input_a_b'],
    ['a%b', '#/$defs/a%25b', 'Input_a_b'],
    ['~1', '#/$defs/~01', 'Input_1'],
    ['Größe', '#/$defs/Gr%C3%B6%C3%9Fe', 'Input_Gr_e'],
    ['', '#/$defs/', 'Input_schema'],
    ['__proto__', '#/$defs/__proto__', 'Input_proto'],
    ['constructor', '#/$defs/constructor', 'Input_constructor'],
  ])('to the name %j are found', (name, pointer, component) => {
    const schema = jsonOf({ $ref: pointer, $defs: entry(name, { type: 'string' }) });
    expect(components(schema)).toEqual({ Input: at(component), [component]: { type: 'string' } });
  });

  test('to names that look alike get different components', () => {
    const names = ['a b', 'a_b', 'A_B', 'a_b_2'];
    const schema = {
      anyOf: names.map((name) => ({ $ref: `#/$defs/${name}` })),
      $defs: Object.fromEntries(names.map((name) => [name, { const: name }])),
    };
    const found = components(schema);
    expect(new Set(Object.keys(found).map((name) => name.toLowerCase())).size).toBe(5);
    const { anyOf } = Object(found.Input);
    expect(anyOf.map(({ $ref }: { $ref: string }) => found[$ref.split('/').at(-1) ?? '']?.const)).toEqual(names);
  });

  test.each([
    '#/$defs/Missing',
    '#/$defs/Box/type',
    '#/__proto__',
    '#/$defs/__proto__',
    '#/properties',
    '#anchor',
    '#/%',
    'https://example.com/schema.json',
    'other.json#/$defs/Box',
    '',
    5,
    null,
  ])('to %j allow everything', (reference) => {
    const schema = { properties: { a: { description: 'A', $ref: reference } }, $defs: { Box: { type: 'object' } } };
    expect(components(schema)).toEqual({ Input: { properties: { a: { description: 'A' } } } });
  });

  test('that only lead in a circle are left out', () => {
    expect(components({ $ref: '#' })).toEqual({ Input: {} });
    const found = components({
      $ref: '#/$defs/A',
      $defs: { A: { $ref: '#/$defs/B' }, B: { description: 'B', $ref: '#/$defs/A' } },
    });
    expect(found).toEqual({ Input: at('Input_A'), Input_A: at('Input_B'), Input_B: { description: 'B' } });
  });

  test('in a discriminator are rewritten', () => {
    const mapping = { cat: '#/$defs/Cat', dog: '#/$defs/Dog' };
    const schema = {
      oneOf: [{ $ref: '#/$defs/Cat' }],
      discriminator: { propertyName: 'kind', mapping },
      $defs: { Cat: {} },
    };
    const found = components(schema);
    expect(found.Input?.discriminator).toEqual({ propertyName: 'kind', mapping: { cat: at('Input_Cat').$ref } });
    expect(components({ oneOf: [{}], discriminator: 'kind' }).Input).toEqual({ oneOf: [{}] });
  });
});

describe('keywords', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'that name a schema are left out, but not properties of that name',
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'a',
        $anchor: 'b',
        properties: { $id: {}, $defs: {} },
      },
      { properties: { $id: {}, $defs: {} } },
    ],
    [
      'that are unknown are left out',
      { 'x-own': { $ref: '#/nowhere' }, 'x-more': true, type: 'string' },
      { type: 'string' },
    ],
    [
      'that are booleans become schemas, except where generators expect booleans',
      { additionalProperties: false, properties: { all: true, none: false } },
      { additionalProperties: false, properties: { all: {}, none: { not: {} } } },
    ],
    [
      'of draft 2020-12 stay',
      { prefixItems: [{ type: 'string' }], items: { type: 'number' }, dependentRequired: { a: ['b'] } },
      { prefixItems: [{ type: 'string' }], items: { type: 'number' }, dependentRequired: { a: ['b'] } },
    ],
    [
      'of draft 4 are converted',
      {
        $schema: 'http://json-schema.org/draft-04/schema#',
        items: [{ minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }],
        additionalItems: { type: 'string' },
        dependencies: { a: ['b'], c: { type: 'object' } },
      },
      {
        prefixItems: [{ exclusiveMinimum: 1, maximum: 9 }],
        items: { type: 'string' },
        dependentRequired: { a: ['b'] },
        dependentSchemas: { c: { type: 'object' } },
      },
    ],
    [
      'with values that are not valid are left out',
      { type: 'strin', properties: ['a'], required: 'a', anyOf: [], items: 5, minLength: -1, enum: [1], not: null },
      { enum: [1] },
    ],
    [
      'for defaults stay if generators can use them',
      {
        properties: { a: { default: 1 }, b: { default: [] }, c: { default: null, anyOf: [{}] }, d: { default: null } },
      },
      { properties: { a: { default: 1 }, b: {}, c: { anyOf: [{}] }, d: { default: null } } },
    ],
    ['within values stay', { enum: [{ $ref: '#/a', $id: 'b' }] }, { enum: [{ $ref: '#/a', $id: 'b' }] }],
  ])('%s', (_, schema, expected) => {
    expect(components(schema)).toEqual({ Input: expected });
  });

  test('beside a reference count from draft 2019-09 on', () => {
    const schema = { properties: { a: { $ref: '#/$defs/A', minLength: 1 } }, $defs: { A: {} } };
    expect(components(schema).Input?.properties).toEqual({ a: { ...at('Input_A'), minLength: 1 } });
    const older = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
    expect(components(older).Input?.properties).toEqual({ a: at('Input_A') });
  });

  test('in the flat form are the properties of an object', () => {
    expect(components({ text: { type: 'string' } })).toEqual({
      Input: { type: 'object', properties: { text: { type: 'string' } } },
    });
  });

  test('in an unknown dialect are read as those of the newest draft', () => {
    expect(components({ $schema: 'urn:mine', type: 'string' })).toEqual({ Input: { type: 'string' } });
  });
});

describe('hostile schemas', () => {
  test('nested 1,000 levels become components that are not deep', () => {
    const schema = Array.from({ length: 1000 }).reduce<JsonObject>((inner) => ({ properties: { a: inner } }), {});
    const found = components(schema);
    expect(depthOf(found)).toBeLessThan(100);
    expect(danglingIn(found)).toEqual([]);
    expect(referencesIn(found).length).toBe(Object.keys(found).length - 1);
  });

  test('nested or linked 20,000 times are read without recursion', () => {
    const nested = Array.from({ length: 20_000 }).reduce<JsonObject>((inner) => ({ not: inner }), {});
    expect(danglingIn(components(nested))).toEqual([]);
    const links = Array.from({ length: 20_000 }, (_, i): [string, Json] => [`s${i}`, { $ref: `#/$defs/s${i + 1}` }]);
    const linked = components({ $ref: '#/$defs/s0', $defs: Object.fromEntries(links) });
    expect([Object.keys(linked).length, linked.Input_s19999]).toEqual([20_001, {}]);
  });

  test('whose references lead into each other copy nothing twice', () => {
    const pointer = (depth: number) => `#${'/properties/a'.repeat(depth)}`;
    const whole = Array.from({ length: 200 }).reduce<JsonObject>((inner) => ({ properties: { a: inner } }), {});
    const references = Array.from({ length: 200 }, (_, i) => ({ $ref: pointer(i + 1) }));
    const found = components({ ...whole, anyOf: references });
    expect(JSON.stringify(found).length).toBeLessThan(60_000);
    expect(danglingIn(found)).toEqual([]);
  });

  test('with names of the prototype change no prototype', () => {
    const own = entry('__proto__', { type: 'string' });
    const found = components(jsonOf({ properties: own, patternProperties: own, required: ['__proto__'] }));
    expect(JSON.stringify(found)).toBe(
      '{"Input":{"properties":{"__proto__":{"type":"string"}},"patternProperties":{"__proto__":{"type":"string"}},"required":["__proto__"]}}',
    );
    expect(Object.getPrototypeOf(found.Input)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false);
  });
});

/** Returns an object with this own property, which a literal can't have if it is `__proto__`. */
function entry(name: string, value: Json): JsonObject {
  return Object.fromEntries([[name, value]]);
}

function jsonOf(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
