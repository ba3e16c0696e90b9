// Calls a Go plugin: an action of a pipeline plugin or an operation of a storage plugin.
import type { JsonObject } from '../../contract/json.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import { formatJson } from '../json-text.ts';
import { printable } from '../terminal-text.ts';
import { type GoKind, surfaces } from './kinds.ts';

export interface GoPluginCall {
  kind: GoKind;
  name: string;
  action: string | undefined;
  data: JsonObject;
}

export async function callGoPlugin(
  { client, signal }: Connection,
  { action, data, kind, name }: GoPluginCall,
  { output }: CommandContext,
): Promise<CommandResult> {
  if (action === undefined)
    throw new Failure('usage', `the action for ${name} is missing`, {
      hint:
        kind === 'pipeline'
          ? `Pass --action. \`slipway show ${name}\` lists the actions.`
          : 'Pass --action with a storage operation, such as health.',
    });
  const startedAt = performance.now();
  const body =
    kind === 'pipeline' ? { method: 'execute', params: { action, params: data } } : { method: action, params: data };
  // An interrupted call may have run, so the client must not repeat it.
  const options = { path: { name }, body, signal, idempotencyKey: false } as const;
  const answer = await client.post(`${surfaces[kind]}/{name}/call`, options);
  output.info(`${name} answered in ${formatDuration(performance.now() - startedAt)}`);
  if (answer.error) {
    const { message, stack = '' } = answer.error;
    output.error(printable(message));
    for (const line of stack.split('\n').filter((text) => text !== '')) output.info(`  ${printable(line)}`);
    return { json: answer, text: '', exit: 'failed' };
  }
  return { json: answer, text: formatJson(answer.result, output.columns) };
}
