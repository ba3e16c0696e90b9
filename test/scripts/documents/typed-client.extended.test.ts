// Tests that generators of clients can use a plugin's OpenAPI document: it is valid, and the types that openapi-typescript makes of it
// compile and have the plugin's fields.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { pluginDocument } from '../../../src/api/extractors/versions/plugin-document.ts';
import { buildReference } from '../../../src/api/reference/reference-documents.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { type Manifest, manifestSchema } from '../../../src/contract/plugin/manifest.ts';
import type { NamespaceId } from '../../../src/core/ids.ts';
import { schemaComponents } from '../../../src/json-schema/components.ts';

const api = JSON.parse(await readFile('openapi.json', 'utf8'));
const call = buildReference(api).operation('callPluginByName');
const namespaceId: NamespaceId = 'ns_01m7wc54fherz84624ahd0kr7h';
const path = `/v1/namespaces/${namespaceId}/plugins/by-name/boxes/realtime`;

const given: Manifest = manifestSchema.parse({
  ...Object.fromEntries(Object.keys(manifestSchema.shape).map((key) => [key, null])),
  feature_extractor_name: 'boxes',
  version: '1.2.3',
  tags: [],
  features: [],
  dependencies: [],
  requirements: [],
  permissions: undefined,
  gpu_steps: [],
  models: [],
  dependencies_older_than: undefined,
});

function documentOf(
  schemas: Partial<Pick<Manifest, 'description' | 'input_schema' | 'output_schema' | 'parameter_schema'>>,
) {
  if (!call) throw new Error('there is no operation callPluginByName');
  const { input_schema, output_schema, parameter_schema } = schemas;
  const version = { name: 'boxes', major: 1, minor: 2, patch: 3, manifest: { ...given, ...schemas } };
  const parts = [
    ['Input', input_schema],
    ['Parameters', parameter_schema],
    ['Output', output_schema],
  ] as const;
  const components = new Map(parts.flatMap(([part, one]) => (one ? [[part, schemaComponents(part, one)]] : [])));
  return pluginDocument(call, { namespaceId, version, server: 'https://slipway.example.com', schemas: components });
}

const error = 'error' as const;

async function problemsOf(document: object): Promise<unknown[]> {
  const config = await createConfig({
    rules: {
      struct: error,
      'no-unresolved-refs': error,
      'no-unused-components': error,
      'path-parameters-defined': error,
      'security-defined': error,
      'operation-operationId-url-safe': error,
      'operation-summary': error,
      'operation-parameters-unique': error,
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'boxes.json', config });
  return problems.map(({ ruleId, message, location }) => [ruleId, location[0]?.pointer, message]);
}

const box: JsonObject = {
  title: 'Box',
  type: 'object',
  properties: { width: { type: 'number', default: 1 }, inner: { anyOf: [{ $ref: '#/$defs/Box' }, { type: 'null' }] } },
  required: ['width'],
};
const boxes: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { boxes: { type: 'array', items: { $ref: '#/$defs/Box' } }, exact: { type: 'boolean' } },
  required: ['boxes'],
  additionalProperties: false,
  $defs: { Box: box },
};
const total: JsonObject = { area: { type: 'number' }, largest: { type: ['string', 'null'] } };

test('a document with schemas is valid, and typed clients get their fields', async () => {
  const document = documentOf({
    description: 'Measures boxes.\nAll of them.',
    input_schema: boxes,
    output_schema: total,
  });
  expect(await problemsOf(document)).toEqual([]);
  expect(document).toMatchObject({
    info: { title: 'boxes', version: '1.2.3', description: 'Measures boxes.\nAll of them.' },
    servers: [{ url: 'https://slipway.example.com' }],
  });
  expect(Object.keys(document.paths)).toEqual([path]);
  const client = `import type { components, operations } from './boxes';
    type Call = operations['call_boxes'];
    const body: Call['requestBody']['content']['application/json'] = { inputs: { boxes: [{ width: 1, inner: { width: 2 } }] } };
    const answer = null as unknown as Call['responses'][200]['content']['application/json'];
    export const area: number | undefined = answer.raw_response?.area;
    export const problem: string = (null as unknown as Call['responses'][404]['content']['application/problem+json']).hint;
    export const box: components['schemas']['Input_Box'] = body.inputs.boxes[0]!;
    // @ts-expect-error The width is missing.
    body.inputs = { boxes: [{}] };
    // @ts-expect-error The inputs are missing.
    export const empty: typeof body = {};
  `;
  expect(await compiled(document, client)).toEqual([]);
});

test('a document with a schema of the parameters types them, and leaves them optional', async () => {
  const parameters: JsonObject = { type: 'object', properties: { key_phrases: { type: 'integer', maximum: 20 } } };
  const document = documentOf({ input_schema: boxes, parameter_schema: parameters });
  expect(await problemsOf(document)).toEqual([]);
  const client = `import type { operations } from './boxes';
    type Body = operations['call_boxes']['requestBody']['content']['application/json'];
    export const bodies: Body[] = [{ inputs: { boxes: [] } }, { inputs: { boxes: [] }, parameters: { key_phrases: 3 } }];
    // @ts-expect-error A parameter has another type.
    export const wrong: Body = { inputs: { boxes: [] }, parameters: { key_phrases: 'three' } };
  `;
  expect(await compiled(document, client)).toEqual([]);
});

test('a document without schemas takes and returns any JSON', async () => {
  const document = documentOf({});
  expect(await problemsOf(document)).toEqual([]);
  const client = `import type { operations } from './boxes';
    type Call = operations['call_boxes'];
    export const bodies: NonNullable<Call['requestBody']>['content']['application/json'][] = [{}, null, { inputs: { any: [1] } }];
    export const result: unknown = (null as unknown as Call['responses'][200]['content']['application/json']).raw_response;
  `;
  expect(await compiled(document, client)).toEqual([]);
});

test('a document with schemas that no version should have is valid', async () => {
  const deep = Array.from({ length: 200 }).reduce<JsonObject>((inner) => ({ properties: { a: inner } }), {});
  const odd: JsonObject = {
    type: 'object',
    properties: {
      deep,
      missing: { $ref: '#/$defs/Missing' },
      slash: { $ref: '#/$defs/a~1b' },
      circle: { $ref: '#/$defs/Circle' },
      never: false,
      tuple: { prefixItems: [true, { type: 'string' }], items: false },
      itself: { $ref: '#' },
      wrong: { type: 'strin', minimum: 'a', discriminator: 5, xml: 1, externalDocs: 'x' },
    },
    $defs: Object.fromEntries([
      ['a/b', { type: 'string', nullable: 5 }],
      ['Circle', { $ref: '#/$defs/Circle' }],
      ['__proto__', { $ref: '#/$defs/a~1b' }],
    ]),
  };
  const document = documentOf({ description: '', input_schema: odd, output_schema: { not: odd } });
  expect(await problemsOf(document)).toEqual([]);
  expect(await compiled(document, '')).toEqual([]);
});

/** Returns the errors of a client that imports the document's types. */
async function compiled(document: object, client: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-typed-client-'));
  try {
    await writeFile(join(folder, 'boxes.ts'), astToString(await openapiTypes(JSON.stringify(document))));
    await writeFile(join(folder, 'client.ts'), client);
    const options = {
      strict: true,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
    };
    const files = ['boxes.ts', 'client.ts'].map((name) => join(folder, name));
    const program = ts.createProgram(files, { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
