// Tests the OpenAPI document: it is valid, every operation is complete, and every list is bounded. scripts/generate/openapi.ts checks
// that the document matches the routes.
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypes, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { z } from 'zod';

const file = fileURLToPath(import.meta.resolve('../openapi.json'));
const text = await readFile(file, 'utf8');

const error = 'error' as const;

test('the document is valid OpenAPI 3.1, and every operation is complete', async () => {
  const config = await createConfig({
    rules: {
      struct: error,
      'no-unresolved-refs': error,
      'no-identical-paths': error,
      'no-path-trailing-slash': error,
      'no-unused-components': error,
      'no-enum-type-mismatch': error,
      'path-parameters-defined': error,
      'security-defined': error,
      'operation-operationId': error,
      'operation-operationId-unique': error,
      'operation-operationId-url-safe': error,
      'operation-summary': error,
      'operation-tag-defined': error,
      'operation-parameters-unique': error,
      'parameter-description': error,
      'tag-description': error,
      'no-invalid-parameter-examples': error,
      'no-invalid-media-type-examples': { severity: error, allowAdditionalProperties: true },
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: file, config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, location[0]?.pointer, message])).toEqual([]);
});

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.unknown().optional(),
    maximum: z.number().optional(),
    anyOf: z.array(schema).optional(),
    properties: z.record(z.string(), schema).optional(),
  }),
);
interface Schema {
  $ref?: string | undefined;
  type?: unknown;
  maximum?: number | undefined;
  anyOf?: Schema[] | undefined;
  properties?: Record<string, Schema> | undefined;
}
const media = z.object({ schema });
const parameter = z.object({ $ref: z.string().optional(), name: z.string().optional(), schema: schema.optional() });
const operation = z.object({
  operationId: z.string().optional(),
  security: z.array(z.record(z.string(), z.unknown())).default([]),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content: z.record(z.string(), media) }).optional(),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), media).optional() })),
});
const { paths, components } = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.object({ schemas: z.record(z.string(), schema), parameters: z.record(z.string(), parameter) }),
  })
  .parse(JSON.parse(text));
const operations = Object.values(paths).flatMap((item) =>
  Object.values(item).map((one) => ({
    ...one,
    parameters: one.parameters.map((own) => components.parameters[own.$ref?.split('/').at(-1) ?? ''] ?? own),
  })),
);

function resolved(one: Schema | undefined): Schema | undefined {
  return one?.$ref === undefined ? one : components.schemas[one.$ref.replace('#/components/schemas/', '')];
}

test('a rejected confirm returns its findings or an ordinary error', () => {
  const confirm = paths['/v1/plugins/uploads/{upload_id}/confirm']?.post;
  expect(confirm?.responses[400]?.content?.['application/json']?.schema.anyOf).toEqual([
    { $ref: '#/components/schemas/RejectedPluginUpload' },
    { $ref: '#/components/schemas/Error' },
  ]);
});

test('every operation that takes a key declares 403, which a page on another site gets if it uses a browser session', () => {
  const silent = operations.filter(({ security, responses }) => security.length > 0 && !(403 in responses));
  expect(silent.map(({ operationId }) => operationId)).toEqual([]);
});

test('nullable models accept null', () => {
  const both = z.looseObject({
    allOf: z.tuple([z.object({ $ref: z.string() }), z.object({ type: z.array(z.string()) })]),
  });
  const impossible: unknown[] = [];
  JSON.parse(text, (_key, value) => {
    if (both.safeParse(value).success) impossible.push(value);
    return value;
  });
  expect(impossible).toEqual([]);
});

test("an error's detail is a string, or an object for a quota", () => {
  expect(components.schemas.Error?.properties?.detail?.anyOf?.map(({ type }) => type)).toEqual(['string', 'object']);
});

/** Lists whose length grows with the organization. Other lists are bounded by what they describe. */
const listed = new Set(['results', 'plugins', 'versions', 'namespaces', 'keys']);
/** Returns only the newest versions. The list of all agent plugins, filtered by name, has a cursor. */
const newest = 'listAgentPluginVersions';
/** Returns all signing keys, whose number is limited, in a file that clients keep. */
const keysFile = 'getSigningKeys';
/** Returns the best results. Nobody pages through the others; a word more finds them. */
const search = 'searchPlugins';
const unpaged = new Set<string | undefined>([newest, keysFile, search]);

test('every list has a hard limit and a cursor', () => {
  const lists = operations.flatMap(({ operationId, parameters, responses }) => {
    const { properties = {} } = resolved(responses[200]?.content?.['application/json']?.schema) ?? {};
    if (!Object.entries(properties).some(([name, { type }]) => listed.has(name) && type === 'array')) return [];
    const names = parameters.map(({ name }) => name);
    const max = parameters.find(({ name }) => name === 'limit')?.schema?.maximum ?? Number.POSITIVE_INFINITY;
    return [{ operationId, bounded: max <= 1000, cursor: names.includes('cursor') }];
  });
  expect(lists.filter(({ operationId, bounded, cursor }) => !unpaged.has(operationId) && !(bounded && cursor))).toEqual(
    [],
  );
  expect(lists.length).toBeGreaterThan(8);
});

