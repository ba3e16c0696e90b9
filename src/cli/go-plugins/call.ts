// A call of a Go plugin: an action of a pipeline plugin, an operation of a storage plugin.
import type { JsonObject } from '../../contract/json.ts';
import type { CommandContext, Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { shownDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import { shownJson } from '../json-text.ts';
import { printable } from '../terminal-text.ts';
import { type GoKind, surfaces } from './kinds.ts';

export interface Call {
  kind: GoKind;
  name: string;
  action: string | undefined;
  data: JsonObject;
}

export async function callGoPlugin(
  { client, signal }: Connection,
  { action, data, kind, name }: Call,
  { output }: CommandContext,
): Promise<Told> {
  if (action === undefined)
    throw new Failure('usage', `what is ${name} to do?`, {
      hint: `Name it with --action; \`slipway show ${name} --kind ${kind}\` lists what a pipeline plugin can do.`,
    });
  const startedAt = performance.now();
  const body =
    kind === 'pipeline' ? { method: 'execute', params: { action, params: data } } : { method: action, params: data };
  // A call that broke off may have run: it is not for the client to run it twice.
  const options = { path: { name }, body, signal, idempotencyKey: false } as const;
  const answer = await client.post(`${surfaces[kind]}/{name}/call`, options);
  output.aside(`${name} answered in ${shownDuration(performance.now() - startedAt)}`);
  if (answer.error) {
    const { message, stack = '' } = answer.error;
    output.error(printable(message));
    for (const line of stack.split('\n').filter((text) => text !== '')) output.aside(`  ${printable(line)}`);
    return { json: answer, text: '', exit: 'failed' };
  }
  return { json: answer, text: shownJson(answer.result, output.columns) };
}
