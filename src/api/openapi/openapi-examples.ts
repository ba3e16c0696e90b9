// Adds an example to every body and required parameter of the OpenAPI document, made from its schema: the example that a field
// declares, else a typical value for its name, else a value of its type.
import { type Document, documentedMethods } from './route-definitions.ts';

type Paths = NonNullable<Document['paths']>;
type Operation = NonNullable<Paths[string]['get']>;
type Schemas = NonNullable<NonNullable<Document['components']>['schemas']>;
type Schema = Schemas[string];
type Plain = Exclude<Schema, { $ref: string }>;
type Named = Record<string, unknown>;

const ulid = '01m7wc54fherz84624ahd0kr7h';
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** Examples by the name of the field or parameter. */
const examplesByName: Named = {
  plugin_id: 'text_profile_1_0_0',
  name: 'text_profile',
  slug: 'text_profile',
  version: '1.0.0',
  v1: '1.0.0',
  v2: '1.1.0',
  active_version: '1.1.0',
  previous_version: '1.0.0',
  feature_uri: 'mixpeek://text_profile@1.0.0',
  namespace_id: `ns_${ulid}`,
  namespace_ids: [`ns_${ulid}`],
  namespace_identifier: `ns_${ulid}`,
  namespace_name: 'films',
  organization_id: `org_${ulid}`,
  upload_id: `plu_${ulid}`,
  deployment_id: `dep_${ulid}`,
  endpoint_id: `whk_${ulid}`,
  hook_id: `dhk_${ulid}`,
  delivery_id: `dlv_${ulid}`,
  event_id: `evt_${ulid}`,
  key_id: `key_${ulid}`,
  waiver_id: `wvr_${ulid}`,
  subject_id: `dep_${ulid}`,
  request_id: `req_${ulid}`,
  api_key: 'sk_…',
  presigned_url: 'https://archives.example.com/uploads/plu_…?X-Amz-Signature=…',
  code_hash: sha256,
  sha256,
  etag: '"5d41402abc4b2a76b9719d911017c592"',
  path: 'realtime.py',
  message: 'Faster tokenizer',
  description: 'Counts words and sentences.',
  url: 'https://hooks.example.com/slipway',
  route_prefix: '/text_profile_1_0_0',
  cursor: 'ZXZ0XzAxbTd3YzU0Zg',
  file_size_bytes: 6074,
  expires_at: '2030-01-01T00:00:00.000Z',
};

/** Preferred members of enums: the most common ones. */
const typical = new Set<unknown>([
  'DEPLOYED',
  'deployed',
  'promoted',
  'passed',
  'plugins:write',
  'succeeded',
  'deployment.promoted',
]);

const times = { 'date-time': '2026-03-05T09:30:00.000Z', uri: 'https://example.com/', binary: '…' };
const depthMax = 6;

export function addExamples({ paths = {}, components }: Document): void {
  const schemas = components?.schemas ?? {};
  for (const item of Object.values(paths)) {
    for (const method of documentedMethods) if (item[method]) addExamplesTo(item[method], schemas);
  }
}

function addExamplesTo({ parameters = [], requestBody, responses }: Operation, schemas: Schemas): void {
  for (const parameter of parameters) {
    if ('$ref' in parameter || parameter.example !== undefined || !parameter.schema) continue;
    if (parameter.required === true) parameter.example = exampleOf(parameter.schema, parameter.name, schemas);
  }
  for (const content of [requestBody, ...Object.values(responses ?? {})]) {
    const media = content && 'content' in content ? content.content?.['application/json'] : undefined;
    if (media?.schema && media.example === undefined) media.example = exampleOf(media.schema, '', schemas);
  }
}

function exampleOf(schema: Schema, name: string, schemas: Schemas, depth = 0): unknown {
  const plain = resolved(schema, schemas);
  const { example, default: fallback, enum: options, anyOf, oneOf, allOf } = plain;
  if (example !== undefined) return example;
  if ('const' in plain) return plain.const;
  if (allOf) return Object.assign({}, ...allOf.map((part) => exampleOf(part, name, schemas, depth)));
  const choices = anyOf ?? oneOf;
  if (choices) return exampleOf(choices.find((one) => !isNull(one, schemas)) ?? { type: 'null' }, name, schemas, depth);
  if (options) return options.find((option) => typical.has(option)) ?? options[0];
  if (name in examplesByName && fits(examplesByName[name], plain)) return examplesByName[name];
  if (fallback !== undefined) return fallback;
  return isNullable(plain) ? null : ofType(plain, name, schemas, depth);
}

function ofType(schema: Plain, name: string, schemas: Schemas, depth: number): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, schemas, depth);
    case 'array':
      return schema.items && depth < depthMax
        ? [exampleOf(schema.items, name.replace(/s$/, ''), schemas, depth + 1)]
        : [];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return new Map(Object.entries(times)).get(schema.format ?? '') ?? 'text'.padEnd(schema.minLength ?? 0, '…');
  }
}

function objectOf({ properties = {}, required = [] }: Plain, schemas: Schemas, depth: number): Named {
  const shown = Object.entries(properties).filter(([name]) => depth < depthMax || required.includes(name));
  return Object.fromEntries(shown.map(([name, schema]) => [name, exampleOf(schema, name, schemas, depth + 1)]));
}

function resolved(schema: Schema, schemas: Schemas): Plain {
  if (!('$ref' in schema) || schema.$ref === undefined) return schema as Plain;
  return resolved(schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, schemas);
}

function typeOf({ type, properties }: Plain): string | undefined {
  const types = [type].flat().filter((one) => one !== 'null');
  return types[0] ?? (properties ? 'object' : type === undefined ? undefined : 'null');
}

function isNullable({ type }: Plain): boolean {
  return Array.isArray(type) && type.includes('null');
}

function isNull(schema: Schema, schemas: Schemas): boolean {
  return resolved(schema, schemas).type === 'null';
}

function fits(value: unknown, schema: Plain): boolean {
  const type = typeOf(schema);
  if (type === 'integer') return typeof value === 'number';
  return Array.isArray(value)
    ? type === 'array'
    : typeof value === type && (schema.format === undefined || schema.format === 'date-time');
}
