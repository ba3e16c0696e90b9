// Lists schemas as generators make them, each with a value that it allows: pydantic, zod, TypeBox, OpenAPI, Go's invopop/jsonschema.
import type { JsonObject } from '../../../../../src/contract/json.ts';

export type SchemaWithValue = [schema: JsonObject, good: JsonObject];

const draft07 = 'http://json-schema.org/draft-07/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

export const generatedSchemas: Record<string, SchemaWithValue> = {
  'pydantic 1: a model with references': [
    {
      title: 'In',
      type: 'object',
      properties: {
        page: { title: 'Page', exclusiveMinimum: 0, default: 1, type: 'integer' },
        sort: { default: 'asc', allOf: [{ $ref: '#/definitions/Sort' }] },
      },
      definitions: { Sort: { title: 'Sort', description: 'An enumeration.', enum: ['asc', 'desc'], type: 'string' } },
    },
    { page: 2, sort: 'desc' },
  ],
  'pydantic 1: a tuple': [
    {
      title: 'In',
      type: 'object',
      properties: {
        at: { title: 'At', type: 'array', minItems: 2, maxItems: 2, items: [{ type: 'number' }, { type: 'string' }] },
      },
      required: ['at'],
    },
    { at: [1.5, 'km'] },
  ],
  'pydantic 2: optional, constant, formats': [
    {
      $defs: { Box: { properties: { w: { exclusiveMinimum: 0, title: 'W', type: 'number' } }, type: 'object' } },
      properties: {
        kind: { const: 'box', default: 'box', title: 'Kind', type: 'string' },
        box: { anyOf: [{ $ref: '#/$defs/Box' }, { type: 'null' }], default: null },
        when: { format: 'date-time', title: 'When', type: 'string' },
        id: { format: 'uuid4', title: 'Id', type: 'string' },
        took: { format: 'duration', title: 'Took', type: 'string' },
        price: { anyOf: [{ type: 'number' }, { pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$', type: 'string' }] },
        raw: { format: 'binary', title: 'Raw', type: 'string' },
      },
      required: ['when'],
      title: 'In',
      type: 'object',
    },
    { kind: 'box', box: null, when: '2026-04-05T09:30:00Z', id: 'x', took: 'PT3S', price: '1.50', raw: 'AA==' },
  ],
  'pydantic 2: a discriminated union': [
    {
      $defs: {
        Cat: { properties: { pet: { const: 'cat', type: 'string' } }, required: ['pet'], type: 'object' },
        Dog: { properties: { pet: { const: 'dog', type: 'string' } }, required: ['pet'], type: 'object' },
      },
      properties: {
        pet: {
          discriminator: { mapping: { cat: '#/$defs/Cat', dog: '#/$defs/Dog' }, propertyName: 'pet' },
          oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
          title: 'Pet',
        },
      },
      required: ['pet'],
      type: 'object',
    },
    { pet: { pet: 'dog' } },
  ],
  'pydantic 2: a root union': [
    {
      $defs: { A: { properties: { a: { type: 'integer' } }, required: ['a'], type: 'object' } },
      anyOf: [{ $ref: '#/$defs/A' }, { additionalProperties: { type: 'string' }, type: 'object' }],
      title: 'RootModel',
    },
    { a: 1 },
  ],
  'pydantic 2: a tree, whose root is a reference': [
    {
      $defs: {
        Node: {
          properties: {
            name: { type: 'string' },
            children: { items: { $ref: '#/$defs/Node' }, type: 'array', default: [] },
          },
          required: ['name'],
          type: 'object',
        },
      },
      $ref: '#/$defs/Node',
    },
    { name: 'a', children: [{ name: 'b', children: [] }] },
  ],
  'pydantic 2: a tuple and a set': [
    {
      properties: {
        at: { maxItems: 2, minItems: 2, prefixItems: [{ type: 'number' }, { type: 'number' }], type: 'array' },
        tags: { items: { type: 'string' }, type: 'array', uniqueItems: true },
      },
      type: 'object',
    },
    { at: [1, 2], tags: ['a'] },
  ],
  'zod 3 through zod-to-json-schema': [
    {
      type: 'object',
      properties: {
        mail: { type: 'string', format: 'email' },
        size: { anyOf: [{ type: 'number' }, { not: {} }] },
        same: { $ref: '#/properties/mail' },
        either: { type: ['string', 'null'] },
      },
      required: ['mail'],
      additionalProperties: false,
      $schema: draft07,
    },
    { mail: 'a@example.com', same: 'b@example.com', either: null },
  ],
  'zod 4': [
    {
      $schema: draft2020,
      type: 'object',
      properties: {
        mail: {
          type: 'string',
          format: 'email',
          pattern:
            "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
        },
        count: { type: 'integer', minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991 },
        map: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'number' } },
        next: { $ref: '#' },
      },
      required: ['mail'],
      additionalProperties: false,
    },
    { mail: 'a@example.com', count: 3, map: { a: 1 }, next: { mail: 'b@example.com' } },
  ],
  'zod 4 with letters of any script': [
    {
      $schema: draft2020,
      type: 'object',
      properties: { name: { type: 'string', pattern: '^\\p{L}+$', description: 'A name.' }, n: { type: 'number' } },
      required: ['name'],
    },
    { name: 'Žofie', n: 1 },
  ],
  TypeBox: [
    {
      type: 'object',
      properties: {
        mode: {
          anyOf: [
            { const: 'a', type: 'string' },
            { const: 'b', type: 'string' },
          ],
        },
        bytes: { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
        map: { type: 'object', patternProperties: { '^(.*)$': { type: 'number' } } },
      },
      required: ['mode'],
    },
    { mode: 'a', bytes: 'AA==', map: { x: 1 } },
  ],
  'TypeBox: a composite that allows no more': [
    {
      unevaluatedProperties: false,
      allOf: [
        { type: 'object', required: ['x'], properties: { x: { type: 'number' } } },
        { type: 'object', properties: { y: { type: 'number' } } },
      ],
    },
    { x: 1, y: 2 },
  ],
  'TypeBox: a recursive type': [
    { $id: 'Node', type: 'object', properties: { nodes: { type: 'array', items: { $ref: 'Node' } } } },
    { nodes: [{ nodes: [] }] },
  ],
  'OpenAPI 3.0: nullable members and flags': [
    {
      type: 'object',
      properties: {
        note: { type: 'string', nullable: true, example: 'hello' },
        level: { type: 'string', enum: ['low', 'high'], nullable: true },
        owner: { nullable: true, allOf: [{ $ref: '#/definitions/Owner' }] },
        any: { nullable: true, description: 'Anything' },
        age: { type: 'integer', format: 'int64', minimum: 0, exclusiveMinimum: true },
        file: { type: 'string', format: 'binary', readOnly: true, xml: { name: 'f' } },
      },
      definitions: { Owner: { type: 'object', properties: { id: { type: 'string', format: 'byte' } } } },
    },
    { note: null, level: null, owner: null, any: null, age: 3, file: 'AA==' },
  ],
  'OpenAPI 3.1': [
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        note: { type: ['string', 'null'], examples: ['hello', null] },
        pet: {
          oneOf: [
            { type: 'string', format: 'uri' },
            { type: 'integer', format: 'int32' },
          ],
        },
      },
      externalDocs: { url: 'https://example.com' },
    },
    { note: null, pet: 'https://example.com/rex' },
  ],
  'OpenAPI: references into components': [
    {
      type: 'object',
      properties: { owner: { $ref: '#/components/schemas/Owner' }, n: { type: 'integer' } },
      components: { schemas: { Owner: { type: 'object', properties: { id: { type: 'string' } } } } },
    },
    { owner: { id: 'a' }, n: 1 },
  ],
  'Go, invopop/jsonschema': [
    {
      $schema: draft2020,
      $id: 'https://example.com/acme/in',
      $ref: '#/$defs/In',
      $defs: {
        In: {
          properties: { name: { type: 'string' }, at: { type: 'string', format: 'date-time' }, any: true },
          additionalProperties: false,
          type: 'object',
          required: ['name'],
        },
      },
    },
    { name: 'a', at: '2026-04-05T09:30:00Z', any: [1] },
  ],
  'draft 4 with an ID and excluded bounds': [
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'http://example.com/in#',
      type: 'object',
      properties: {
        a: { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        list: { type: 'array', items: [{ type: 'string' }], additionalItems: false },
      },
    },
    { a: 2, list: ['x'] },
  ],
  'draft 6': [
    {
      $schema: 'http://json-schema.org/draft-06/schema#',
      type: 'object',
      properties: { a: { const: 1 }, b: { contains: { type: 'string' } } },
      propertyNames: { maxLength: 5 },
    },
    { a: 1, b: [1, 'x'] },
  ],
  'draft 7 with conditions and a list of item schemas': [
    {
      $schema: draft07,
      type: 'object',
      properties: {
        kind: { enum: ['a', 'b'] },
        pair: { items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
      },
      if: { properties: { kind: { const: 'a' } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: this is the keyword.
      then: { required: ['pair'] },
      else: { maxProperties: 1 },
      dependencies: { pair: ['kind'] },
    },
    { kind: 'a', pair: ['x', 1] },
  ],
  'draft 2019-09 with a recursive reference': [
    {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      $recursiveAnchor: true,
      type: 'object',
      properties: { child: { $recursiveRef: '#' }, n: { type: 'integer' } },
      unevaluatedProperties: false,
    },
    { child: { n: 1 }, n: 2 },
  ],
  'draft 2020-12 with anchors and dynamic references': [
    {
      $schema: draft2020,
      $dynamicAnchor: 'node',
      type: 'object',
      properties: { size: { $ref: '#size' }, child: { $dynamicRef: '#node' }, n: { type: 'integer' } },
      $defs: { size: { $anchor: 'size', type: 'integer' } },
    },
    { size: 1, child: { size: 2 }, n: 3 },
  ],
  'a bundle, whose parts have IDs': [
    {
      $id: 'https://example.com/in',
      type: 'object',
      properties: { part: { $ref: '/part' }, n: { type: 'integer' } },
      $defs: { part: { $id: '/part', type: 'string' } },
    },
    { part: 'a', n: 1 },
  ],
};
