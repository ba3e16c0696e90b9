// Tests where and how invalid schemas in manifest.py are reported, for each way to declare them.
import { expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

const model = 'from pydantic import BaseModel, Field\n\n\n';
const types = 'must be one or more of array, boolean, integer, null, number, object, string';

test.each([
  [
    'an input_schema',
    'input_schema = {"type": "objct"}',
    'SLM108 manifest.py:3:25 input_schema.type',
    `input_schema.type ${types}, not "objct". Did you mean "object"?`,
  ],
  [
    'a property of an output_schema, on its own line',
    'output_schema = {\n    "properties": {\n        "size": {"type": "integr"},\n    },\n}',
    'SLM108 manifest.py:5:26 output_schema.properties.size.type',
    `output_schema.properties.size.type ${types}, not "integr". Did you mean "integer"?`,
  ],
  [
    'a parameter_schema in metadata',
    'metadata = {"parameter_schema": {"required": "key"}}',
    'SLM108 manifest.py:3:46 metadata["parameter_schema"].required',
    'metadata["parameter_schema"].required must be a list of different names, not "key". Write ["key"].',
  ],
  [
    'a column of the flat form',
    'output_schema = {"text": {"type": "string"}, "size": {"type": "int"}}',
    'SLM108 manifest.py:3:63 output_schema.size.type',
    `output_schema.size.type ${types}, not "int". Did you mean "integer"?`,
  ],
  [
    'a constant that the schema names',
    'COUNT = {"type": "integr"}\noutput_schema = {"properties": {"size": COUNT}}',
    'SLM108 manifest.py:3:18 output_schema.properties.size.type',
    `output_schema.properties.size.type ${types}, not "integr". Did you mean "integer"?`,
  ],
  [
    'one of several types',
    'output_schema = {"properties": {"size": {"type": ["integer", "nul"]}}}',
    'SLM108 manifest.py:3:62 output_schema.properties.size.type.1',
    `output_schema.properties.size.type.1 ${types}, not "nul". Did you mean "null"?`,
  ],
  [
    'a pattern of a Pydantic field',
    `${model}class In(BaseModel):\n    text: str\n    code: str = Field(pattern="(a")\n\n\ninput_schema = In`,
    'SLM108 manifest.py:8:5 input_schema.properties.code.pattern',
    'input_schema.properties.code.pattern is not a regular expression: error parsing regexp: missing closing ): `(a`',
  ],
  [
    'a pattern of a field of another Pydantic model',
    `${model}class Part(BaseModel):\n    code: str = Field(pattern="[a")\n\n\nclass In(BaseModel):\n    part: Part\n\n\ninput_schema = In`,
    'SLM108 manifest.py:7:5 input_schema.$defs.Part.properties.code.pattern',
    'input_schema.$defs.Part.properties.code.pattern is not a regular expression: error parsing regexp: missing closing ]: `[a`',
  ],
  [
    'a reference that leads back',
    'output_schema = {"properties": {"a": {"$ref": "#/properties/a"}}}',
    'SLM108 manifest.py:3:47 output_schema.properties.a.$ref',
    'output_schema.properties.a.$ref leads back to its own schema for the same value, so that a check would never end',
  ],
])('%s is an error, reported at its location', async (_, lines, place, message) => {
  const { problems, warnings } = await read(manifestWith(lines));
  expect([places(problems), messages(problems), warnings]).toEqual([[place], [message], []]);
});

test.each([
  [
    'a misspelled keyword',
    'output_schema = {"type": "object", "requird": ["size"]}',
    'SLM409 manifest.py:3:36 output_schema.requird',
    'output_schema.requird is not a JSON Schema keyword and has no effect. Did you mean "required"?',
  ],
  [
    'a pattern with a look-ahead',
    'output_schema = {"properties": {"code": {"pattern": "^(?=a)"}}}',
    'SLM409 manifest.py:3:53 output_schema.properties.code.pattern',
    "output_schema.properties.code.pattern is not supported: patterns must be matched in linear time, without look-around and backreferences. Values aren't checked against this schema.",
  ],
  [
    'a dict without keywords',
    'output_schema = {"text": "string"}',
    'SLM409 manifest.py:3:17 output_schema',
    'output_schema has no JSON Schema keyword, so it allows everything. Put its columns into "properties", each with a schema such as {"type": "string"}.',
  ],
])('%s is a warning', async (_, lines, place, message) => {
  const { problems, warnings } = await read(manifestWith(lines));
  expect([problems, places(warnings), messages(warnings)]).toEqual([[], [place], [message]]);
});

test('a column can have the same name as a keyword', async () => {
  const schema = '{"type": {"type": "string"}, "items": {"type": "array"}, "title": {"type": "string"}}';
  const { manifest, problems, warnings } = await read(manifestWith(`output_schema = ${schema}`));
  expect([problems, warnings, manifest?.output_schema]).toEqual([[], [], JSON.parse(schema)]);
});
