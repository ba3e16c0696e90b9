// Defines `slipway overview`, which shows one row for each of a namespace's plugins: live version, calls in the last day, last change.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { pluginWord } from '../../contract/state-words.ts';
import { overviewSorts, useSorts } from '../../contract/traffic.ts';
import { formatDuration } from '../../core/quantities.ts';
import { pageNotes, pageOptions, pageQuery } from '../arguments/paging.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { serverCommand } from '../command/command.ts';
import { kinds } from '../plugins/categories.ts';
import { markedState } from '../plugins/version-states.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

type Overview = components['schemas']['PluginOverview'];

const states = ['live', 'deploying', 'failed', 'batch_only', 'not_deployed'] as const satisfies Overview['state'][];
export const overview = serverCommand({
  name: 'overview',
  summary: "show a namespace's plugins with their calls",
  description: "Shows each plugin's live version in a namespace, its calls over 24 hours, and who changed it last.",
  options: {
    '--kind <kind>': { description: 'only one kind', choices: kinds },
    '--state <state>': { description: 'only one state', choices: states },
    '--search <text>': 'only plugins whose names contain this',
    '--sort <column>': { description: 'what to sort by (default: name)', choices: overviewSorts },
    '--desc': 'the highest first',
    '--unused-for <days>': {
      description: 'only plugins neither called nor changed for this long, such as 90d, and their use in 30 days',
      parse: parseDays,
    },
    ...pageOptions,
  },
  examples: [
    'slipway overview',
    'slipway overview --sort calls_30d --desc    most used first',
    'slipway overview --unused-for 90d',
  ],
  async run({ client, namespaceId }, _, { desc, kind, search, sort, state, unusedFor, ...page }) {
    const query = {
      ...pageQuery(page),
      kind,
      state,
      search,
      sort,
      order: desc && ('desc' as const),
      unused_days: unusedFor,
    };
    const path = { namespace_id: await namespaceId() };
    const found = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name', { path, query });
    const showsUse = unusedFor !== undefined || useSorts.some((one) => one === sort);
    return {
      json: found,
      text: formatOverviews(found.results, showsUse),
      notes: pageNotes(found.pagination.next_cursor),
    };
  },
});

function parseDays(text: string): number {
  const days = /^(\d+)d$/.exec(text)?.[1];
  if (days === undefined) throw new InvalidArgumentError('Use a number of days, such as 90d.');
  return wholeNumber(395)(days);
}

function formatOverviews(plugins: readonly Overview[], showsUse: boolean): string {
  if (plugins.length === 0) return 'No plugins.\n';
  const head = ['PLUGIN', 'KIND', 'LIVE', 'STATE'];
  if (!showsUse) return table([[...head, 'CALLS', 'ERRORS', 'P95', 'CHANGED'], ...plugins.map(cellsOf)]);
  const useHead = ['CALLS 30D', 'CALLERS', 'DOWNLOADS', 'LAST CALL'];
  return table([[...head, ...useHead], ...plugins.map((plugin) => [...nameCells(plugin), ...useCells(plugin)])]);
}

function cellsOf(plugin: Overview): string[] {
  const { calls, changed, errors, p95_ms } = plugin;
  const p95 = p95_ms === null ? '-' : formatDuration(p95_ms);
  const change = changed === null ? '-' : `${changed.type.replace('_', ' ')} ${formatTime(changed.at)}`;
  const counted = calls === 0 ? ['-', '-'] : [String(calls), String(errors)];
  return [...nameCells(plugin), ...counted, p95, change];
}

function nameCells(plugin: Overview): string[] {
  const { kind, live_version, name } = plugin;
  return [name, kind, live_version ?? '-', markedState(pluginWord(plugin))];
}

function useCells({ callers_30d, calls_30d, downloads_30d, last_called_at }: Overview): string[] {
  const lastCall = last_called_at === null ? 'never' : formatTime(last_called_at);
  return [String(calls_30d), String(callers_30d), String(downloads_30d), lastCall];
}
