// Rows of JSON: bodies, answers and schemas.
import { readCallAnswer, readStreamLine } from '../../../../src/contract/builder/answers.ts';
import { readBatchOutcome } from '../../../../src/contract/builder/batch.ts';
import { parseExample } from '../../../../src/contract/builder/example.ts';
import { readRowsCall } from '../../../../src/contract/builder/rows/rows-call.ts';
import type { Json, JsonObject } from '../../../../src/contract/json.ts';
import { builderLimits } from '../../../../src/contract/limits/builder.ts';
import { deploymentLimits } from '../../../../src/contract/limits/deployments.ts';
import { fieldCharsMax, outputCheckLimits } from '../../../../src/contract/limits/manifest.ts';
import { canonicalJson } from '../../../../src/core/json/canonical.ts';
import { nestsDeeper } from '../../../../src/core/json/depth.ts';
import { mergeObjects } from '../../../../src/core/json/merge.ts';
import { cutJson } from '../../../../src/core/json/scan.ts';
import { emptyObject, JsonText } from '../../../../src/core/json/text.ts';
import { compactJson, indentedJson, readJsonTree, survivesJavaScript } from '../../../../src/core/json/tree.ts';
import { checkValue } from '../../../../src/json-schema/check-value.ts';
import { schemaComponents } from '../../../../src/json-schema/components.ts';
import { inputProblems } from '../../../../src/json-schema/input-check.ts';
import { OutputCheck } from '../../../../src/json-schema/output-check.ts';
import { readSchema } from '../../../../src/json-schema/read-schema.ts';
import { differingFields } from '../../../../src/manifest/schemas/differing-fields.ts';
import { numbered, type Rows } from '../../row.ts';

const MiB = 1024 * 1024;
const encoder = new TextEncoder();
const text = (value: string) => JSON.stringify(value);
const places = {
  whole: (value: string) => value,
  'a text': text,
  'a name': (value: string) => `{${text(value)}:1}`,
  'texts in a list': (value: string) =>
    `[${value
      .split(/(?<=.)/s)
      .map(text)
      .join(',')}]`,
  'members of an answer': (value: string) => `{"status":"success","duration_ms":1,"result":${value}}`,
  'members of a call': (value: string) => `{"inputs":${value},"parameters":${value}}`,
};
const shapes = {
  'a list of numbers': (chars: number) => `[${numbered(chars, () => '1', ',')}]`,
  'a list of rows': (chars: number) => `{"rows":[${numbered(chars, (at) => `{"a":${at}}`, ',')}]}`,
  'a list of lists': (chars: number) => `[${numbered(chars, () => '[]', ',')}]`,
  'many members': (chars: number) => `{${numbered(chars, (at) => `"a${at}":1`, ',')}}`,
  'the same member': (chars: number) => `{${numbered(chars, () => '"inputs":{}', ',')}}`,
  'escaped names': (chars: number) => `{${numbered(chars, (at) => `"\\u0061${at}":1`, ',')}}`,
  'a long number': (chars: number) => `1${'0'.repeat(chars)}`,
  'a long fraction': (chars: number) => `[1.${'1'.repeat(chars)}e5]`,
  'nested lists': (chars: number) => '['.repeat(chars / 2) + ']'.repeat(chars / 2),
};

const schemaShapes = {
  references: (chars: number) =>
    `{"type":"object","properties":{${numbered(chars, (at) => `"a${at}":{"$ref":"#/$defs/x"}`, ',')}},"$defs":{"x":{}}}`,
  'broken references': (chars: number) => `{"properties":{${numbered(chars, (at) => `"a${at}":{"$ref":"#x"}`, ',')}}}`,
  'chained references': (chars: number) =>
    `{"$ref":"#/$defs/a0","$defs":{${numbered(chars, (at) => `"a${at}":{"$ref":"#/$defs/a${at + 1}"}`, ',')},"z":{}}}`,
  'references to the whole': (chars: number) =>
    `{"properties":{${numbered(chars, (at) => `"a${at}":{"$ref":"#"}`, ',')}}}`,
  'many properties': (chars: number) =>
    `{"properties":{${numbered(chars, (at) => `"a${at}":{"type":"string"}`, ',')}}}`,
  'many definitions': (chars: number) => `{"$defs":{${numbered(chars, (at) => `"a${at}":{"type":"string"}`, ',')}}}`,
  'many required names': (chars: number) => `{"required":[${numbered(chars, (at) => `"a${at}"`, ',')}]}`,
  'many values': (chars: number) => `{"enum":[${numbered(chars, (at) => `"a${at}"`, ',')}]}`,
  'many alternatives': (chars: number) => `{"anyOf":[${numbered(chars, (at) => `{"const":${at}}`, ',')}]}`,
  'many patterns': (chars: number) => `{"patternProperties":{${numbered(chars, (at) => `"a${at}.*":{}`, ',')}}}`,
  'one pattern': (chars: number) => `{"pattern":"${'(a|b)*'.repeat(chars / 6)}"}`,
  'nested schemas': (chars: number) => `${'{"items":'.repeat(chars / 10)}{}${'}'.repeat(chars / 10)}`,
  'unknown keywords': (chars: number) => `{${numbered(chars, (at) => `"propertie${at}":1`, ',')}}`,
  'wrong types': (chars: number) => `{"type":[${numbered(chars, (at) => `"strin${at}"`, ',')}]}`,
  'similar names of definitions': (chars: number) =>
    `{"$defs":{${numbered(chars, (at) => `"a${'-'.repeat(at % 7)}":{}`, ',')}},"properties":{${numbered(chars, (at) => `"b${at}":{"$ref":"#/$defs/a${'-'.repeat(at % 7)}"}`, ',')}}}`,
};

