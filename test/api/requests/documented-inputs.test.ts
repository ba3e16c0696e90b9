// Tests that routes accept exactly the inputs that the OpenAPI document describes: values at each limit are accepted, and values beyond
// it refused. Every response has a documented status, media type and headers, and every problem is in the API reference.
// @module-tag long

import { expect, test } from 'vitest';
import { z } from 'zod';
import { documentedMethods } from '../../../src/api/openapi/route-definitions.ts';
import { buildReference } from '../../../src/api/reference/reference-documents.ts';
import { documentOf } from '../../../src/app.ts';
import { makeExample as composed } from '../../../src/reference/operation/example.ts';
import { worker } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { featureRows } from '../../support/feature-rows.ts';
import { adminAuthorization, keyOf, organization } from '../../support/scenes/organization.ts';
import { type Schema, textsOf, valuesOf } from '../../support/schema-values.ts';

const org = await organization();
/** A key without most scopes, so that even valid inputs are refused and change nothing. */
const bare = `Bearer ${await keyOf(org, { scopes: ['audit:read'] })}`;
/** Operations found to check the scope before the input. The test calls them with a key that has all scopes. */
const scopeFirst = new Set<string>();

/**
 * Times in the future, addresses that Slipway may call, fields of which exactly one is needed, and version numbers, which depend on the
 * plugin's kind. No schema can express these rules.
 */
const bySense = new Set([
  'PUT /v1/call-limits body#/key_id',
  'POST /v1/admin/builders body#/url',
  'POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback body#/version',
  'GET /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff query#/v1',
  'GET /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff query#/v2',
  'GET /v1/plugins/by-name/{slug}/diff query#/v1',
  'GET /v1/plugins/by-name/{slug}/diff query#/v2',
  ...featureRows.flatMap(({ bySense: own = [] }) => own),
]);
const ownErrors = new Set(featureRows.flatMap(({ ownErrors: own = [] }) => own));

interface Media {
  schema?: Schema;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
  example?: unknown;
}
interface Answer {
  content?: Record<string, unknown>;
  headers?: Record<string, unknown>;
}
interface Operation {
  operationId: string;
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Answer & { $ref?: string }>;
}
interface Document {
  paths: Record<string, Partial<Record<(typeof documentedMethods)[number], Operation>>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, Answer>;
    parameters: Record<string, Parameter>;
  };
}

const published = documentOf(testApp().app);
const reference = buildReference(published);
const problemsOf = new Map(
  reference.index.groups.flatMap(({ operations }) =>
    operations.map(({ id }) => [id, reference.operation(id)?.problems.map(({ code }) => code) ?? []] as const),
  ),
);
const document: Document = JSON.parse(JSON.stringify(published));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  documentedMethods.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ method, path, operation, title: `${method.toUpperCase()} ${path}` }] : [];
  }),
);
type Listed = (typeof operations)[number];

function resolved(schema: Schema): Schema {
  const target =
    schema.$ref === undefined ? undefined : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  return target ?? schema;
}

