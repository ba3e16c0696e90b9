// Tests what a tool's schemas keep of the schemas that an author wrote.
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { JsonText } from '../../../../src/core/json/text.ts';
import { mediaMembers, withoutMedia } from '../../../../src/features/mcp/tools/media.ts';
import { inputsSchema, takesParameters, withParameters } from '../../../../src/features/mcp/tools/schemas.ts';

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
    { properties: { a: {} } },
  ],
  ['names by a pattern that is left out', { patternProperties: { '(?P<n>x)': {} }, additionalProperties: false }, {}],
  [
    'an older dialect',
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      properties: {
        a: { type: 'integer', minimum: 1, exclusiveMinimum: true },
        b: { type: 'array', items: [{ type: 'null' }], additionalItems: false },
      },
    },
    {
      properties: {
        a: { type: 'integer', minimum: 2, description: 'Above 1.' },
        b: { type: 'array', items: { type: 'null' }, maxItems: 1, description: 'In this order: null.' },
      },
    },
  ],
  [
    'what may be null in OpenAPI',
    { nullable: true, properties: { a: { type: 'string', nullable: true }, b: { nullable: false } } },
    { properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, b: {} } },
  ],
])('a tool keeps what clients can read of a schema with %s', (_, inputs, kept) => {
  expect(inputsSchema(inputs)).toEqual({ properties: {}, ...kept, type: 'object' });
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

const picture = Buffer.from(
  'GIF89a\xfb\xff\xbe and more than fits on a line of an e-mail message, which has 76 characters',
  'latin1',
);
const written = picture.toString('base64');
const inLines = written.replaceAll(/.{76}/g, '$&\n');

test.each([
  ['plain', written, 'image/gif'],
  ['in lines', `${inLines}\n`, 'image/gif'],
  ['in lines with CR', inLines.replaceAll('\n', '\r\n'), 'image/gif'],
  ['URL-safe, without padding', picture.toString('base64url'), 'image/gif'],
  ['a data: URL', `data:image/gif;base64,${written}`, 'image/gif'],
  ['a data: URL of another type', `data:image/webp;name=a.webp;base64,${written}`, 'image/webp'],
  ['a data: URL of no picture', `data:text/html;base64,${written}`, 'image/gif'],
  ['a data: URL without a type', `data:;base64,${inLines}`, 'image/gif'],
])('a picture in base64 is shown as a picture: %s', async (_, sent, mimeType) => {
  const output = { properties: { a: { contentEncoding: 'base64', contentMediaType: 'image/gif' } } };
  const { media, shown } = await withoutMedia(new JsonText(JSON.stringify({ a: sent, b: 1 })), output);
  expect([media, shown.text]).toEqual([
    [{ type: 'image', data: written, mimeType }],
    `{"a":"(${mimeType}, below)","b":1}`,
  ]);
});

test.each(['', 'no base64!', 'data:image/gif,GIF89a', 'AAAAA'])('%j is no picture, and stays text', async (sent) => {
  const output = { properties: { a: { contentEncoding: 'base64', contentMediaType: 'image/gif' } } };
  expect((await withoutMedia(new JsonText(JSON.stringify({ a: sent })), output)).media).toEqual([]);
});

test('a member whose name models refuse is left out, and stays allowed', () => {
  const members = { größe: { type: 'number' }, 'uids[]': {}, 'a.b-c': { $ref: '#/properties/größe' } };
  const inputs = { type: 'object', properties: members, required: ['größe'], additionalProperties: false };
  const made = inputsSchema(inputs);
  expect(made).toEqual({ type: 'object', properties: { 'a.b-c': {} } });
});

test.each<[string, JsonObject, JsonObject]>([
  [
    'a choice at the root becomes one object, whose description says the choice',
    {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      oneOf: [
        { properties: { route: { type: 'string' } }, required: ['route'], additionalProperties: false },
        { properties: { file: { type: 'string' } }, required: ['file', 'text'], additionalProperties: false },
      ],
    },
    {
      description: 'Needs route, or file.',
      properties: { route: { type: 'string' }, file: { type: 'string' }, text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  ],
  [
    'a member that one of the choices leaves open is only mentioned',
    { anyOf: [{ properties: { a: { type: 'integer', description: 'Size.' } } }, { required: ['b'] }] },
    { properties: { a: { description: 'Size. Usually integer.' } } },
  ],
  [
    'references are written out, and one to itself once',
    {
      properties: { a: { $ref: '#/$defs/Node', description: 'The root.' } },
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
    },
    {
      properties: { a: { type: 'object', description: 'The root.', properties: { next: { type: 'object' } } } },
    },
  ],
  [
    'several types become a choice, each with its own keywords',
    {
      properties: { a: { type: ['string', 'object'], minLength: 1, properties: { b: { type: 'null' } }, title: 'A' } },
    },
    {
      properties: {
        a: {
          anyOf: [
            { type: 'string', minLength: 1, title: 'A' },
            { type: 'object', properties: { b: { type: 'null' } } },
          ],
        },
      },
    },
  ],
  [
    'what only some take is said in words',
    {
      properties: {
        a: { type: 'string', format: 'uuid' },
        b: { enum: [1, 2] },
        c: { type: 'number', exclusiveMinimum: 0, multipleOf: 5 },
        d: { const: 'x' },
      },
    },
    {
      properties: {
        a: { type: 'string', description: 'Format: uuid.' },
        b: { type: 'number', description: 'One of 1, 2.' },
        c: { type: 'number', minimum: 0, description: 'Above 0.\nA multiple of 5.' },
        d: { type: 'string', enum: ['x'] },
      },
    },
  ],
])('%s', (_, inputs, kept) => {
  expect(inputsSchema(inputs)).toEqual({ ...kept, type: 'object' });
});

test('a schema that is longer than a model should read becomes any object', () => {
  const long = { type: 'object', properties: { a: { description: 'x'.repeat(toolLimits.schemaChars) } } };
  expect(inputsSchema(long)).toEqual({ type: 'object', properties: {} });
});

test('an input named parameters stays an input, also if the schema is not shown', () => {
  const parameters = { type: 'object', properties: { limit: {} } };
  const inputs = { $schema: 'https://example.com/schema', type: 'object', properties: { parameters: {} } };
  expect([
    takesParameters({ inputs, parameters }),
    withParameters(inputsSchema(inputs), { inputs, parameters }).properties,
  ]).toEqual([false, {}]);
});
