// Defines `slipway traffic`, which shows a plugin's calls, errors and latencies, and its deployments and rollbacks in the same period.

import type { components } from '../../client/api.gen.d.ts';
import { formatDuration } from '../../core/quantities.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

type Traffic = components['schemas']['PluginTraffic'];
type Counts = components['schemas']['PluginCounts'];

export const traffic = serverCommand({
  name: 'traffic',
  summary: 'show calls, errors and latencies',
  description:
    'Shows calls, errors and latencies of each version of a plugin in the last hours, with its deployments and rollbacks.',
  arguments: { '[plugin]': 'NAME (default: the plugin in this folder)' },
  options: {
    '--hours <count>': {
      description: 'how many hours: up to 168 by the hour (default: 24), up to 6 by the minute (default: 1)',
      parse: wholeNumber(168),
    },
    '--step <step>': { description: 'count by hour or by minute', choices: ['hour', 'minute'] },
    '--days <count>': {
      description: 'show calls, callers and downloads by the day instead: up to 395 days',
      parse: wholeNumber(395),
      conflicts: ['hours', 'step'],
    },
    ...kindOption,
  },
  examples: [
    'slipway traffic my_plugin',
    'slipway traffic my_plugin --hours 168    a week',
    'slipway traffic my_plugin --days 90      who uses it',
    'slipway traffic my_plugin --step minute  the last hour, by the minute',
  ],
  async run(connection, { plugin: ref }, { kind, days, hours, step }) {
    const { forPlugin } = await import('../any-kind/by-kind.ts');
    return forPlugin(connection, ref, kind, async ({ connection: there, kind: ofKind, name }) => {
      const path = { namespace_id: await there.namespaceId(), slug: name };
      if (days !== undefined) {
        const byDay = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/counts';
        const counts = await there.client.get(byDay, { path, query: { ...ofKind, days } });
        return { json: counts, text: formatDays(counts) };
      }
      const query = { ...ofKind, hours, step };
      const route = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/traffic';
      return trafficResult(await there.client.get(route, { path, query }));
    });
  },
});

/** Leaves out days without use. */
function formatDays({ callers_30d, days, last_called_at, name, namespaces, total }: Counts): string {
  const used = days.filter(({ calls, downloads }) => calls > 0 || downloads > 0);
  const rows = used.map(({ callers, calls, date, downloads }) => [
    date,
    String(calls),
    String(callers),
    String(downloads),
  ]);
  const last = last_called_at === null ? 'never' : formatTime(last_called_at);
  const sums = `${total.calls} calls and ${total.downloads} downloads in ${days.length} days. Called by ${callers_30d} keys in 30 days, last ${last}. In ${namespaces} namespaces.\n`;
  if (used.length === 0) return `${name}: ${sums}`;
  return `${table([['DAY (UTC)', 'CALLS', 'CALLERS', 'DOWNLOADS'], ...rows])}\n${sums}`;
}

function trafficResult(traffic: Traffic): CommandResult {
  const notes = traffic.truncated ? ['The oldest rows are missing because the response is full.'] : [];
  return { json: traffic, text: formatTraffic(traffic), notes };
}

function formatTraffic({ by_time, by_version, marks, name, since, step, total }: Traffic): string {
  const changes =
    marks.length === 0 ? '' : `\n${table([['TIME (UTC)', 'CHANGE', 'VERSION'], ...marks.map(markCells)])}`;
  if (total.calls === 0) return `${name} has had no calls since ${formatTime(since)}.\n${changes}`;
  const shown = { batches: Boolean(total.batches), invalid: total.invalid_inputs > 0 };
  const head = [
    ...['CALLS', 'ERRORS', ...(shown.invalid ? ['INVALID'] : []), 'P50', 'P95'],
    ...[...(shown.batches ? ['BATCH', 'WAIT'] : []), 'MISMATCHED'],
  ];
  const cells = (count: Traffic['by_version'][number]) => [shortVersion(count.version), ...cellsOf(count, shown)];
  const versions = by_version.map(cells);
  const times = by_time.map((count) => [minuteText(count.at), ...cells(count)]);
  const when = step === 'hour' ? 'HOUR (UTC)' : 'MINUTE (UTC)';
  return `${table([['VERSION', ...head], ...versions])}\n${table([[when, 'VERSION', ...head], ...times])}${changes}`;
}

const changeTexts: Record<Traffic['marks'][number]['type'], string> = {
  deployed: 'deployed',
  failed: 'deployment failed',
  promoted: 'live',
  undeployed: 'undeployed',
  rolled_back: 'rolled back to',
};

function markCells({ at, type, version }: Traffic['marks'][number]): string[] {
  return [minuteText(at), changeTexts[type], version === null ? '-' : shortVersion(version)];
}

function minuteText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** Shortens a commit hash. */
function shortVersion(version: string): string {
  return version.slice(0, 12);
}

/** Mismatches are a share of the checked answers, not of all calls. The mean size of batches and the mean wait follow the latencies. */
function cellsOf(count: Traffic['total'], shown: { batches: boolean; invalid: boolean }): string[] {
  const { batches, calls, checked, errors, invalid_inputs, mismatched, p50_ms, p95_ms } = count;
  const latency = (ms: number | null | undefined) => (ms == null ? '-' : formatDuration(ms));
  const share = checked === 0 ? '-' : `${mismatched} of ${checked}`;
  const invalid = shown.invalid ? [String(invalid_inputs)] : [];
  const batch = shown.batches ? [batches ? String(batches.mean_size) : '-', latency(batches?.mean_wait_ms)] : [];
  return [String(calls), String(errors), ...invalid, latency(p50_ms), latency(p95_ms), ...batch, share];
}
