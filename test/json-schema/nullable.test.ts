// Tests that OpenAPI's `nullable: true` means the same wherever a manifest's schema is read.
import { expect, test } from 'vitest';
import { type Json, type JsonObject, jsonObject } from '../../src/contract/json.ts';
import { outputCheckLimits } from '../../src/contract/limits/manifest.ts';
import { JsonText } from '../../src/core/json/text.ts';
import { checkValue } from '../../src/json-schema/check-value.ts';
import { schemaComponents } from '../../src/json-schema/components.ts';
import { inputProblems } from '../../src/json-schema/input-check.ts';
import { OutputCheck } from '../../src/json-schema/output-check.ts';
import { readSchema } from '../../src/json-schema/read-schema.ts';

const nullable: [what: string, schema: JsonObject, refused: Json][] = [
  ['a type', { type: 'string' }, 1],
  ['several types', { type: ['string', 'null'] }, 1],
  ['choices', { type: 'string', enum: ['a', 'b'] }, 'c'],
  ['a constant', { const: 'a' }, 'b'],
  ['alternatives', { anyOf: [{ type: 'string' }, { type: 'integer' }] }, true],
  ['one of several', { oneOf: [{ type: 'string' }, { type: ['integer', 'null'] }] }, true],
  ['a reference', { $ref: '#/$defs/Text' }, 1],
  ['an object', { type: 'object', properties: { b: { type: 'string', nullable: true } }, required: ['b'] }, { b: 1 }],
];

test.each(nullable)('the output check, the input check and OpenAPI take null: %s', (_, one, refused) => {
  const schema = {
    type: 'object',
    properties: { a: { ...one, nullable: true } },
    $defs: { Text: { type: 'string' } },
  };
  const components = JSON.stringify(schemaComponents('Out', schema)).replaceAll('#/components/schemas/', '#/$defs/');
  const inDocument = readSchema({ $ref: '#/$defs/Out', $defs: jsonObject.parse(JSON.parse(components)) }).schema;
  const takes = (a: Json) => {
    const output = new OutputCheck({ features: [], output_schema: schema }, outputCheckLimits.test);
    return [
      output.ofAnswer({ a })?.length === 0,
      inputProblems({ input_schema: schema }, new JsonText(JSON.stringify({ a }))) === undefined,
      inDocument && checkValue(inDocument, { a }, outputCheckLimits.test)?.valid,
    ];
  };
  expect([takes(null), takes(refused)]).toEqual([
    [true, true, true],
    [false, false, false],
  ]);
});

test('a flag that is false changes nothing', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', nullable: false } } };
  expect(inputProblems({ input_schema: schema }, new JsonText('{"a":null}'))).toEqual(['a: expected string, got null']);
});
