// Defines `slipway overview`, which shows one row for each of a namespace's plugins: live version, calls in the last day, last change.
import type { components, operations } from '../../../client/api.gen.d.ts';
import { pluginWord } from '../../../contract/state-words.ts';
import { pageNotes, pageOptions, pageQuery } from '../../arguments/paging.ts';
import { serverCommand } from '../../command.ts';
import { kinds } from '../../init/categories.ts';
import { markedState } from '../../plugins/version-states.ts';
import { formatDuration, formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';

type Overview = components['schemas']['PluginOverview'];
type Query = NonNullable<operations['listPluginOverviews']['parameters']['query']>;

const states = ['live', 'deploying', 'failed', 'batch_only', 'not_deployed'] as const satisfies Overview['state'][];
const sorts = ['name', 'kind', 'state', 'calls', 'errors', 'p95', 'changed'] as const satisfies Query['sort'][];

export const overview = serverCommand({
  name: 'overview',
  summary: "show a namespace's plugins with their calls",
  description: "Shows each plugin's live version in a namespace, its calls over 24 hours, and who changed it last.",
  options: {
    '--kind <kind>': { description: 'only one kind', choices: kinds },
    '--state <state>': { description: 'only one state', choices: states },
    '--search <text>': 'only plugins whose names contain this',
    '--sort <column>': { description: 'what to sort by (default: name)', choices: sorts },
    '--desc': 'the highest first',
    ...pageOptions,
  },
  examples: ['slipway overview', 'slipway overview --sort calls --desc', 'slipway overview --state failed'],
  async run({ client, namespaceId }, _, { desc, kind, search, sort, state, ...page }) {
    const query = { ...pageQuery(page), kind, state, search, sort, order: desc && ('desc' as const) };
    const path = { namespace_id: await namespaceId() };
    const found = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name', { path, query });
    return { json: found, text: formatOverviews(found.results), notes: pageNotes(found.pagination.next_cursor) };
  },
});

function formatOverviews(plugins: readonly Overview[]): string {
  if (plugins.length === 0) return 'No plugins.\n';
  const head = ['PLUGIN', 'KIND', 'LIVE', 'STATE', 'CALLS', 'ERRORS', 'P95', 'CHANGED'];
  return table([head, ...plugins.map(cellsOf)]);
}

function cellsOf(plugin: Overview): string[] {
  const { calls, changed, errors, kind, live_version, name, p95_ms } = plugin;
  const p95 = p95_ms === null ? '-' : formatDuration(p95_ms);
  const change = changed === null ? '-' : `${changed.type.replace('_', ' ')} ${formatTime(changed.at)}`;
  const counted = calls === 0 ? ['-', '-'] : [String(calls), String(errors)];
  return [name, kind, live_version ?? '-', markedState(pluginWord(plugin)), ...counted, p95, change];
}
