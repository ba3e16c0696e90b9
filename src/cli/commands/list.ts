// Defines `slipway list`, which lists the plugins of a namespace and the installed Go plugins.
import { type Command, Option } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, type CommandResult, withConnection } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import type { GoPlugin } from '../go-plugins/installed.ts';
import { type Kind, kinds } from '../init/categories.ts';
import { table } from '../table.ts';

const sources = ['all', 'builtin', 'custom', 'community'] as const;

type PluginListItem = components['schemas']['PluginListItem'];

interface Options {
  kind?: Kind;
  source: (typeof sources)[number];
}

const examples = `Examples:
  slipway list
  slipway list --source community         plugins that the organization shares
  slipway list --kind pipeline
`;

export function addList(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .summary('list the plugins of a namespace')
    .description('Lists the plugin versions of a namespace and the installed Go plugins, with their state.')
    .addOption(new Option('--source <source>', 'where the plugins come from').choices(sources).default('all'))
    .addOption(new Option('--kind <kind>', 'only one kind').choices(kinds))
    .addHelpText('before', examples);
  withConnection<Options>(command, context, async (connection, { kind, source }) => {
    const { listResult } = await import('../go-plugins/installed.ts');
    if (kind === 'extractor' || source !== 'all') return listExtractors(connection, source);
    return kind === undefined ? listAll(connection) : listResult(connection, kind);
  });
}

async function listAll(connection: Connection): Promise<CommandResult> {
  const { formatGoPlugins, visibleGoPlugins } = await import('../go-plugins/installed.ts');
  const [extractors, pipeline, storage] = await Promise.all([
    listExtractors(connection, 'all'),
    visibleGoPlugins(connection, 'pipeline'),
    visibleGoPlugins(connection, 'storage'),
  ]);
  const goPlugins: [title: string, plugins: GoPlugin[]][] = [
    ['Pipeline plugins', pipeline],
    ['Storage plugins', storage],
  ];
  const goTexts = goPlugins.flatMap(([title, plugins]) =>
    plugins.length === 0 ? [] : [`${title}\n${formatGoPlugins(plugins)}`],
  );
  const ownText = extractors.items.length === 0 && goTexts.length > 0 ? [] : [extractors.text];
  return { json: { items: extractors.items, pipeline, storage }, text: [...ownText, ...goTexts].join('\n') };
}

async function listExtractors(
  { client, namespaceId, signal }: Connection,
  source: Options['source'],
): Promise<CommandResult & { items: PluginListItem[] }> {
  const path = { namespace_id: await namespaceId() };
  const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', { path, signal });
  const items = plugins.filter(({ source: owner }) => source === 'all' || displaySource(owner) === source);
  return { items, json: { items }, text: formatPlugins(items, source) };
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
    stateOf(item),
    displaySource(item.source),
    item.plugin_id,
  ]);
  return table([['PLUGIN', 'VERSION', 'STATE', 'SOURCE', 'ID'], ...rows]);
}

function stateOf({ deployed, deployment_state }: PluginListItem): string {
  if (deployed) return deployment_state === 'failed' ? '✓ live, last deployment failed' : '✓ live';
  if (deployment_state === 'failed') return '✗ failed';
  return deployment_state === null ? '- not deployed' : '· deploying';
}
