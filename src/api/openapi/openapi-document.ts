// Builds the OpenAPI document from the routes' declarations, plus everything that applies to all of them, so that no route repeats it.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { jsonTypes } from '../../contract/json.ts';
import { type Placed, placed } from '../../core/placed.ts';
import type { AppEnv } from '../context/context.ts';
import { problemMediaType } from '../problems/problem-json.ts';
import { rateLimitPattern } from '../problems/problem-response.ts';
import { acceptsIdempotencyKey, idempotencyKeyPattern } from '../requests/idempotency.ts';
import type { DocumentedFields } from './field-examples.ts';
import { addExamples } from './openapi-examples.ts';
import { takeDeclaredProblems } from './operation-problems.ts';
import {
  badInput,
  type Document,
  documentedMethods,
  errorComponents,
  errors,
  slipwayVersion,
} from './route-definitions.ts';
import { shareParameters } from './shared-parameters.ts';
import type { Surface } from './surface.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;
type Components = NonNullable<Document['components']>;

const info = {
  title: 'Slipway',
  version: slipwayVersion,
  summary: 'Plugin registry and deployment pipeline at the edge.',
  description: [
    'A plugin author uploads an archive. Slipway scans it, stores it permanently, builds it, deploys it without dropping a request, and can show, diff and roll back every version.',
    "Authenticate with `Authorization: Bearer sk_…`. Every response carries a `slipway-request-id`. GET responses carry an `ETag`; send it in `If-None-Match` to get 304 if nothing changed. Send a response's `slipway-bookmark` with a later GET to let any replica that is at least as recent serve it. To retry a POST that changes something safely, send an `Idempotency-Key`.",
  ].join('\n\n'),
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

interface Tag {
  name: string;
  description: string;
}

/** A feature's group of operations, and the group that it follows. */
export type DocumentTag = Tag & Placed;

const kernelTags: Tag[] = [
  { name: 'Plugins', description: "Publish, inspect and delete a namespace's extractors." },
  { name: 'Deployments', description: 'Deploy versions and call them.' },
  {
    name: 'Releases',
    description: 'Move calls from one version to the next step by step, and go back if it is worse.',
  },
  { name: 'Versions', description: 'Work with a plugin by name: version history, rollback, diff, calls.' },
  {
    name: 'Organization plugins',
    description: "Manage the whole organization's extractors, which its namespaces can enable.",
  },
  { name: 'Pipeline plugins', description: 'Install Go plugins from Git that run pipeline steps.' },
  { name: 'Storage plugins', description: 'Install Go plugins from Git that store data.' },
  { name: 'Namespaces', description: 'Manage the namespaces that plugins belong to and are deployed in.' },
  {
    name: 'Scan policy',
    description: 'Choose the rules for scanning plugins, and waive rules for individual plugins.',
  },
  { name: 'Advisories', description: 'See which versions known vulnerabilities affect, and what fixes them.' },
  { name: 'Attention', description: 'See what needs attention, and dismiss it.' },
  { name: 'Keys', description: 'Manage API keys: their scopes, namespaces and expiry.' },
  { name: 'Call limits', description: 'Limit how often plugins, versions and API keys are called.' },
  { name: 'Builders', description: "See the builders that run the organization's plugins." },
  { name: 'Organization', description: "Export all the organization's data, or request its deletion." },
  { name: 'Budgets', description: 'Limit what a month may cost, and see what costs most.' },
  { name: 'Quotas', description: "See the organization's usage and quotas." },
  { name: 'Sessions', description: 'Sign browsers in and out.' },
  { name: 'Later calls', description: 'Read and cancel calls that are answered later.' },
  { name: 'Events', description: 'Read the audit log.' },
  { name: 'Webhook requests', description: 'The requests that a webhook receiver gets.' },
  { name: 'Installation', description: 'Inspect the installation. Needs no API key.' },
  { name: 'Admin', description: 'Manage organizations. Needs the admin token.' },
];

/** Additions of features to the document. */
interface Added {
  tags: readonly DocumentTag[];
  surfaces: readonly Surface[];
  fields: DocumentedFields;
}

export function openApiDocument(app: OpenAPIHono<AppEnv>, given: Added): Document {
  const tags = placed(kernelTags, given.tags, ({ name }) => name).map(({ description, name }) => ({
    name,
    description,
  }));
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }], tags });
  normalizeNullable(document);
  normalizeAnyJson(document);
  dropUnusableDefaults(document);
  const { components = {}, paths = {} } = document;
  document.components = { ...components, ...sharedComponents(components, given.surfaces) };
  const descriptions = new Map([...idDescriptions(given.fields.ids), ...commonParameters]);
  for (const [path, item] of Object.entries(paths)) {
    for (const method of documentedMethods) {
      const operation = item[method];
      if (!operation) continue;
      const surface = given.surfaces.find((one) => path.startsWith(`${one.path}/`));
      complete(operation, { method, path, surface, descriptions });
      // Mimir rejects an update without a body.
      const isMimirUpdate = method === 'put' && path.startsWith('/api/');
      if (!isMimirUpdate && takesEmptyBody(operation, document)) operation.requestBody.required = false;
    }
  }
  for (const response of errorResponses(document)) addProblemJson(response);
  addExamples(document, given.fields);
  shareParameters(document);
  return document;
}

