// Defines `slipway calls`: list, show and cancel calls that are answered later.
import { type Command, InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { formatJson } from '../../terminal/json-text.ts';
import { table } from '../../terminal/table.ts';

type LaterCall = components['schemas']['LaterCall'];
type AnsweredCall = components['schemas']['AnsweredLaterCall'];

const one = '/v1/calls/{call_id}';

export function addCalls(program: Command, context: CommandContext): void {
  const group = program.command('calls').summary('list, show and cancel calls that are answered later');
  addListCommand(group, context);
  addShowCommand(group, context);
  addCancelCommand(group, context);
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
    .option('--wait <seconds>', 'wait for its end, up to 60 s', seconds);
  addExamples(show, 'slipway calls show call_… --wait 20');
  withConnection<{ wait?: number }>(show, context, async ({ client, signal }, { wait }, id = '') => {
    const headers = wait === undefined ? {} : { prefer: `wait=${wait}` };
    const call = await client.get(one, { path: { call_id: id }, headers, signal });
    return shown(call, context.output.columns);
  });
}

function addCancelCommand(group: Command, context: CommandContext): void {
  const cancel = group.command('cancel').description('Cancels a later call.').argument('<call>', 'call ID');
  addExamples(cancel, 'slipway calls cancel call_…');
  withConnection(cancel, context, async ({ client, signal }, _, id = '') => {
    const call = await client.delete(one, { path: { call_id: id }, signal });
    return { json: call, text: `✓ ${call.call_id} is ${call.status}\n` };
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

function shown(call: AnsweredCall, columns: number): CommandResult {
  const { answer, call_id, created_at, plugin, status } = call;
  const text = `${call_id} of ${plugin} is ${status}, sent ${formatTime(created_at)}\n`;
  const more = answer === null ? '' : formatJson(answer, columns);
  return { json: call, text: text + more, ...(status === 'failed' ? { exit: 'failed' } : {}) };
}
