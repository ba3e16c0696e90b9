// `slipway list`: the plugins of a namespace.
import { type Command, Option } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
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
    .description('Lists every version of every plugin of a namespace, or the Go plugins, with what serves.')
    .addOption(new Option('--source <source>', 'whose plugins').choices(sources).default('all'))
    .addOption(kindOption());
  connected<Options>(command, context, async (connection, { kind, source }) => {
    if (kind !== 'extractor') {
      const { toldList } = await import('../go-plugins/installed.ts');
      return toldList(connection, kind);
    }
    const { client, namespaceId, signal } = connection;
    const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', {
      path: { namespace_id: await namespaceId() },
      signal,
    });
    const items = plugins.filter(({ source: owner }) => source === 'all' || sourceOf(owner) === source);
    return { json: { items }, text: textOf(items, source) };
  });
}

/** In the documented words: what a namespace made itself is custom, what its organization shares comes from the community. */
function sourceOf(owner: PluginListItem['source']): (typeof sources)[number] {
  return owner === 'namespace' ? 'custom' : 'community';
}

function textOf(items: PluginListItem[], source: Options['source']): string {
  if (items.length === 0 && source !== 'all') return `No ${source} plugins here.\n`;
  if (items.length === 0)
    return 'No plugins here yet. `slipway init NAME` makes one, `slipway publish` publishes it.\n';
  const rows = items.map((item) => [
    item.name,
    item.version,
    item.deployed ? '✓ live' : '- not deployed',
    sourceOf(item.source),
    item.plugin_id,
  ]);
  return table([['PLUGIN', 'VERSION', 'STATE', 'SOURCE', 'ID'], ...rows]);
}