type WithBody = Operation & { requestBody: { required?: boolean } };

/** Returns whether all body members are optional. An empty body then counts as an object without members. */
function takesEmptyBody(operation: Operation, { components }: Document): operation is WithBody {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return false;
  const { schema } = requestBody.content['application/json'] ?? {};
  if (!schema) return false;
  const resolved = '$ref' in schema ? components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] : schema;
  return resolved !== undefined && 'type' in resolved && resolved.type === 'object' && !resolved.required?.length;
}

type Answer = Exclude<NonNullable<Operation['responses']>[string], { $ref: string }>;

function errorResponses({ components, paths = {} }: Document): Answer[] {
  const operations = Object.values(paths).flatMap((item) => documentedMethods.flatMap((method) => item[method] ?? []));
  const inline = operations.flatMap(({ responses = {} }) =>
    Object.entries(responses).flatMap(([status, response]) => (status >= '400' ? [response] : [])),
  );
  return [...Object.values(components?.responses ?? {}), ...inline].filter(
    (response): response is Answer => 'content' in response && response.content !== undefined,
  );
}

/** Adds RFC 9457 to every error's formats. */
function addProblemJson(response: Answer): void {
  response.content = { ...response.content, [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } };
  response.headers = { ...response.headers, vary: ref('headers', 'Vary') };
}

function sharedComponents({ parameters, headers, responses }: Components, surfaces: readonly Surface[]): Components {
  return {
    parameters: { ...parameters, IdempotencyKey: idempotencyKey },
    headers: {
      ...headers,
      RequestId: requestId,
      Version: version,
      ETag: etag,
      RetryAfter: retryAfter,
      RateLimit: rateLimit,
      Vary: vary,
    },
    responses: {
      ...responses,
      ...structuredClone(Object.assign({}, errorComponents, ...surfaces.map((surface) => surface.responses))),
      NotModified: { description: 'Not modified: the ETag in `If-None-Match` is current.' },
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Unique per request. Repeating the request with the same key within 24 hours returns the original response.',
  schema: { type: 'string' as const, pattern: idempotencyKeyPattern.source },
  example: '0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11',
};
const requestId = { description: 'Identifies the request in the log.', schema: { type: 'string' as const } };
const version = {
  description: "The version that answered: its number, or a Go plugin's ref.",
  schema: { type: 'string' as const },
};
const etag = {
  description: "Identifies the response's content. Send it in a later request's `If-None-Match`.",
  schema: { type: 'string' as const },
};
const retryAfter = {
  description: 'Seconds to wait before the next attempt.',
  schema: { type: 'integer' as const, minimum: 0 },
};

const rateLimit = {
  description:
    'The exceeded limit: the number of requests that remain (`r`), and seconds until more are allowed (`t`). Responses within the limit omit this header.',
  schema: { type: 'string' as const, pattern: rateLimitPattern.source },
  example: '"minute";r=0;t=42',
};
const vary = { description: '`Accept`, which selects the error format.', schema: { type: 'string' as const } };

function idDescriptions(ids: DocumentedFields['ids']): [name: string, description: string][] {
  return Object.entries(ids).map(([name, [prefix, what]]) => [name, `ID of the ${what}, \`${prefix}_…\``]);
}

/** Descriptions of parameters that mean the same in every operation. */
const commonParameters = new Map([
  ['plugin_id', 'ID of the version, its name and number: `text_profile_1_0_0`'],
  ['builder_name', 'Name of the builder'],
  ['limit', 'Maximum number of results'],
  ['cursor', "The previous page's `next_cursor`"],
  ['offset', 'Number of results to skip'],
  ['name', 'Only this name'],
  ['status', 'Only this status'],
  ['source', "Return only the namespace's own plugins, or only the organization's"],
  ['type', 'Return only this type, or all types with this prefix'],
  ['since', 'Return only results from this time on'],
  ['v1', 'The earlier version, such as `1.0.0`'],
  ['v2', 'The later version, such as `1.1.0`'],
]);

interface Place {
  method: (typeof documentedMethods)[number];
  path: string;
  surface: Surface | undefined;
  /** Descriptions of parameters, by name. */
  descriptions: ReadonlyMap<string, string>;
}

function complete(operation: Operation, { method, path, surface, descriptions }: Place): void {
  const isKeyed = acceptsIdempotencyKey(method, path);
  if (isKeyed) operation.parameters = [...(operation.parameters ?? []), ref('parameters', 'IdempotencyKey')];
  for (const parameter of operation.parameters ?? []) {
    const common = 'name' in parameter ? descriptions.get(parameter.name) : undefined;
    if (common !== undefined && 'name' in parameter) parameter.description ??= common;
  }
  operation['x-slipway-command'] = commandFor(operation, path);
  takeDeclaredProblems(operation);
  const errorsOf = surface ? surfaceErrors(surface) : sharedErrors(path.startsWith('/api/') ? badInput : errors(422));
  const responses: Operation['responses'] = { ...errorsOf(operation, isKeyed), ...operation.responses };
  for (const [status, response] of Object.entries(responses)) {
    if ('$ref' in response) continue;
    const isCacheable = method === 'get' && 'application/json' in (response.content ?? {});
    response.headers = { 'slipway-request-id': ref('headers', 'RequestId'), ...response.headers };
    if (!isCacheable || status !== '200') continue;
    response.headers.etag = ref('headers', 'ETag');
    responses[304] = ref('responses', 'NotModified');
  }
  operation.responses = responses;
}

/**
 * Completes the `slipway` command that a route names. `{name}` refers to a parameter or a field of the body. The command selects its
 * namespace, or the organization if it has the option `--org`. Operations without their own command are sent with `slipway api`.
 */
function commandFor({ operationId, 'x-slipway-command': own }: Operation, path: string): string {
  const option = path.includes('{namespace_id}') ? ' --namespace {namespace_id}' : '';
  const ofOrganization = path.startsWith('/v1/plugins');
  const command = typeof own === 'string' && (!ofOrganization || own.includes('--org')) ? own : undefined;
  if (command !== undefined)
    return `slipway ${command.replace('[--org]', ofOrganization ? '--org' : '').trim()}${option}`;
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === 'namespace_id' ? [] : [name]));
  return `slipway api ${operationId}${names.map((name) => ` -f ${name}={${name}}`).join('')}${option}`;
}

