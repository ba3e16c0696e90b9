// Defines `slipway calls`: list, show and cancel later calls, and manage the secret for their callbacks.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { components } from '../../../client/api.gen.d.ts';
import { ApiError } from '../../../client/errors.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { formatJson } from '../../terminal/json-text.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type LaterCall = components['schemas']['LaterCall'];
type AnsweredCall = WithTexts<components['schemas']['AnsweredLaterCall'], 'answer'>;

const one = '/v1/calls/{call_id}';

export function addCalls(program: Command, context: CommandContext): void {
  const group = program.command('calls').summary('list, show and cancel later calls');
  addListCommand(group, context);
  addShowCommand(group, context);
  addCancelCommand(group, context);
  addSecretCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command('list')
    .description('Lists later calls, newest first.')
    .option('--status <status>', 'only calls in this state');
  addExamples(list, 'slipway calls list --status failed');
  addPageOptions(list);
  withConnection<PageOptions & { status?: LaterCall['status'] }>(list, context, async ({ client, signal }, options) => {
    const { status } = options;
    const query = { ...pageQuery(options), ...(status === undefined ? {} : { status }) };
    const { results, pagination } = await client.get('/v1/calls', { query, signal });
    return pageResult(results, pagination.next_cursor, formatList(results));
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group
    .command('show')
    .description('Shows a later call and its answer.')
    .argument('<call>', 'call ID')
    .option('--wait <seconds>', 'wait up to 60 s for it to end', seconds);
  addExamples(show, 'slipway calls show call_… --wait 20');
  withConnection<{ wait?: number }>(show, context, async ({ client, signal }, { wait }, id = '') => {
    const headers = wait === undefined ? {} : { prefer: `wait=${wait}` };
    const call = await client.exact('get', one, 'answer', { path: { call_id: id }, headers, signal });
    return shown(call, context.output.columns);
  });
}

function addCancelCommand(group: Command, context: CommandContext): void {
  const cancel = group.command('cancel').description('Cancels a later call.').argument('<call>', 'call ID');
  addExamples(cancel, 'slipway calls cancel call_…');
  withConnection(cancel, context, async ({ client, signal }, _, id = '') => {
    const call = await client.exact('delete', one, 'answer', { path: { call_id: id }, signal });
    return { json: call, text: `✓ ${call.call_id} ${states[call.status]}\n` };
  });
}

function addSecretCommand(group: Command, context: CommandContext): void {
  const secret = group
    .command('secret')
    .summary('create or rotate the secret for callbacks')
    .description("Creates or rotates the secret that signs the namespace's callbacks.")
    .addOption(
      new Option('--overlap <time>', 'also sign with the old secret for this long, such as 1h')
        .argParser(parseDuration)
        .default(86_400_000, '1d'),
    );
  addExamples(secret, 'SECRET=$(slipway calls secret)');
  withConnection<{ overlap: number }>(secret, context, async ({ client, namespaceId, signal }, { overlap }) => {
    const path = { namespace_id: await namespaceId() };
    const body = { overlap_seconds: Math.round(overlap / 1000) };
    const rotated = await client.post('/v1/namespaces/{namespace_id}/callback-secret', { path, body, signal });
    const notes = [`  namespace ${rotated.namespace_id}`, '  This secret is shown only once.'];
    return { json: rotated, text: `${rotated.secret}\n`, notes };
  });
}

function seconds(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > 60) throw new InvalidArgumentError('Use seconds, up to 60.');
  return Number(text);
}

function formatList(calls: LaterCall[]): string {
  if (calls.length === 0) return 'No later calls. Send one with `slipway invoke NAME --later`.\n';
  const rows = calls.map((call) => [call.call_id, call.plugin, call.status, formatTime(call.created_at)]);
  return table([['CALL', 'PLUGIN', 'STATUS', 'CREATED'], ...rows]);
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

type Actor = components['schemas']['Event']['actor'];

/** Returns a function that names an actor, or shows its ID if the key isn't allowed to list actors. */
export async function actorNames({ client, signal }: Connection): Promise<(actor: Actor) => string> {
  const names = new Map<string, string>();
  try {
    const { results } = await client.get('/v1/keys', { query: { limit: 100 }, signal });
    for (const { key_id, name } of results) names.set(key_id, name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return ({ id, type }) => names.get(id) ?? (type === 'key' ? id : type);
}
