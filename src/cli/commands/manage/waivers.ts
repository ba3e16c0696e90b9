// Defines `slipway waivers`: list, grant and revoke exceptions from scan rules.
import { type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { type CommandContext, withConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';

type Waiver = components['schemas']['Waiver'];

const dayMs = 86_400_000;
const statuses = ['active', 'expired', 'revoked'] as const;

interface ListOptions extends PageOptions {
  plugin?: string;
  status?: (typeof statuses)[number];
}

interface GrantOptions {
  reason: string;
  expires: number;
}

const listExamples = `Examples:
  slipway waivers list --status active
`;

const grantExamples = `Examples:
  slipway waivers grant my_plugin SLP301 --reason "reviewed" --expires 30d
`;

const revokeExamples = `Examples:
  slipway waivers revoke wvr_… --yes
`;

export function addWaivers(program: Command, context: CommandContext): void {
  const group = program.command('waivers').summary('grant and revoke exceptions from scan rules');
  addListCommand(group, context);
  addGrantCommand(group, context);
  addRevokeCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command('list')
    .description('Lists waivers, newest first.')
    .option('--plugin <name>', 'only waivers for this plugin or version')
    .addOption(new Option('--status <status>', 'only waivers in this state').choices(statuses))
    .addHelpText('before', listExamples);
  addPageOptions(list);
  withConnection<ListOptions>(list, context, async ({ client, signal }, { plugin, status, ...page }) => {
    const query = {
      ...pageQuery(page),
      ...(plugin === undefined ? {} : { plugin }),
      ...(status === undefined ? {} : { status }),
    };
    const { results, pagination } = await client.get('/v1/waivers', { query, signal });
    return pageResult(results, pagination.next_cursor, formatWaivers(results));
  });
}

function addGrantCommand(group: Command, context: CommandContext): void {
  const grant = group
    .command('grant')
    .description('Waives a rule for a plugin, or for one of its versions.')
    .argument('<plugin>', 'NAME, or the ID of a version')
    .argument('<rule>', 'the rule, such as SLP301')
    .requiredOption('--reason <text>', 'why this is acceptable, for the audit log')
    .addOption(
      new Option('--expires <time>', 'how long the waiver lasts, from now')
        .argParser(parseDuration)
        .default(90 * dayMs, '90d'),
    )
    .addHelpText('before', grantExamples);
  withConnection<GrantOptions>(grant, context, async ({ client, signal }, options, plugin = '', rule = '') => {
    const expires_at = new Date(Date.now() + options.expires).toISOString();
    const body = { plugin, rule, reason: options.reason, expires_at };
    const waiver = await client.post('/v1/waivers', { body, signal });
    return {
      json: waiver,
      text: `✓ ${waiver.rule} is waived for ${waiver.plugin} until ${formatTime(waiver.expires_at)}\n  waiver   ${waiver.waiver_id}\n`,
    };
  });
}

function addRevokeCommand(group: Command, context: CommandContext): void {
  const revoke = group
    .command('revoke')
    .description('Revokes a waiver. Live versions stay live.')
    .argument('<waiver>', 'waiver ID')
    .addOption(yesOption())
    .addHelpText('before', revokeExamples);
  withConnection<{ yes?: true }>(revoke, context, async ({ client, signal }, { yes }, id = '') => {
    await requireConfirmation(`Revoke ${id}`, yes, signal);
    const waiver = await client.delete('/v1/waivers/{waiver_id}', { path: { waiver_id: id }, signal });
    return { json: waiver, text: `✓ ${waiver.rule} is no longer waived for ${waiver.plugin}\n` };
  });
}

function formatWaivers(waivers: Waiver[]): string {
  if (waivers.length === 0) return 'No waivers.\n';
  const rows = waivers.map((waiver) => [
    waiver.waiver_id,
    waiver.status,
    waiver.rule,
    waiver.plugin,
    formatTime(waiver.expires_at),
    waiver.reason,
  ]);
  return table([['WAIVER', 'STATUS', 'RULE', 'PLUGIN', 'EXPIRES', 'REASON'], ...rows]);
}
