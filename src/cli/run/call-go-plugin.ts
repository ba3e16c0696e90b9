// Calls a Go plugin: a pipeline plugin's action or a storage plugin's operation.
import { operationMethods } from '../../contract/builder/instances.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { type JsonText, jsonNull } from '../../core/json/text.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';
import { formatJson } from '../terminal/json-text.ts';
import { printableLines } from '../terminal/terminal-text.ts';
import { acceptedResult, callbackHeaders } from './call-extractor.ts';
import { RequestLine } from './request-line.ts';

export interface GoPluginCall {
  kind: GoKind;
  name: string;
  action: string | undefined;
  data: JsonText;
  later: boolean;
  /** URL that receives a later call's result. */
  callback: string | undefined;
}

export async function callGoPlugin(
  connection: Connection,
  call: GoPluginCall,
  { output }: CommandContext,
): Promise<CommandResult> {
  const { data, kind, name } = call;
  const { client, signal } = connection;
  const action = call.action ?? (await onlyAction(connection, call));
  const startedAt = performance.now();
  const body =
    kind === 'pipeline' ? { method: 'execute', params: { action, params: data } } : { method: action, params: data };
  const request = new RequestLine(output);
  // An interrupted call may have run, so the client must not repeat it.
  const options = { path: { name }, body, signal, idempotencyKey: false, onRequestId: request.keep } as const;
  if (call.later)
    return acceptedResult(
      await client.later(`${goSurfaces[kind]}/{name}/call`, { ...options, headers: callbackHeaders(call.callback) }),
    );
  const answer = await client.exact('post', `${goSurfaces[kind]}/{name}/call`, 'result', options);
  output.info(`${name} answered in ${formatDuration(performance.now() - startedAt)}`);
  if (answer.error) {
    const { message, stack = '' } = answer.error;
    output.error(printableLines(message));
    for (const line of printableLines(stack).split('\n')) if (line !== '') output.info(`  ${line}`);
    request.print();
    return { json: { ...answer, ...request.json }, text: '', exit: 'failed' };
  }
  request.print();
  return { json: { ...answer, ...request.json }, text: formatJson((answer.result ?? jsonNull).text, output.columns) };
}

/** A pipeline plugin with one action needs no `--action`. */
async function onlyAction({ client }: Connection, { kind, name }: GoPluginCall): Promise<string> {
  const actions = kind === 'storage' ? [...operationMethods.storage] : await actionsOf();
  const [only, ...others] = actions;
  if (only !== undefined && others.length === 0) return only;
  const what = kind === 'pipeline' ? 'action' : 'storage operation';
  throw new Failure('usage', `the ${what} for ${name} is missing`, {
    hint:
      only === undefined
        ? `Pass --action. \`slipway show ${name}\` lists the actions.`
        : `Pass --action with one of: ${actions.join(', ')}.`,
  });

  async function actionsOf(): Promise<string[]> {
    const { plugin_definition } = await client.get(`${goSurfaces.pipeline}/{name}`, { path: { name } });
    return (plugin_definition?.actions ?? []).map((action) => action.name);
  }
}
