// Defines `slipway limits`, which limits the calls of plugins, versions and API keys.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { pluginKinds } from '../../contract/states.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import type { OptionValues } from '../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import { listCommand } from '../command/list-command.ts';
import { splitPluginRef } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';

const setOptions = {
  '--key <id>': 'a key instead of a plugin',
  '--kind <kind>': { description: 'kind of the plugin', choices: pluginKinds, default: 'extractor' },
  '--org': "one of the organization's own plugins",
  '--per-minute <calls>': { description: 'calls that may begin in a minute', parse: parseCount },
  '--at-once <calls>': { description: 'calls that may be in progress', parse: parseCount },
} as const;

const set = serverCommand({
  name: 'set',
  summary: 'limit the calls of a plugin, version or key',
  description:
    'Replaces the limit of a plugin (all versions together), a version or a key. Without a number, there is none. Calls beyond it get 429.',
  arguments: { '[plugin]': 'NAME or NAME@VERSION' },
  options: setOptions,
  examples: ['slipway limits set text_profile --per-minute 600 --at-once 20', 'slipway limits set --key key_…'],
  async run({ client, namespaceId }, { plugin }, options) {
    const { atOnce = null, key, kind, org = false, perMinute = null } = options;
    const target =
      key === undefined
        ? { ...targetOf(plugin, kind), ...(org ? {} : { namespace_id: await namespaceId() }) }
        : { key_id: key };
    const body = { ...target, calls_per_minute: perMinute, calls_at_once: atOnce };
    const limit = await client.put('/v1/call-limits', { body });
    return { json: limit, text: `✓ ${printable(limit.name)}: ${shown(limit)}\n` };
  },
});

const list = listCommand({
  name: 'list',
  summary: 'list the limits',
  description: 'Lists the limits of calls.',
  examples: ['slipway limits list'],
  fetch: ({ client }, query) => client.get('/v1/call-limits', { query }),
  empty: 'There are no limits.',
  head: ['LIMITED', 'NAME', 'NAMESPACE', 'LIMIT'],
  row: (limit) => [limit.limited, printable(limit.name), limit.namespace_id ?? '-', shown(limit)],
});

export const limits = commandGroup({ name: 'limits', summary: 'limit the calls of plugins and keys' }, [set, list]);

/** Only extractors have versions that can be called one by one. */
function targetOf(plugin: string | undefined, kind: OptionValues<typeof setOptions>['kind']) {
  if (plugin === undefined) throw new Failure('usage', 'the plugin is missing', { hint: 'Pass NAME, or --key KEY.' });
  const ref = kind === 'extractor' ? splitPluginRef(plugin) : undefined;
  if (ref?.version !== undefined) return { plugin_id: formatPluginId(ref.name, ref.version) };
  return { kind, name: ref?.name ?? plugin };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('Use a number from 1 on.');
  return Number(text);
}

function shown({ calls_at_once: atOnce, calls_per_minute: perMinute }: components['schemas']['CallLimit']): string {
  const parts = [
    perMinute !== null && `${perMinute} ${perMinute === 1 ? 'call' : 'calls'} a minute`,
    atOnce !== null && `${atOnce} at once`,
  ];
  return parts.filter(Boolean).join(', ') || 'no limit';
}
