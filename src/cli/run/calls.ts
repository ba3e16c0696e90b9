// Defines `slipway calls`: list, show and cancel later calls, and manage the secret for their callbacks.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { WithTexts } from '../../client/answer-texts.ts';
import type { components } from '../../client/api.gen.d.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import { listCommand } from '../command/list-command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatTime, parseDuration } from '../terminal/duration.ts';
import { explainInterruption } from '../terminal/failure.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Output } from '../terminal/output.ts';
import { printable, printableLines } from '../terminal/terminal-text.ts';

type LaterCall = components['schemas']['LaterCall'];
type AnsweredCall = WithTexts<components['schemas']['AnsweredLaterCall'], 'answer'>;

const one = '/v1/calls/{call_id}';

const list = listCommand({
  name: 'list',
  description: 'Lists later calls, newest first.',
  options: { '--status <status>': 'only calls in this state' },
  examples: ['slipway calls list --status failed'],
  fetch: ({ client }, page, _, { status }: { status?: LaterCall['status'] }) =>
    client.get('/v1/calls', { query: { ...page, status } }),
  empty: 'No later calls. Send one with `slipway invoke NAME --later`.',
  head: ['CALL', 'PLUGIN', 'STATUS', 'CREATED'],
  row: (call) => [call.call_id, call.plugin, call.status, formatTime(call.created_at)],
});

const show = serverCommand({
  name: 'show',
  description: 'Shows a later call and its answer.',
  arguments: { '<call>': 'call ID' },
  options: { '--wait <seconds>': { description: 'wait up to 60 s for it to end', parse: seconds } },
  examples: ['slipway calls show call_… --wait 20'],
  async run({ client, output }, { call: id }, { wait }) {
    const headers = wait === undefined ? {} : { prefer: `wait=${wait}` };
    const call = await client.exact('get', one, 'answer', { path: { call_id: id }, headers });
    return shown(call, output.columns);
  },
});

const cancel = serverCommand({
  name: 'cancel',
  description: 'Cancels a later call.',
  arguments: { '<call>': 'call ID' },
  examples: ['slipway calls cancel call_…'],
  async run({ client }, { call: id }) {
    const call = await client.exact('delete', one, 'answer', { path: { call_id: id } });
    return { json: call, text: `✓ ${call.call_id} ${states[call.status]}\n` };
  },
});

const secret = serverCommand({
  name: 'secret',
  summary: 'create or rotate the secret for callbacks',
  description: "Creates or rotates the secret that signs the namespace's callbacks.",
  options: {
    '--overlap <time>': {
      description: 'also sign with the old secret for this long, such as 1h',
      parse: parseDuration,
      default: 86_400_000,
      defaultText: '1d',
    },
  },
  examples: ['SECRET=$(slipway calls secret)'],
  async run({ client, namespaceId }, _, { overlap }) {
    const path = { namespace_id: await namespaceId() };
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    const rotated = await client.post('/v1/namespaces/{namespace_id}/callback-secret', { path, body });
    const notes = [`  namespace ${rotated.namespace_id}`, '  This secret is shown only once.'];
    return { json: rotated, text: `${rotated.secret}\n`, notes };
  },
});

export const calls = commandGroup({ name: 'calls', summary: 'list, show and cancel later calls' }, [
  list,
  show,
  cancel,
  secret,
]);

function seconds(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > 60) throw new InvalidArgumentError('Use seconds, up to 60.');
  return Number(text);
}

const states: Record<LaterCall['status'], string> = {
  queued: 'is queued',
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  expired: 'expired',
};

/** Formats where the result is sent. If an attempt failed, also says how many did, why, and when the next one is. */
function formatCallback(callback: LaterCall['callback']): string {
  if (!callback) return '';
  const { attempts, error, next_attempt_at: next, status, url } = callback;
  const line = `callback ${status}: ${printable(url)}\n`;
  if (error === null) return line;
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${line}  ${tried}${next === null ? '' : `, the next ${formatTime(next)}`}: ${printable(error)}\n`;
}

function shown(call: AnsweredCall, columns: number): CommandResult {
  const { answer, call_id, callback, created_at, plugin, status } = call;
  const text = `${call_id} of ${plugin} ${states[status]}, sent ${formatTime(created_at)}\n${formatCallback(callback)}`;
  const more = answer === null ? '' : formatJson(answer.text, columns);
  return { json: call, text: text + more, ...(status === 'failed' ? { exit: 'failed' } : {}) };
}

const accepted = z.object({ call_id: z.string() });
const failedAnswer = z.object({ error: z.unknown() });

/** Waits for the later call that was sent, and returns its answer. If it fails, says why on standard error. */
export async function waitForCall(
  { client, signal }: Connection,
  sent: CommandResult,
  output: Output,
): Promise<CommandResult> {
  const { call_id } = accepted.parse(sent.json);
  const options = { path: { call_id }, headers: { prefer: 'wait=60' }, signal };
  let call: AnsweredCall;
  try {
    do call = await client.exact('get', one, 'answer', options);
    while (call.status === 'queued' || call.status === 'running');
  } catch (error) {
    throw explainInterruption(error, `${call_id} goes on`, `Wait with \`slipway calls show ${call_id} --wait 60\`.`);
  }
  const { answer, status } = call;
  output.info(`${call_id} of ${call.plugin} ${states[status]}`);
  if (status === 'succeeded')
    return { json: call, text: answer === null ? '' : formatJson(answer.text, output.columns) };
  const { error } = failedAnswer.safeParse(answer?.parsed()).data ?? {};
  output.error(printableLines(typeof error === 'string' ? error : (JSON.stringify(error) ?? 'it has no answer')));
  return { json: call, text: '', exit: 'failed' };
}
