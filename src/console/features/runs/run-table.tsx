// The table of runs, with a state filter.
import { Link } from '@tanstack/react-router';
import { formatBytes, formatDuration } from '../../../core/quantities.ts';
import { Actor } from '../../parts/actor.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { measureProgress, rowsText } from './data/run-progress.ts';
import type { Run, RunState } from './data/run-queries.ts';

interface Props {
  namespace: string;
  runs: Run[] | undefined;
}

export function RunTable({ namespace, runs }: Props) {
  const columns: Column<Run>[] = [
    {
      id: 'run',
      title: 'Run',
      sortBy: ({ name, version }) => `${name} ${version}`,
      cell: ({ name, run_id: run, version }) => (
        <Link to="/n/$namespace/runs/$run" params={{ namespace, run }}>
          {name} <code>{version}</code>
        </Link>
      ),
    },
    {
      id: 'state',
      title: 'State',
      sortBy: ({ status }) => status,
      cell: ({ status }) => <RunStatus status={status} />,
    },
    ...otherColumns,
  ];
  return (
    <Table caption="Runs, newest first" order="-created" columns={columns} rows={runs} keyOf={({ run_id }) => run_id} />
  );
}

const otherColumns: Column<Run>[] = [
  {
    id: 'rows',
    title: 'Rows',
    kind: 'figure',
    sortBy: ({ rows }) => rows,
    cell: (run) => rowsText(measureProgress(run, [], Date.now())),
  },
  {
    id: 'failed',
    title: 'Failed',
    kind: 'figure',
    hidden: 'below-600',
    sortBy: ({ failed }) => failed,
    cell: ({ failed }) => (failed === 0 ? '–' : <strong className="problem">{failed.toLocaleString('en')}</strong>),
  },
  { id: 'input', title: 'Input', hidden: 'below-900', cell: inputText },
  { id: 'who', title: 'Who', hidden: 'below-900', cell: ({ created_by }) => <Actor actor={created_by} /> },
  {
    id: 'took',
    title: 'Took',
    kind: 'figure',
    hidden: 'below-900',
    sortBy: (run) => measureProgress(run, [], Date.now()).tookMs,
    cell: (run) => {
      const { tookMs } = measureProgress(run, [], Date.now());
      return tookMs === null ? '–' : formatDuration(tookMs);
    },
  },
  timeColumn('created', 'Created', ({ created_at }) => created_at),
];

/** Returns text such as `CSV, gzip, 4.2 MB`. */
export function inputText({ input: { bytes, compression, failed_of, format } }: Pick<Run, 'input'>): string {
  const size = bytes === null ? [] : [formatBytes(bytes)];
  if (failed_of !== null) return ['previously failed rows', ...size].join(', ');
  return [format.toUpperCase(), ...(compression === null ? [] : [compression]), ...size].join(', ');
}

const tones: Record<RunState, Tone> = {
  open: 'quiet',
  queued: 'busy',
  splitting: 'busy',
  running: 'busy',
  succeeded: 'good',
  partial: 'warning',
  failed: 'bad',
  cancelled: 'quiet',
  expired: 'quiet',
};

/** Explains states whose name doesn't say what happens next. */
export const stateTexts: Partial<Record<RunState, string>> = {
  open: 'Waits for its input. It expires a day after it was created.',
  queued: 'Starts as soon as there is a worker.',
  splitting: 'Its rows are being counted. Work on the first ones has started.',
  cancelled: 'Finished rows keep their results.',
  expired: 'Its input was not uploaded in time.',
};

export function RunStatus({ status }: { status: RunState }) {
  return <Status tone={tones[status]}>{status}</Status>;
}
