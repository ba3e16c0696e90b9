// Formats runs for people.
import type { RunCauses } from '../../../contract/features/runs/run-causes.ts';
import { formatBytes, formatDuration } from '../../../core/quantities.ts';
import { formatCount } from '../../terminal/count.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';
import type { Run } from './create.ts';

const marks: Partial<Record<Run['status'], string>> = {
  succeeded: '✓',
  partial: '!',
  failed: '✗',
  cancelled: '✗',
  expired: '✗',
};

type Found = Pick<RunCauses, 'causes' | 'columns'>;

export function formatRun(run: Run, found?: Found): string {
  const { created_at, ended_at, error, started_at } = run;
  const took = started_at && ended_at ? formatDuration(Date.parse(ended_at) - Date.parse(started_at)) : null;
  const facts: [string, string][] = [
    ['run', run.run_id],
    ['rows', rowsText(run)],
    ['results', `output: ${formatBytes(run.output_bytes)}, errors: ${formatBytes(run.error_bytes)}`],
    ['created', formatTime(created_at)],
    ...(took === null ? [] : [['took', took] satisfies [string, string]]),
    ...(error === null ? [] : [['error', printable(error)] satisfies [string, string]]),
    ...(found ? causeRows(found, run.input) : []),
    ...nextSteps(run),
  ];
  const title = `${marks[run.status] ?? '·'} ${run.name} ${run.version}: ${run.status}`;
  return `${[title, ...facts.map(([name, text]) => `  ${name.padEnd(8)} ${text}`)].join('\n')}\n`;
}

/** Returns the most common causes of failed rows with their counts, and the rows' columns, since a missing column is a common cause. */
function causeRows({ causes, columns }: Found, { format }: Run['input']): [string, string][] {
  const names = `${columns.join(', ')}${format === 'csv' ? ' (all text, since the input is CSV)' : ''}`;
  const width = Math.max(...causes.map(({ rows }) => formatCount(rows).length));
  return [
    ...causes.map(({ error, rows }, index): [string, string] => [
      index === 0 ? 'causes' : '',
      `${formatCount(rows).padStart(width)} × ${printable(firstLine(error))}`,
    ]),
    ...(columns.length === 0 ? [] : [['columns', printable(names)] satisfies [string, string]]),
  ];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function rowsText({ done, failed, rows, skipped }: Run): string {
  const parts = [`${formatCount(done)} of ${formatCount(rows)} done`];
  if (skipped > 0) parts.push(`${formatCount(skipped)} of them skipped`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  return parts.join(', ');
}

function nextSteps({ done, ended_at, failed, run_id, status }: Run): [string, string][] {
  if (status === 'open') return [];
  if (ended_at === null) return [['next', `slipway runs watch ${run_id}`]];
  if (failed === 0) return [];
  const errors: [string, string] = ['errors', `slipway runs output ${run_id} --errors`];
  // If no row succeeded, a retry would fail for the same reason.
  return done === 0 ? [errors] : [errors, ['next', `slipway runs retry ${run_id}`]];
}

export function formatRuns(runs: Run[]): string {
  if (runs.length === 0) return 'No runs yet. Create one with `slipway run NAME --input rows.jsonl`.\n';
  const rows = runs.map((run) => [
    run.run_id,
    `${run.name}@${run.version}`,
    `${marks[run.status] ?? '·'} ${run.status}`,
    rowsText(run),
    formatTime(run.created_at),
  ]);
  return table([['RUN', 'PLUGIN', 'STATUS', 'ROWS', 'CREATED'], ...rows]);
}