interface Input {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** Returns a request that the document allows, built from the document's examples. */
function exampleOf({ operation }: Listed): Input {
  const all = parametersOf(operation).filter(({ required }) => required === true);
  const inPlace = (place: string) =>
    Object.fromEntries(all.filter((one) => one.in === place).map(({ name, example }) => [name, String(example)]));
  const params = { ...inPlace('path'), namespace_id: org.namespaceId };
  return { params, query: inPlace('query'), body: bodyOf(operation) };
}

function bodyOf({ requestBody }: Operation): unknown {
  const { schema } = requestBody?.content['application/json'] ?? {};
  return schema && composed(schema, document.components.schemas);
}

function parametersOf({ parameters = [] }: Operation): Parameter[] {
  return parameters.map((one) => document.components.parameters[one.$ref?.split('/').at(-1) ?? ''] ?? one);
}

const problem = z.object({
  code: z.string(),
  errors: z.array(z.object({ in: z.string(), pointer: z.string() })).default([]),
});

async function send({ method, path, operation, title }: Listed, { params, query, body }: Input) {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'none'));
  const search = new URLSearchParams(query);
  const authorization = path.startsWith('/v1/admin')
    ? adminAuthorization
    : scopeFirst.has(title)
      ? `Bearer ${org.key}`
      : bare;
  const response = await worker(
    new Request(`http://slipway.test${url}${search.size > 0 ? `?${search}` : ''}`, {
      method: method.toUpperCase(),
      headers: { authorization, accept: 'application/problem+json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const { status, headers } = response;
  const undocumented = differences(operation, response);
  const isProblem = headers.get('content-type') === 'application/problem+json';
  const { code, errors } = isProblem ? problem.parse(await response.json()) : { code: undefined, errors: [] };
  await response.body?.cancel().catch(() => undefined);
  if (code !== undefined && problemsOf.get(operation.operationId)?.includes(code) !== true)
    undocumented.push(`the problem ${code}`);
  return { status, code, fields: errors.map((one) => `${one.in}${one.pointer}`), undocumented };
}

/** Returns the parts of a response that are missing from the document. */
function differences({ responses }: Operation, { status, headers }: Response): string[] {
  const declared = responses[status];
  if (!declared) return [`status ${status}`];
  const name = declared.$ref?.split('/').at(-1) ?? '';
  const { content = {}, headers: known = {} } = document.components.responses[name] ?? declared;
  const type = headers.get('content-type')?.split(';')[0];
  const types = type === undefined || type in content ? [] : [`${type} with ${status}`];
  const told = ['retry-after', 'ratelimit', 'etag', 'vary'].filter(
    (header) => headers.has(header) && !(header in known),
  );
  return [...types, ...told.map((header) => `${header} with ${status}`)];
}

interface Variant {
  field: string;
  input: Input;
  isAllowed: boolean;
}

function variantsOf(listed: Listed): Variant[] {
  const { operation } = listed;
  const base = exampleOf(listed);
  const ofParameters = parametersOf(operation)
    .filter((one) => one.in === 'query' || (one.in === 'path' && resolved(one.schema).pattern !== undefined))
    .flatMap(({ name, in: place, schema }) => {
      const { allowed, refused } = textsOf(resolved(schema));
      const variant = (isAllowed: boolean) => (text: string) => {
        const changed = { [name]: text };
        const input =
          place === 'path'
            ? { ...base, params: { ...base.params, ...changed } }
            : { ...base, query: { ...base.query, ...changed } };
        return { field: `${place}#/${name}`, input, isAllowed };
      };
      const texts = place === 'path' ? refused.filter((text) => text !== '') : refused;
      return [...allowed.map(variant(true)), ...texts.map(variant(false))];
    });
  return [...ofParameters, ...variantsOfBody(operation, base)];
}

function variantsOfBody({ requestBody }: Operation, base: Input): Variant[] {
  const media = requestBody?.content['application/json'];
  if (!media?.schema || typeof base.body !== 'object' || base.body === null) return [];
  const { properties = {}, required = [] } = resolved(media.schema);
  const whole = base.body;
  const fields = Object.entries(properties).flatMap(([name, schema]) => {
    const example: unknown = new Map(Object.entries(whole)).get(name);
    const { allowed, refused } = valuesOf(resolved(schema), example);
    const variant = (isAllowed: boolean) => (value: unknown) => ({
      field: `body#/${name}`,
      input: { ...base, body: { ...whole, [name]: value } },
      isAllowed,
    });
    return [...allowed.map(variant(true)), ...refused.map(variant(false))];
  });
  const without = required.map((name) => {
    const { [name]: _, ...rest }: Record<string, unknown> = { ...whole };
    return { field: `body#/${name}`, input: { ...base, body: rest }, isAllowed: false };
  });
  const others = ['text', 1, [whole], ...(requestBody?.required === true ? [null, undefined] : [])].map((body) => ({
    field: 'body#',
    input: { ...base, body },
    isAllowed: false,
  }));
  return [...fields, ...without, ...others];
}

test('routes accept documented inputs, refuse all other inputs, and respond as documented', {
  timeout: 300_000,
}, async () => {
  const found: string[] = [];
  for (const listed of operations) {
    const refusedFirst = variantsOf(listed).sort((one, other) => Number(one.isAllowed) - Number(other.isAllowed));
    for (const { field, input, isAllowed } of refusedFirst) {
      let answer = await send(listed, input);
      if (!isAllowed && answer.status === 403) {
        scopeFirst.add(listed.title);
        answer = await send(listed, input);
      }
      const value = JSON.stringify(field.startsWith('body') ? input.body : { ...input.params, ...input.query })?.slice(
        0,
        150,
      );
      const isRefused =
        answer.code === 'invalid-request' ||
        answer.code === 'malformed-json' ||
        (ownErrors.has(listed.title) && answer.status >= 400);
      if (
        isAllowed &&
        isRefused &&
        answer.fields.some((one) => one.startsWith(field)) &&
        !bySense.has(`${listed.title} ${field}`)
      )
        found.push(`${listed.title} refuses ${field}: ${value}`);
      if (!isAllowed && !isRefused) found.push(`${listed.title} accepts ${field} (${answer.status}): ${value}`);
      found.push(...answer.undocumented.map((what) => `${listed.title} answers ${what}, for ${field}`));
    }
  }
  expect([...new Set(found)]).toEqual([]);
});
