// Defines `slipway list`, which lists the plugins of a namespace.
import { type Command, Option } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, withConnection } from '../command.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { Kind } from '../init/categories.ts';
import { table } from '../table.ts';

const sources = ['all', 'builtin', 'custom', 'community'] as const;

type PluginListItem = components['schemas']['PluginListItem'];

interface Options {
  kind: Kind;
  source: (typeof sources)[number];
}

export function addList(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .summary('list the plugins of a namespace')
    .description('Lists all plugin versions of a namespace, or the Go plugins, with their state.')
    .addOption(new Option('--source <source>', 'where the plugins come from').choices(sources).default('all'))
    .addOption(kindOption());
  withConnection<Options>(command, context, async (connection, { kind, source }) => {
    if (kind !== 'extractor') {
      const { listResult } = await import('../go-plugins/installed.ts');
      return listResult(connection, kind);
    }
    const { client, namespaceId, signal } = connection;
    const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', {
      path: { namespace_id: await namespaceId() },
      signal,
    });
    const items = plugins.filter(({ source: owner }) => source === 'all' || displaySource(owner) === source);
    return { json: { items }, text: formatPlugins(items, source) };
  });
}

/** Maps to the documented source names: a namespace's own plugins are `custom`, its organization's are `community`. */
function displaySource(owner: PluginListItem['source']): (typeof sources)[number] {
  return owner === 'namespace' ? 'custom' : 'community';
}

function formatPlugins(items: PluginListItem[], source: Options['source']): string {
  if (items.length === 0 && source !== 'all') return `No ${source} plugins in this namespace.\n`;
  if (items.length === 0)
    return 'No plugins yet. Create one with `slipway init NAME` and publish it with `slipway publish`.\n';
  const rows = items.map((item) => [
    item.name,
    item.version,
    item.deployed ? '✓ live' : '- not deployed',
    displaySource(item.source),
    item.plugin_id,
  ]);
  return table([['PLUGIN', 'VERSION', 'STATE', 'SOURCE', 'ID'], ...rows]);
}
