// Calls an extractor by name or version, after validating the inputs against its manifest's schemas.
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { z } from 'zod';
import type { WithTexts } from '../../client/answer-texts.ts';
import type { LaterCall } from '../../client/client.ts';
import type { FieldError } from '../../client/errors.ts';
import type { Answer } from '../../client/operations.ts';
import type { ServerSentEvent } from '../../client/streams.ts';
import { emptyObject, JsonText, jsonNull } from '../../core/json/text.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import type { PluginRef } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import { formatJson, jsonText } from '../terminal/json-text.ts';
import type { Output } from '../terminal/output.ts';
import { printable, printableLines } from '../terminal/terminal-text.ts';
import { RequestLine } from './request-line.ts';

const errorsMax = 10;

/** `argument` names the value's origin, such as `inputs`. */
function schemaErrors(argument: string, value: JsonText, schema: Record<string, unknown> | null): FieldError[] {
  if (schema === null) return [];
  try {
    const { errors } = new Validator(schema, '2020-12', false).validate(value.parsed());
    return innermost(errors)
      .slice(0, errorsMax)
      .map(({ error, instanceLocation, keyword }) => ({
        loc: [argument, ...decodeURI(instanceLocation.slice(1)).split('/').slice(1)],
        msg: error.replace(/^Instance /, 'The value '),
        type: keyword,
      }));
  } catch {
    return [];
  }
}

/** Drops errors that only announce nested ones. */
function innermost(errors: OutputUnit[]): OutputUnit[] {
  return errors.filter(
    ({ keywordLocation }) => !errors.some((other) => other.keywordLocation.startsWith(`${keywordLocation}/`)),
  );
}

const withInputs = z.object({ inputs: z.unknown() });
const withInputsProperty = z.object({ properties: withInputs });

/** Returns whether the inputs are a request's body, which has the inputs as a member. */
function isWholeRequest(inputs: JsonText, schema: Record<string, unknown> | null): boolean {
  return withInputs.safeParse(inputs.parsed()).success && !withInputsProperty.safeParse(schema).success;
}

function invalidInputs(plugin: string, fields: FieldError[], isWhole: boolean): Failure {
  return new Failure('usage', `the call does not match the input schema of ${plugin}`, {
    title: 'Invalid inputs',
    fields,
    hint: isWhole
      ? '`--data` takes the inputs alone: leave out "inputs" around them.'
      : 'Correct the fields above. `--no-validate` skips this check.',
  });
}

export interface ExtractorCall {
  plugin: PluginRef;
  inputs: JsonText;
  parameters: JsonText | undefined;
  validate: boolean;
  /** Prints the handler's values as they arrive. */
  stream: boolean;
  later: boolean;
  /** Calls a version that waits for approval. */
  staged: boolean;
  /** URL that receives a later call's result. */
  callback: string | undefined;
}

const byName = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime';
const byVersion = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test';
const trial = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/trial';
/** The part of a response that the plugin wrote. */
const result = 'raw_response';

export async function callExtractor(
  connection: Connection,
  call: ExtractorCall,
  output: Output,
): Promise<CommandResult> {
  const { callback, inputs, later, parameters, plugin, staged, stream, validate } = call;
  if (validate) await validateCall(connection, plugin, inputs, parameters ?? emptyObject);
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const startedAt = performance.now();
  const request = new RequestLine(output);
  const body = { inputs, parameters };
  // An interrupted call may have run, so the client must not repeat it.
  const options = { body, signal, idempotencyKey: false, onRequestId: request.keep } as const;
  const { name, version } = plugin;
  const named = { ...options, path: { namespace_id, slug: name } };
  const versioned = { ...options, path: { namespace_id, plugin_id: formatPluginId(name, version ?? '') } };
  const shown = { plugin, startedAt, request, output };
  if (staged) {
    if (version === undefined)
      throw new Failure('usage', '--staged needs a version', { hint: `Name it: ${name}@VERSION.` });
    return showAnswer(await client.exact('post', trial, result, versioned), shown);
  }
  if (later) {
    const headers = callbackHeaders(callback);
    return acceptedResult(
      await (version === undefined
        ? client.later(byName, { ...named, headers })
        : client.later(byVersion, { ...versioned, headers })),
    );
  }
  if (!stream) {
    return showAnswer(
      await (version === undefined
        ? client.exact('post', byName, result, named)
        : client.exact('post', byVersion, result, versioned)),
      shown,
    );
  }
  const answered = await (version === undefined
    ? client.stream(byName, result, named)
    : client.stream(byVersion, result, versioned));
  return 'events' in answered ? showEvents(answered.events, shown) : showAnswer(answered.answer, shown);
}

