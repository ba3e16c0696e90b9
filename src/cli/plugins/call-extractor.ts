// Calls an extractor by name or by version, after validating the inputs against the schemas in its manifest.
import type { JsonObject } from '../../contract/json.ts';
import { pluginIdOf } from '../../core/plugin-id.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { RequestLine } from '../request-line.ts';
import { formatDuration } from '../terminal/duration.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Output } from '../terminal/output.ts';
import { printableLines } from '../terminal/terminal-text.ts';
import { invalidInputs, schemaErrors } from './check-inputs.ts';
import type { PluginRef } from './plugin-ref.ts';

export interface ExtractorCall {
  plugin: PluginRef;
  inputs: JsonObject;
  parameters: JsonObject | undefined;
  validate: boolean;
}

export async function callExtractor(
  connection: Connection,
  { inputs, parameters, plugin, validate }: ExtractorCall,
  output: Output,
): Promise<CommandResult> {
  if (validate) await validateCall(connection, plugin, inputs, parameters ?? {});
  const { client, namespaceId, signal } = connection;
  const { name, version } = plugin;
  const namespace_id = await namespaceId();
  const body = { inputs, ...(parameters === undefined ? {} : { parameters }) };
  const startedAt = performance.now();
  const request = new RequestLine(output);
  // An interrupted call may have run, so the client must not repeat it.
  const options = { body, signal, idempotencyKey: false, onRequestId: request.keep } as const;
  const answer = await (version === undefined
    ? client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
        ...options,
        path: { namespace_id, slug: name },
      })
    : client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test', {
        ...options,
        path: { namespace_id, plugin_id: pluginIdOf(name, version) },
      }));
  const took = formatDuration(performance.now() - startedAt);
  const answered = 'version' in answer ? answer.version : version;
  output.info(`${name} ${answered} answered in ${took} (${formatDuration(answer.duration_ms)} in the plugin)`);
  if (answer.status === 'error') {
    output.error(printableLines(answer.error ?? 'the plugin failed'));
    request.print();
    return { json: { ...answer, ...request.json }, text: '', exit: 'failed' };
  }
  request.print();
  return { json: { ...answer, ...request.json }, text: formatJson(answer.raw_response, output.columns) };
}

async function validateCall(
  connection: Connection,
  plugin: PluginRef,
  inputs: JsonObject,
  parameters: JsonObject,
): Promise<void> {
  const { client, namespaceId, signal } = connection;
  const version = plugin.version ?? (await servingVersion(connection, plugin.name));
  // Without a version in service, the server explains why there is none.
  if (version === undefined) return;
  const path = { namespace_id: await namespaceId(), plugin_id: pluginIdOf(plugin.name, version) };
  const answer = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path, signal });
  const { input_schema = null, parameter_schema = null } = answer.plugin.manifest ?? {};
  const errors = [
    ...schemaErrors('inputs', inputs, input_schema),
    ...schemaErrors('parameters', parameters, parameter_schema),
  ];
  if (errors.length > 0) throw invalidInputs(`${plugin.name} ${version}`, errors);
}

async function servingVersion({ client, namespaceId, signal }: Connection, name: string): Promise<string | undefined> {
  const { results: versions } = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
    signal,
  });
  return versions.find(({ serves_name }) => serves_name)?.version;
}