/** Clients of other products define the shapes of these lists. */
const foreignLists = ['listAgentPlugins', 'listAvailablePlugins', 'listOrganizationPlugins', 'listPlugins'];

test("every list with a cursor is `{results, pagination}`, except other products' lists and log pages", () => {
  const others = operations.flatMap(({ operationId = '', parameters, responses }) => {
    const { properties = {} } = resolved(responses[200]?.content?.['application/json']?.schema) ?? {};
    const isPage = parameters.some(({ name }) => name === 'cursor') && !('lines' in properties);
    return isPage && !('results' in properties && 'pagination' in properties) ? [operationId] : [];
  });
  expect(others.filter((operationId) => !foreignLists.includes(operationId))).toEqual([]);
});

test('every schema that allows an array has items, which client generators require', () => {
  const without: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return;
    const type: unknown = 'type' in node ? node.type : undefined;
    const isArray = type === 'array' || (Array.isArray(type) && type.includes('array'));
    if (isArray && !('items' in node)) without.push(path);
    for (const [key, part] of Object.entries(node)) walk(part, `${path}/${key}`);
  };
  walk(JSON.parse(text), '#');
  expect(without).toEqual([]);
});

test('no schema with alternatives has a default, because the Go that openapi-generator writes for one does not compile', () => {
  const found: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return;
    if ('default' in node && ('anyOf' in node || 'oneOf' in node)) found.push(path);
    for (const [key, part] of Object.entries(node)) walk(part, `${path}/${key}`);
  };
  walk(JSON.parse(text), '#');
  expect(found).toEqual([]);
});

test('no schema or inline object has the name of a constructor in generated Go, such as NewRelease', () => {
  const constructors = Object.keys(components.schemas).map((name) => `New${name}`);
  const inline = Object.entries(components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, field]) => 'properties' in field)
      .map(([field]) => `${name}${field.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}`),
  );
  expect([...Object.keys(components.schemas), ...inline].filter((name) => constructors.includes(name))).toEqual([]);
});

test('every integer in a request has a maximum, because integers beyond 2^53 - 1 are rejected', () => {
  const unbounded = operations.flatMap(({ operationId, parameters, requestBody }) => {
    const bodies = Object.values(requestBody?.content ?? {}).map((body) => body.schema);
    return [...parameters.map((parameter) => parameter.schema), ...bodies]
      .flatMap((one) => unboundedIntegers(one, ''))
      .map((path) => `${operationId}${path}`);
  });
  expect(unbounded).toEqual([]);
});

function unboundedIntegers(one: Schema | undefined, path: string): string[] {
  const { type, maximum, anyOf = [], properties = {} } = resolved(one) ?? {};
  const own = [type].flat().includes('integer') && maximum === undefined ? [path] : [];
  const fields = Object.entries(properties).flatMap(([name, field]) => unboundedIntegers(field, `${path}.${name}`));
  return [...own, ...anyOf.flatMap((choice) => unboundedIntegers(choice, path)), ...fields];
}

test('openapi-typescript keeps every operation', async () => {
  const { paths } = z
    .object({
      paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string().optional() }))),
    })
    .parse(JSON.parse(text));
  const declared = Object.values(paths).flatMap((item) =>
    Object.values(item).flatMap(({ operationId }) => (operationId === undefined ? [] : [operationId])),
  );
  const types = astToString(await openapiTypes(text));
  const operations = types.slice(types.indexOf('export interface operations'));
  expect(declared.filter((id) => !new RegExp(`^ {4}${id}: \\{$`, 'm').test(operations))).toEqual([]);
  expect(declared.length).toBeGreaterThan(100);
});

test('no two operation IDs differ only in case, because generated Go and Java clients would then collide', () => {
  const ids = [...text.matchAll(/"operationId": "(\w+)"/g)].map(([, id = '']) => id.toLowerCase());
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every operation that the console links to exists', async () => {
  const ids = new Set([...text.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id));
  const pages: string[] = [];
  for await (const path of glob('src/console/**/*.tsx')) pages.push(await readFile(path, 'utf8'));
  const linked = pages.flatMap((page) => [...page.matchAll(/\/docs\/operations\/(\w+)/g)].map(([, id = '']) => id));
  expect([pages.length > 100, linked.filter((id) => !ids.has(id))]).toEqual([true, []]);
});

test('a refused Go plugin input is documented wherever it can be returned', async () => {
  const refused = z.object({ responses: z.record(z.string(), z.object({ $ref: z.string().optional() })) });
  const operations = z.object({ paths: z.record(z.string(), z.record(z.string(), refused)) }).parse(JSON.parse(text));
  const other = Object.entries(operations.paths)
    .filter(([path]) => /^\/api\/(?:storage-)?plugins\//.test(path))
    .flatMap(([path, item]) => Object.entries(item).map(([method, one]) => [method, path, one.responses[400]?.$ref]))
    .filter(([, , answer]) => answer !== '#/components/responses/BadInput');
  expect(other).toEqual([]);
});