interface Shown {
  plugin: PluginRef;
  startedAt: number;
  request: RequestLine;
  output: Output;
}

type Answered = WithTexts<Answer<typeof byName | typeof byVersion | typeof trial, 'post'>, typeof result>;

function showAnswer(answer: Answered, { output, plugin, request, startedAt }: Shown): CommandResult {
  const took = formatDuration(performance.now() - startedAt);
  const answered = 'version' in answer ? answer.version : plugin.version;
  output.info(`${plugin.name} ${answered} answered in ${took} (${formatDuration(answer.duration_ms)} in the plugin)`);
  if (answer.status === 'error') {
    printError(answer, { plugin, request, output });
    return { json: { ...answer, ...request.json }, text: '', exit: 'failed' };
  }
  request.print();
  return {
    json: { ...answer, ...request.json },
    text: formatJson((answer.raw_response ?? jsonNull).text, output.columns),
  };
}

/** Prints the plugin's error, its location, and the command that shows more. */
function printError(
  { error, message }: { error: string | null; message?: string | null | undefined },
  { output, plugin, request }: Pick<Shown, 'plugin' | 'request' | 'output'>,
): void {
  output.error(printableLines(error ?? 'the plugin failed'));
  if (message) output.info(`  ${printable(message)}`);
  const { request_id: id } = request.json;
  const ref = plugin.version === undefined ? plugin.name : `${plugin.name}@${plugin.version}`;
  if (id !== undefined) output.info(`  log      slipway logs ${ref} --request ${printable(id)}`);
  request.print();
}

const failed = z.object({ error: z.string(), message: z.string().nullish() });

/** Prints each value as a line of JSON as it arrives. */
async function showEvents(
  events: AsyncGenerator<ServerSentEvent>,
  { output, plugin, request, startedAt }: Shown,
): Promise<CommandResult> {
  let values = 0;
  for await (const { data, event } of events) {
    if (event === 'chunk') {
      values += 1;
      output.data(jsonText(new JsonText(data)));
      continue;
    }
    const took = formatDuration(performance.now() - startedAt);
    output.info(`${plugin.name} yielded ${values} ${values === 1 ? 'value' : 'values'} in ${took}`);
    if (event === 'error') printError(failed.parse(JSON.parse(data)), { output, plugin, request });
    else request.print();
    return { json: {}, text: '', streamed: true, ...(event === 'error' ? { exit: 'failed' } : {}) };
  }
  throw new Failure('failed', `the response stream of ${plugin.name} was interrupted`, { hint: 'Call it again.' });
}

async function validateCall(
  connection: Connection,
  plugin: PluginRef,
  inputs: JsonText,
  parameters: JsonText,
): Promise<void> {
  const { client, namespaceId } = connection;
  const version = plugin.version ?? (await servingVersion(connection, plugin.name));
  // Without a live version, the server explains why there is none.
  if (version === undefined) return;
  const path = { namespace_id: await namespaceId(), plugin_id: formatPluginId(plugin.name, version) };
  const answer = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  const { input_schema = null, parameter_schema = null } = answer.plugin.manifest ?? {};
  const errors = [
    ...schemaErrors('inputs', inputs, input_schema),
    ...schemaErrors('parameters', parameters, parameter_schema),
  ];
  if (errors.length > 0) throw invalidInputs(`${plugin.name} ${version}`, errors, isWholeRequest(inputs, input_schema));
}

async function servingVersion({ client, namespaceId }: Connection, name: string): Promise<string | undefined> {
  const { serving_version } = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
  });
  return serving_version ?? undefined;
}

export function acceptedResult(call: LaterCall): CommandResult {
  const id = printable(call.call_id);
  return { json: call, text: `✓ ${id} is ${call.status}\n  next     slipway calls show ${id} --wait 20\n` };
}

/** Returns the headers for a call whose result is sent to this URL. */
export function callbackHeaders(url: string | undefined): { 'slipway-callback'?: string } {
  return url === undefined ? {} : { 'slipway-callback': url };
}
