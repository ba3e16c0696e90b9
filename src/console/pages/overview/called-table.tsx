// The most-called live plugins: each one's live version and health.
import { formatDuration } from '../../../core/quantities.ts';
import { failsNow } from '../../data/failing-plugins.ts';
import type { PluginOverview } from '../../data/plugin-calls.ts';
import { Sparkline } from '../../parts/charts/sparkline.tsx';
import { callCount, ErrorShare } from '../../parts/figures.tsx';
import { PluginLink } from '../../parts/plugins/plugin-link.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  plugins: readonly PluginOverview[];
}

const shownMax = 8;

export function CalledTable({ namespace, plugins }: Props) {
  const called = plugins.filter(({ state }) => state === 'live').toSorted((a, b) => b.calls - a.calls);
  const columns: Column<PluginOverview>[] = [
    { id: 'plugin', title: 'Plugin', cell: (plugin) => <PluginLink namespace={namespace} plugin={plugin} /> },
    ...figures,
  ];
  return (
    <Table
      caption="Live plugins, most called first"
      columns={columns}
      rows={called.slice(0, shownMax)}
      keyOf={({ kind, name }) => `${kind} ${name}`}
    />
  );
}

const figures: Column<PluginOverview>[] = [
  { id: 'version', title: 'Live version', cell: ({ live_version }) => <code>{visible(live_version ?? '')}</code> },
  {
    id: 'day',
    title: 'Calls, 24 h',
    hidden: 'below-600',
    cell: (plugin) => <Sparkline values={plugin.calls_by_hour} isFailing={failsNow(plugin)} />,
  },
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ calls }) => callCount(calls) },
  {
    id: 'errors',
    title: 'Errors',
    kind: 'figure',
    hidden: 'below-600',
    cell: (plugin) => <ErrorShare calls={plugin} />,
  },
  {
    id: 'latency',
    title: 'p95',
    kind: 'figure',
    hidden: 'below-600',
    cell: ({ p95_ms }) => (p95_ms === null ? '–' : formatDuration(p95_ms)),
  },
];