/** Returns errors that occur outside the handler and can affect any request of that kind. */
function sharedErrors(ofInvalidInput: Operation['responses']) {
  return ({ security, requestBody, parameters }: Operation, isKeyed: boolean) => ({
    ...(security && security.length > 0 ? errors(401, 403, 429) : {}),
    ...(security && security.length > 0 && namesResource(parameters) ? errors(404) : {}),
    ...(isKeyed ? errors(409) : {}),
    ...(requestBody ? errors(408, 413, 415) : {}),
    ...(requestBody || (parameters && parameters.length > 0) ? ofInvalidInput : {}),
    ...errors(500, 503),
  });
}

/** Returns the same errors in a surface's format. */
function surfaceErrors({ errors: errorsOf }: Surface) {
  return ({ requestBody, parameters }: Operation, isKeyed: boolean) => ({
    ...errorsOf(401, 403, 429, 500, 503),
    ...(namesResource(parameters) ? errorsOf(404) : {}),
    ...(isKeyed ? errorsOf(409) : {}),
    ...(requestBody ? errorsOf(408, 413, 415) : {}),
    ...(requestBody || (parameters && parameters.length > 0) ? errorsOf(400) : {}),
  });
}

/** Returns whether the path names a resource, which may not exist. */
function namesResource(parameters: Operation['parameters'] = []): boolean {
  return parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
}

function ref(kind: 'parameters' | 'headers' | 'responses', name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}

/** Replaces the unsatisfiable `allOf` of a model and null, which zod-openapi generates for nullable models, with `anyOf`. */
function normalizeNullable(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const part of Object.values(node)) normalizeNullable(part);
  if (!('allOf' in node) || !Array.isArray(node.allOf)) return;
  const [model, nullable, ...rest] = node.allOf;
  const isNullableModel = rest.length === 0 && Array.isArray(nullable?.type) && nullable.type.includes('null');
  if (!isNullableModel || model?.$ref === undefined) return;
  Object.assign(node, { anyOf: [model, { type: 'null' }] });
  delete node.allOf;
}

/**
 * Publishes a schema that has all JSON types without a type, which means the same. Client generators drop operations with a type list
 * that has `array` but no `items`.
 */
function normalizeAnyJson(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const part of Object.values(node)) normalizeAnyJson(part);
  if ('type' in node && Array.isArray(node.type) && node.type.length === jsonTypes.length) delete node.type;
}

/**
 * Leaves out defaults that are objects or lists, because client generators drop such schemas, and those of alternatives, because generated
 * Go wouldn't compile. The descriptions say what applies.
 */
function dropUnusableDefaults(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const part of Object.values(node)) dropUnusableDefaults(part);
  if (!('default' in node)) return;
  const isStructured = 'type' in node && typeof node.default === 'object' && node.default !== null;
  if (isStructured || 'anyOf' in node) delete node.default;
}
