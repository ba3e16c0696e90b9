// Defines `slipway list`, which lists a namespace's plugins and the installed Go plugins.
import type { components } from '../../client/api.gen.d.ts';
import { newestWord, versionWord } from '../../contract/state-words.ts';
import { type PageOptions, pageJson, pageNotes, pageOptions, pageQuery } from '../arguments/paging.ts';
import { serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import type { GoPlugin } from '../go-plugins/installed.ts';
import { type Kind, kinds } from '../plugins/categories.ts';
import { markedState, type Overview, readOverviews } from '../plugins/version-states.ts';
import { withdrawnSuffix } from '../plugins/withdrawal-text.ts';
import { table } from '../terminal/table.ts';

const sources = ['all', 'builtin', 'custom', 'community'] as const;

type PluginListItem = components['schemas']['PluginListItem'];

interface Options extends PageOptions {
  kind?: Kind;
  source: (typeof sources)[number];
  search?: string;
}

export const list = serverCommand({
  name: 'list',
  summary: "list a namespace's plugins",
  description: "Lists a namespace's plugin versions and the installed Go plugins, with their state.",
  options: {
    '--source <source>': {
      description: "custom: the namespace's, community: the organization's, builtin: always empty",
      choices: sources,
      default: 'all',
    },
    '--kind <kind>': { description: 'only one kind', choices: kinds },
    '--search <prefix>': 'only plugins whose names start with this',
    ...pageOptions,
  },
  examples: [
    'slipway list',
    'slipway list --source community         plugins that the organization shares',
    'slipway list --kind pipeline',
    'slipway list --search face             plugins whose names begin with it',
  ],
  async run(connection, _, { kind, ...options }) {
    const { listResult } = await import('../go-plugins/installed.ts');
    if (kind === 'extractor' || options.source !== 'all') return listExtractors(connection, options);
    return kind === undefined ? listAll(connection, options) : listResult(connection, kind, options.search);
  },
});

async function listAll(connection: Connection, options: Options): Promise<CommandResult> {
  const { formatGoPlugins, visibleGoPlugins } = await import('../go-plugins/installed.ts');
  const [extractors, pipeline, storage] = await Promise.all([
    listExtractors(connection, options),
    visibleGoPlugins(connection, 'pipeline', options.search),
    visibleGoPlugins(connection, 'storage', options.search),
  ]);
  const goPlugins: [title: string, plugins: GoPlugin[]][] = [
    ['Pipeline plugins', pipeline],
    ['Storage plugins', storage],
  ];
  const goTexts = goPlugins.flatMap(([title, plugins]) =>
    plugins.length === 0 ? [] : [`${title}\n${formatGoPlugins(plugins)}`],
  );
  const ownText = extractors.json.results.length === 0 && goTexts.length > 0 ? [] : [extractors.text];
  const { json, notes } = extractors;
  return { json: { ...json, pipeline, storage }, text: [...ownText, ...goTexts].join('\n'), notes };
}

async function listExtractors(
  connection: Connection,
  { source, search, ...page }: Options,
): Promise<CommandResult & { json: { results: PluginListItem[] }; notes: string[] }> {
  const { client, namespaceId } = connection;
  const path = { namespace_id: await namespaceId() };
  const query = { ...pageQuery(page), search };
  const answer = await client.get('/v1/namespaces/{namespace_id}/plugins', { path, query });
  const { next_cursor: nextCursor, plugins } = answer;
  const overviews = plugins.length > 0 ? await readOverviews(connection, search) : new Map();
  const items = plugins.filter(({ source: owner }) => source === 'all' || displaySource(owner) === source);
  const text = formatPlugins(items, overviews, { source, search });
  return { json: pageJson(items, nextCursor), text, notes: pageNotes(nextCursor) };
}

/** Maps to the documented source names: a namespace's own plugins are `custom`, its organization's are `community`. */
function displaySource(owner: PluginListItem['source']): (typeof sources)[number] {
  return owner === 'namespace' ? 'custom' : 'community';
}

function formatPlugins(
  items: PluginListItem[],
  overviews: ReadonlyMap<string, Overview>,
  { source, search }: { source: Options['source']; search: string | undefined },
): string {
  if (items.length === 0 && search !== undefined) return `No plugin's name starts with ${search}.\n`;
  if (items.length === 0 && source === 'builtin')
    return 'Slipway has no built-in plugins; the source exists for clients that ask for it.\n';
  if (items.length === 0 && source !== 'all') return `No ${source} plugins in this namespace.\n`;
  if (items.length === 0)
    return 'No plugins yet. Create one with `slipway init NAME` and publish it with `slipway publish`.\n';
  const rows = items.map((item) => [
    item.name,
    item.version,
    stateOf(item, overviews.get(`extractor ${item.name}`)),
    displaySource(item.source),
    item.plugin_id,
  ]);
  return table([['PLUGIN', 'VERSION', 'STATE', 'SOURCE', 'ID'], ...rows]);
}

function stateOf(item: PluginListItem, plugin: Overview | undefined): string {
  const { deployed, deployment_state, stage, version } = item;
  const servesName = plugin?.live_version === version;
  const word = versionWord({ deployed, servesName, version, plugin, stage }, newestWord(deployment_state));
  return `${markedState(word)}${withdrawnSuffix(item)}${deployed && deployment_state === 'failed' ? ', last deployment failed' : ''}`;
}
