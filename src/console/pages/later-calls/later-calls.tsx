// The organization's later calls, newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { laterCallStates } from '../../../contract/states.ts';
import { formatDuration } from '../../../core/quantities.ts';
import { callTookMs } from '../../data/calls/later-answer.ts';
import { type LaterCall, laterCallsQuery } from '../../data/calls/later-calls.ts';
import { withoutData } from '../../data/paged-query.ts';
import { slipway } from '../../data/shell.ts';
import { timeColumn, useNamespaceNames } from '../../parts/columns.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { StatusFilter } from '../../parts/resource-page.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { LaterCallStatus } from './later-answer.tsx';

export function LaterCallsPage() {
  const { status } = useSearch({ from: '/signed-in/calls' });
  const query = useInfiniteQuery({ ...laterCallsQuery(status), ...withoutData });
  const calls = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Later calls" />
      <StatusFilter label="State" values={laterCallStates} />
      {calls?.length === 0 && status === undefined ? (
        <Empty command={'slipway invoke my_plugin --later -d \'{"text": "hello"}\''}>
          No later calls. A call with <code>Prefer: respond-async</code> is accepted immediately; its result appears
          here. Calls are kept for a day after they end.
        </Empty>
      ) : (
        <CallTable calls={calls} />
      )}
      {calls?.length === 0 && status !== undefined && <p role="status">No call is {status}.</p>}
      <MoreRows query={query} />
      <AsCommand cli={slipway(['calls', 'list'], { status })} path="/v1/calls" query={{ status }} />
    </>
  );
}

function CallTable({ calls }: { calls: LaterCall[] | undefined }) {
  const names = useNamespaceNames();
  const columns: Column<LaterCall>[] = [
    ...firstColumns,
    {
      id: 'namespace',
      title: 'Namespace',
      kind: 'varies',
      hidden: 'below-900',
      cell: ({ namespace_id }) => visible(names.get(namespace_id) ?? namespace_id),
    },
    ...timeColumns,
  ];
  return <Table caption="Later calls, newest first" columns={columns} rows={calls} keyOf={({ call_id }) => call_id} />;
}

const firstColumns: Column<LaterCall>[] = [
  {
    id: 'call',
    title: 'Call of',
    sortBy: ({ plugin }) => plugin,
    cell: ({ call_id: call, plugin, priority }) => (
      <>
        <Link to="/calls/$call" params={{ call }}>
          {visible(plugin)}
        </Link>{' '}
        {priority === 'low' && <span className="kind">low priority</span>}
      </>
    ),
  },
  {
    id: 'state',
    title: 'State',
    sortBy: ({ status }) => status,
    cell: ({ status }) => <LaterCallStatus status={status} />,
  },
];

const timeColumns: Column<LaterCall>[] = [
  {
    id: 'waited',
    title: 'Waited',
    kind: 'figure',
    hidden: 'below-900',
    sortBy: waitedMs,
    cell: (call) => msText(waitedMs(call)),
  },
  {
    id: 'took',
    title: 'Took',
    kind: 'figure',
    hidden: 'below-600',
    sortBy: (call) => callTookMs(call, Date.now()),
    cell: (call) => msText(callTookMs(call, Date.now())),
  },
  timeColumn('sent', 'Sent', ({ created_at }) => created_at),
];

/** Returns the time in the queue. For a call that never started, the time until it ended. */
function waitedMs({ created_at, ended_at, started_at }: LaterCall): number {
  return Date.parse(started_at ?? ended_at ?? new Date().toISOString()) - Date.parse(created_at);
}

function msText(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}
