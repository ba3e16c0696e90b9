// Builds the OpenAPI document of one plugin: the API's operation for calls by name, with the plugin's path, words and schemas in it.
import { z } from 'zod';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import type { OperationDocument } from '../../../contract/reference.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import type { StartableVersion } from '../../../deps.ts';
import { securitySchemes } from '../../openapi/route-definitions.ts';
import { componentsOf } from '../../reference/reference-documents.ts';
import type { CallSchemas } from './call-schemas.ts';

interface DescribedPlugin {
  namespaceId: NamespaceId;
  /** The version that serves the name. */
  version: Pick<StartableVersion, 'name' | 'major' | 'minor' | 'patch' | 'manifest'>;
  /** The version's schemas. */
  schemas: CallSchemas;
  /** The URL at which callers reach Slipway. */
  server: string;
}

const summaryChars = 120;

/** `call` is the API's operation for calls by name. */
export function pluginDocument(call: OperationDocument, { namespaceId, schemas, server, version }: DescribedPlugin) {
  const { manifest, name } = version;
  const described = manifest?.description?.trim() ?? '';
  const sent = { inputs: schemas.has('Input'), parameters: schemas.has('Parameters') };
  const operation = calledOperation(call, { sent, name, described });
  const path = call.path.replace('{namespace_id}', namespaceId).replace('{slug}', name);
  const needed = componentsOf(call, operation);
  const components = {
    ...(schemas.has('Output') ? withResult(needed.schemas ?? {}) : needed.schemas),
    ...Object.assign({}, ...schemas.values()),
  };
  return {
    openapi: '3.1.0' as const,
    info: { title: name, version: formatVersion(version), ...(described === '' ? {} : { description: described }) },
    servers: [{ url: server }],
    paths: { [path]: { [call.method]: operation } },
    components: { ...needed, schemas: components, securitySchemes },
  };
}

const content = z.looseObject({
  'application/json': z.looseObject({ schema: z.looseObject({ properties: z.looseObject({}) }) }),
});
const callOperation = z.looseObject({
  parameters: z.array(z.unknown()),
  requestBody: z.looseObject({ content }),
});

interface Words {
  /** The parts of the body that have a schema. */
  sent: { inputs: boolean; parameters: boolean };
  name: string;
  described: string;
}

/** Returns the operation with the plugin's name, inputs and parameters, and without what the path and the document already say. */
function calledOperation(call: OperationDocument, { described, name, sent }: Words) {
  const { 'x-slipway-command': _, tags: __, ...general } = callOperation.parse(call.operation);
  const [line = ''] = described.split('\n', 1);
  const parameters = general.parameters.filter((parameter) => !isInPath(call, parameter));
  const summary = line === '' || line.length > summaryChars ? `Call ${name}` : line;
  return {
    ...general,
    operationId: `call_${name}`,
    summary,
    parameters,
    requestBody: bodyWith(sent, general.requestBody),
  };
}

function isInPath({ components }: OperationDocument, parameter: unknown): boolean {
  const { $ref } = z.looseObject({ $ref: z.string().optional() }).parse(parameter);
  const named = $ref === undefined ? parameter : components.parameters?.[$ref.split('/').at(-1) ?? ''];
  return z.looseObject({ in: z.string() }).parse(named).in === 'path';
}

/** Requires the body and its inputs if they have a schema. Otherwise both may be missing, and no inputs are an empty object. */
function bodyWith({ inputs, parameters }: Words['sent'], body: z.infer<typeof callOperation>['requestBody']) {
  const { schema } = body.content['application/json'];
  const properties = {
    ...schema.properties,
    ...(inputs && { inputs: { $ref: '#/components/schemas/Input' } }),
    ...(parameters && { parameters: { $ref: '#/components/schemas/Parameters' } }),
  };
  const described = { ...schema, properties, ...(inputs && { type: 'object', required: ['inputs'] }) };
  const content = { ...body.content, 'application/json': { schema: described } };
  return { ...body, content, ...(inputs && { required: true }) };
}

/** The model of an answer, and the field in it that holds the plugin's own result. */
const answerName = 'RealtimeAnswer';
const resultName = 'raw_response';
const answerModel = z.looseObject({ properties: z.looseObject({ [resultName]: z.looseObject({}) }) });

const resultDescription =
  'The result; null after an error. If the handler yields values and the answer is not streamed, it is the list of these values';

function withResult(schemas: Record<string, unknown>): Record<string, unknown> {
  const answer = answerModel.parse(schemas[answerName]);
  const result = { anyOf: [{ $ref: '#/components/schemas/Output' }, { type: 'null' }], description: resultDescription };
  return { ...schemas, [answerName]: { ...answer, properties: { ...answer.properties, [resultName]: result } } };
}