/** Leaves out texts that nest deeper than bodies and answers may: in each array, JSON.stringify looks at all those around it. */
const flat = (run: (value: string) => unknown) => (value: string) =>
  nestsDeeper(encoder.encode(value), builderLimits.answerLevels) ? undefined : run(value);

const parsed = (value: string): Json => JSON.parse(value);
const parsedObject = (value: string): JsonObject => JSON.parse(value);
const demandingSchema = {
  type: 'object',
  required: ['text'],
  additionalProperties: { type: 'string', pattern: '^a*b' },
};
const valueSchema = readSchema({
  type: 'object',
  additionalProperties: { type: ['string', 'number'], maxLength: 3, pattern: '^a*b' },
  properties: { inputs: { type: 'array', uniqueItems: true, items: { enum: ['a', 1] } } },
}).schema;

export const rows: Rows = {
  'the values in a JSON body are cut out': {
    run: (value) => cutJson(value, ['inputs', 'parameters', 'input.rows.*', 'rows.*.a'], { levels: 500 }),
    charsMax: 8 * MiB,
    places,
    shapes,
  },
  'the depth of a JSON body is measured': {
    run: (value) => nestsDeeper(encoder.encode(value), 500),
    charsMax: 8 * MiB,
    shapes,
  },
  'a JSON text is laid out': {
    // Each level indents its lines.
    run: flat((value) => {
      indentedJson(readJsonTree(value));
      compactJson(readJsonTree(value));
    }),
    charsMax: 4 * MiB,
    places,
    shapes,
  },
  'a JSON text is compared with what JavaScript writes': {
    run: flat(survivesJavaScript),
    charsMax: 4 * MiB,
    places,
    shapes,
  },
  'a JSON value is written in one way': {
    run: flat((value) => canonicalJson(parsed(value))),
    charsMax: MiB,
    places,
    shapes,
  },
  'parameters are merged': {
    run: (value) => mergeObjects(new JsonText(value), emptyObject),
    charsMax: MiB,
    places,
    shapes,
  },
  'an answer to a call is read': { run: readCallAnswer, charsMax: builderLimits.callBytes, places, shapes },
  'a line of a stream is read': { run: readStreamLine, charsMax: builderLimits.callBytes, places, shapes },
  'an answer to a batch is read': { run: readBatchOutcome, charsMax: builderLimits.callBytes, places, shapes },
  'a call with rows is read': { run: readRowsCall, charsMax: MiB, places, shapes },
  'an example is read': {
    run: (text) => parseExample(new TextEncoder().encode(text)),
    charsMax: 64 * 1024,
    places,
    shapes,
  },
  'a JSON Schema is read': {
    run: (value) => readSchema(parsed(value)),
    charsMax: fieldCharsMax,
    places,
    shapes: { ...shapes, ...schemaShapes },
  },
  'a JSON Schema becomes components': {
    run: (value) => schemaComponents('Inputs', parsedObject(value)),
    charsMax: fieldCharsMax,
    shapes: schemaShapes,
  },
  'a value is checked against a schema': {
    run: (value) => valueSchema && checkValue(valueSchema, parsed(value)),
    charsMax: MiB,
    places,
    shapes,
  },
  "a schema is compared with Pydantic's": {
    run: flat((value) =>
      differingFields({ properties: { a: { type: 'string' } }, $defs: { A: {} } }, parsedObject(value)),
    ),
    charsMax: deploymentLimits.schemasChars,
    shapes: schemaShapes,
  },
  'a schema is compared with itself': {
    run: flat((value) => differingFields(parsedObject(value), parsedObject(value))),
    charsMax: deploymentLimits.schemasChars,
    shapes: schemaShapes,
  },
  'a value is checked against its own schema': {
    run: (value) => {
      const { schema } = readSchema(parsed(value));
      return schema && checkValue(schema, parsed(value));
    },
    charsMax: fieldCharsMax,
    shapes: schemaShapes,
  },
  "a failed call's inputs are checked": {
    run: (value) => inputProblems({ input_schema: demandingSchema }, new JsonText(value)),
    charsMax: MiB,
    places,
    shapes,
  },
  'an output is checked': {
    run: flat((value) =>
      new OutputCheck(
        { features: [], output_schema: { type: 'object', additionalProperties: { type: 'string' } } },
        outputCheckLimits.test,
      ).ofAnswer(parsed(value)),
    ),
    charsMax: MiB,
    places,
    shapes,
  },
};
