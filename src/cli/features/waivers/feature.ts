// Defines `slipway waivers`: list, grant and revoke exceptions from scan rules.
import { commandGroup, serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';

const dayMs = 86_400_000;
const statuses = ['active', 'expired', 'revoked'] as const;

const list = listCommand({
  name: 'list',
  description: 'Lists waivers, newest first.',
  options: {
    '--plugin <name>': 'only waivers for this plugin or version',
    '--status <status>': { description: 'only waivers in this state', choices: statuses },
  },
  examples: ['slipway waivers list --status active'],
  fetch: ({ client }, page, _, { plugin, status }) => client.get('/v1/waivers', { query: { ...page, plugin, status } }),
  empty: 'No waivers.',
  head: ['WAIVER', 'STATUS', 'RULE', 'PLUGIN', 'EXPIRES', 'REASON'],
  row: (waiver) => [
    waiver.waiver_id,
    waiver.status,
    waiver.rule,
    waiver.plugin,
    formatTime(waiver.expires_at),
    waiver.reason,
  ],
});

const grant = serverCommand({
  name: 'grant',
  description: 'Waives a rule for a plugin, or for one of its versions.',
  arguments: { '<plugin>': 'NAME, or the ID of a version', '<rule>': 'the rule, such as SLP301' },
  options: {
    '--reason <text>': { description: 'why this is acceptable, for the audit log', required: true },
    '--expires <time>': {
      description: 'how long the waiver lasts, from now',
      parse: parseDuration,
      default: 90 * dayMs,
      defaultText: '90d',
    },
  },
  examples: ['slipway waivers grant my_plugin SLP301 --reason "reviewed" --expires 30d'],
  async run({ client }, { plugin, rule }, options) {
    const expires_at = new Date(Date.now() + options.expires).toISOString();
    const body = { plugin, rule, reason: options.reason, expires_at };
    const waiver = await client.post('/v1/waivers', { body });
    return {
      json: waiver,
      text: `✓ ${waiver.rule} is waived for ${waiver.plugin} until ${formatTime(waiver.expires_at)}\n  waiver   ${waiver.waiver_id}\n`,
    };
  },
});

const revoke = serverCommand({
  name: 'revoke',
  description: 'Revokes a waiver. Live versions stay live.',
  arguments: { '<waiver>': 'waiver ID' },
  examples: ['slipway waivers revoke wvr_… --yes'],
  confirm: ({ waiver: id }) => `Revoke ${id}`,
  async run({ client }, { waiver: id }) {
    const waiver = await client.delete('/v1/waivers/{waiver_id}', { path: { waiver_id: id } });
    return { json: waiver, text: `✓ ${waiver.rule} is no longer waived for ${waiver.plugin}\n` };
  },
});

const waivers = commandGroup({ name: 'waivers', summary: 'grant and revoke exceptions from scan rules' }, [
  list,
  grant,
  revoke,
]);

export const feature = defineCliFeature({ commands: [{ add: waivers, after: 'policy' }] });
