// The OpenAPI document: what the routes declare, completed with what holds for all of them, so that no route has to repeat it.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { agentErrors } from '../agents/agent-errors.ts';
import type { AppEnv } from '../context.ts';
import { idempotencyKeyPattern, takesIdempotencyKey } from '../idempotency.ts';
import { addExamples } from './openapi-examples.ts';
import { type Document, documentedMethods, errors, refusalComponents, slipwayVersion } from './route-definitions.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;
type Components = NonNullable<Document['components']>;

const info = {
  title: 'Slipway',
  version: slipwayVersion,
  summary: 'Plugin registry and deployment pipeline at the edge.',
  description: [
    'A plugin author uploads an archive; Slipway scans it, stores it for good, builds it, deploys it without dropping a request, and can show, diff and roll back every version.',
    'Send `Authorization: Bearer sk_…`. Every answer has `slipway-request-id`. A GET has an `ETag` and knows `If-None-Match`. `x-d1-bookmark`, sent back on a GET, lets any replica answer that is as new. A POST that changes something may be sent again under its `Idempotency-Key`.',
  ].join('\n\n'),
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

const tags = [
  { name: 'Plugins', description: 'Extractors of a namespace: publish, look, delete.' },
  { name: 'Deployments', description: 'Making a version serve, and calling it.' },
  { name: 'Versions', description: "All versions of a plugin's name: history, rollback, diff, calls by name." },
  { name: 'Organization plugins', description: 'Extractors of the whole organization, enabled in its namespaces.' },
  { name: 'Pipeline plugins', description: 'Go plugins from Git that run steps of pipelines.' },
  { name: 'Storage plugins', description: 'Go plugins from Git that keep data.' },
  { name: 'Agent plugins', description: 'Packages for agents that are elsewhere, registered with their checksum.' },
  { name: 'Namespaces', description: 'Where plugins live and are deployed.' },
  { name: 'Scan policy', description: 'What plugins are judged by, and the rules that are waived for some.' },
  { name: 'Keys', description: 'API keys: their scopes, namespaces and ends.' },
  { name: 'Events', description: 'The audit log.' },
  { name: 'Webhooks', description: 'Being told of events.' },
  { name: 'Installation', description: 'For anyone, without a key.' },
  { name: 'Admin', description: 'For operators, with the admin token.' },
];

export function openApiDocument(app: OpenAPIHono<AppEnv>): Document {
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }], tags });
  mendNullable(document);
  const { components = {}, paths = {} } = document;
  document.components = { ...components, ...sharedComponents(components) };
  for (const [path, item] of Object.entries(paths)) {
    for (const method of documentedMethods) {
      const operation = item[method];
      if (operation) complete(operation, method, path);
    }
  }
  addExamples(document);
  return document;
}

function sharedComponents({ parameters, headers, responses }: Components): Components {
  return {
    parameters: { ...parameters, IdempotencyKey: idempotencyKey },
    headers: { ...headers, RequestId: requestId, ETag: etag, RetryAfter: retryAfter },
    responses: { ...responses, ...refusalComponents, NotModified: { description: 'The client has it already.' } },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description: 'Of this request alone. Sent again with the same request within 24 hours, it gets the same answer.',
  schema: { type: 'string' as const, pattern: idempotencyKeyPattern.source },
  example: '0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11',
};
const requestId = { description: 'Names the request in the log.', schema: { type: 'string' as const } };
const etag = { description: 'For If-None-Match.', schema: { type: 'string' as const } };
const retryAfter = { description: 'Seconds to wait.', schema: { type: 'integer' as const } };

/** Of parameters that mean the same everywhere. */
const usualParameters = new Map([
  ['organization_id', 'The id of the organization, `org_…`'],
  ['namespace_id', 'The id of the namespace, `ns_…`'],
  ['plugin_id', "A version's name and number: `text_profile_1_0_0`"],
  ['upload_id', '`plu_…`'],
  ['deployment_id', '`dep_…`'],
  ['endpoint_id', 'The id of the webhook, `whk_…`'],
  ['delivery_id', '`dlv_…`'],
  ['key_id', '`key_…`'],
  ['waiver_id', '`wvr_…`'],
  ['limit', 'At most so many'],
  ['cursor', '`next_cursor` of the page before'],
  ['offset', 'Leave out so many'],
  ['name', 'Of this name only'],
  ['status', 'In this state only'],
  ['source', "Of the namespace's own plugins, or of the organization's"],
  ['type', 'Of this type only, or of those that begin so'],
  ['event_id', '`evt_…`'],
  ['since', 'From then on'],
  ['v1', 'The version before: `1.0.0`'],
  ['v2', 'The version after'],
]);

function complete(operation: Operation, method: (typeof documentedMethods)[number], path: string): void {
  const keyed = takesIdempotencyKey(method, path);
  if (keyed) operation.parameters = [...(operation.parameters ?? []), ref('parameters', 'IdempotencyKey')];
  for (const parameter of operation.parameters ?? []) {
    const usual = 'name' in parameter ? usualParameters.get(parameter.name) : undefined;
    if (usual !== undefined && 'name' in parameter) parameter.description ??= usual;
  }
  const refused = path.startsWith('/api/v1/') ? agentRefusals : sharedRefusals;
  const responses: Operation['responses'] = { ...refused(operation, keyed), ...operation.responses };
  for (const [status, response] of Object.entries(responses)) {
    if ('$ref' in response) continue;
    const cached = method === 'get' && 'application/json' in (response.content ?? {});
    response.headers = { 'slipway-request-id': ref('headers', 'RequestId'), ...response.headers };
    if (!cached || status !== '200') continue;
    response.headers.etag = ref('headers', 'ETag');
    responses[304] = ref('responses', 'NotModified');
  }
  operation.responses = responses;
}

/** What may befall any request of its kind before and behind its handler. */
function sharedRefusals({ security, requestBody, parameters }: Operation, keyed: boolean) {
  return {
    ...(security && security.length > 0 ? errors(401, 429) : {}),
    ...(keyed ? errors(409) : {}),
    ...(requestBody ? errors(413) : {}),
    ...(requestBody || (parameters && parameters.length > 0) ? errors(422) : {}),
    ...errors(500),
  };
}

/** The same in the words of the agent surface. */
function agentRefusals({ requestBody, parameters }: Operation, keyed: boolean) {
  return {
    ...agentErrors(401, 429, 500),
    ...(keyed ? agentErrors(409) : {}),
    ...(requestBody ? agentErrors(413) : {}),
    ...(requestBody || (parameters && parameters.length > 0) ? agentErrors(400) : {}),
  };
}

function ref(kind: 'parameters' | 'headers' | 'responses', name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}

/** A registered model that may be null is generated as being both it and null, which nothing is. */
function mendNullable(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const part of Object.values(node)) mendNullable(part);
  if (!('allOf' in node) || !Array.isArray(node.allOf)) return;
  const [model, nullable, ...rest] = node.allOf;
  const both = rest.length === 0 && Array.isArray(nullable?.type) && nullable.type.includes('null');
  if (!both || model?.$ref === undefined) return;
  Object.assign(node, { anyOf: [model, { type: 'null' }] });
  delete node.allOf;
}
