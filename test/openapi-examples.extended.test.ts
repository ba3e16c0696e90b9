// Tests the OpenAPI document's examples: each matches its schema, none is a placeholder, and together they can compose every body.
import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { makeExample } from '../src/reference/operation/example.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Parameter {
  $ref?: string;
  name?: string;
  required?: boolean;
  example?: unknown;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

const document: Document = JSON.parse(await readFile('openapi.json', 'utf8'));
const { schemas } = document.components;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addFormat('binary', true);
for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(JSON.parse(namedReferences(schema)), name);

/** Returns a schema in which references point to the other schemas of this validator. */
function namedReferences(schema: object): string {
  return JSON.stringify(schema).replaceAll('"#/components/schemas/', '"');
}

const operations = [document.paths, document.webhooks].flatMap((paths) =>
  Object.values(paths).flatMap((item) => Object.values(item)),
);
const bodies = operations.flatMap(({ operationId, requestBody, responses }) =>
  [requestBody, ...Object.values(responses)].flatMap((body) => {
    const schema = body?.content?.['application/json']?.schema;
    return schema ? [{ operationId, schema }] : [];
  }),
);

const validators = new Map<string, ValidateFunction>();

function faultsOf(schema: object, value: unknown): string[] {
  const text = namedReferences(schema);
  const validate = validators.get(text) ?? ajv.compile(JSON.parse(text));
  validators.set(text, validate);
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
}

interface Found {
  path: string;
  schema: object;
  example: unknown;
}

function examplesIn(node: unknown, path: string): Found[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'example' in node ? [{ path, schema: 'schema' in node ? Object(node.schema) : node, example: node.example }] : [];
  const parts = Object.entries(node).filter(([key]) => key !== 'example');
  return [...own, ...parts.flatMap(([key, part]) => examplesIn(part, `${path}/${key}`))];
}

test('every example in the OpenAPI document matches its schema', () => {
  const examples = examplesIn(document, '#');
  const faults = examples.flatMap(({ path, schema, example }) =>
    faultsOf(schema, example).map((fault) => [path, fault]),
  );
  expect(faults).toEqual([]);
  expect(examples.length).toBeGreaterThan(500);
});

const placeholder = /^$|…|\.\.\.|^(?:text|string|example|foo|bar|baz|test|todo|x+)$/i;

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test('no example in the OpenAPI document is a placeholder', () => {
  const found = examplesIn(document, '#').filter(({ example }) =>
    textsIn(example).some((text) => placeholder.test(text)),
  );
  expect(found.map(({ path, example }) => [path, example])).toEqual([]);
});

/** Returns the paths of a schema's strings and numbers that lack an example. */
function withoutExample(schema: Schema, path: string): string[] {
  const { $ref, type, format, example, default: fallback, enum: options, properties = {}, items, ...choices } = schema;
  if ($ref !== undefined || [example, fallback, options].some((one) => one !== undefined)) return [];
  const { anyOf = [], oneOf = [], allOf = [] } = choices;
  const isValue = [type].flat().some((one) => one === 'string' || one === 'integer' || one === 'number');
  return [
    ...(isValue && format !== 'date-time' && format !== 'binary' ? [path] : []),
    ...Object.entries(properties).flatMap(([name, field]) => withoutExample(field, `${path}.${name}`)),
    ...(items ? withoutExample(items, `${path}[]`) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((choice) => withoutExample(choice, path)),
  ];
}

test('every text and number in a JSON body has an example: add one to src/api/openapi/field-examples.ts, to `fields` of its feature, or `.openapi({ example })` beside its schema', () => {
  const named = Object.entries(schemas).flatMap(([name, schema]) => withoutExample(schema, name));
  const inline = bodies.flatMap(({ operationId, schema }) => withoutExample(schema, operationId));
  expect([...named, ...inline]).toEqual([]);
});

test('every required parameter of an API request has an example', () => {
  const { parameters: shared } = document.components;
  const missing = Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap(({ operationId, parameters = [] }) =>
      parameters
        .map((one) => shared[one.$ref?.split('/').at(-1) ?? ''] ?? one)
        .filter(({ required, example }) => required === true && example === undefined)
        .map(({ name }) => `${operationId} ${name}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('the example that the reference composes for a JSON body matches its schema', () => {
  const faults = bodies.flatMap(({ operationId, schema }) =>
    faultsOf(schema, makeExample(schema, schemas)).map((fault) => [operationId, fault]),
  );
  expect(faults).toEqual([]);
  expect(bodies.length).toBeGreaterThan(250);
});
