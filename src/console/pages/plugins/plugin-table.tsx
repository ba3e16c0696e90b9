// Columns of the plugins page.
import { formatDuration } from '../../../core/quantities.ts';
import { failsNow } from '../../data/failing-plugins.ts';
import type { ListedPlugin, PluginCalls } from '../../data/listed-plugins.ts';
import { Actor } from '../../parts/actor.tsx';
import { Sparkline } from '../../parts/charts/sparkline.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { callCount, ErrorShare } from '../../parts/figures.tsx';
import { PluginLink } from '../../parts/plugins/plugin-link.tsx';
import { Status, toneOfVersion, Verdict } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  rows: ListedPlugin[] | undefined;
}

export function PluginTable({ namespace, rows }: Props) {
  const columns: Column<ListedPlugin>[] = [
    {
      id: 'name',
      title: 'Plugin',
      sortBy: ({ name }) => name,
      cell: (plugin) => (
        <>
          <PluginLink namespace={namespace} plugin={plugin} /> <span className="kind">{kindNames[plugin.kind]}</span>
        </>
      ),
    },
    ...columnsOfState,
  ];
  return (
    <Table caption="Plugins" order="name" columns={columns} rows={rows} keyOf={({ kind, name }) => `${kind} ${name}`} />
  );
}

const kindNames: Record<ListedPlugin['kind'], string> = {
  extractor: 'Python',
  pipeline: 'Go pipeline',
  storage: 'Go storage',
  agent: 'Agent',
};

const columnsOfState: Column<ListedPlugin>[] = [
  {
    id: 'version',
    title: 'Live version',
    kind: 'name',
    sortBy: ({ liveVersion }) => liveVersion,
    hidden: 'below-600',
    cell: ({ liveVersion }) => (liveVersion === null ? '–' : <code>{visible(liveVersion)}</code>),
  },
  { id: 'state', title: 'State', sortBy: ({ state }) => state, cell: (plugin) => <State plugin={plugin} /> },
  {
    id: 'calls',
    title: 'Calls, 30 d',
    kind: 'figure',
    hidden: 'below-600',
    sortBy: ({ calls }) => calls?.calls_30d ?? null,
    cell: ({ calls }) => calls && <Trend calls={calls} />,
  },
  {
    id: 'callers',
    title: 'Callers',
    kind: 'figure',
    hidden: 'below-1280',
    sortBy: ({ calls }) => calls?.callers_30d ?? null,
    cell: ({ calls }) => callCount(calls?.callers_30d ?? 0),
  },
  {
    id: 'errors',
    title: 'Errors, 24 h',
    kind: 'figure',
    hidden: 'below-1280',
    sortBy: ({ calls }) => (calls ? calls.errors / Math.max(1, calls.calls) : null),
    cell: ({ calls }) => <ErrorShare calls={calls} />,
  },
  {
    id: 'latency',
    title: 'p95',
    kind: 'figure',
    hidden: 'below-1280',
    sortBy: ({ calls }) => calls?.p95_ms ?? null,
    cell: ({ calls }) => ((calls?.p95_ms ?? null) === null ? '–' : formatDuration(calls?.p95_ms ?? 0)),
  },
  {
    id: 'by',
    title: 'Changed by',
    kind: 'name',
    hidden: 'below-1280',
    cell: ({ calls }) => (calls?.changed ? <Actor actor={calls.changed.by} /> : '–'),
  },
  timeColumn('changed', 'Changed', ({ changedAt }) => changedAt),
];

/** Shows the calls of each day, if there is room, and of all days. */
function Trend({ calls }: { calls: PluginCalls }) {
  return (
    <>
      <span className="extra">
        <Sparkline values={calls.calls_by_day} isFailing={failsNow(calls)} />
      </span>{' '}
      {callCount(calls.calls_30d)}
    </>
  );
}

/** Shows the state, and the scan verdict unless the scan passed. */
function State({ plugin: { state, stateText, verdict = 'pass' } }: { plugin: ListedPlugin }) {
  return (
    <span className="states">
      <Status tone={toneOfVersion[state]}>{stateText}</Status>
      {verdict !== 'pass' && <Verdict verdict={verdict} />}
    </span>
  );
}
