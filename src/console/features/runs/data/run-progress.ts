// Computes a run's progress, rate and remaining time.
import type { components } from '../../../../client/api.gen.d.ts';

type Run = components['schemas']['Run'];

/** Number of rows finished at a point in time. */
export interface Sample {
  at: number;
  ended: number;
}

/** Averages over the last half minute, because no row finishes while a run's first processes are installed and started. */
const watchedMs = 30_000;
/** Shorter spans are unreliable because many rows finish at once. */
const watchedMinMs = 3000;

export function withSample(samples: readonly Sample[], added: Sample): Sample[] {
  return [...samples.filter(({ at }) => at > added.at - watchedMs), added];
}

export interface Progress {
  /** Rows with a result or an error. */
  ended: number;
  /** Null while they are being counted. */
  rows: number | null;
  /** Null while unknown. */
  rowsPerSecond: number | null;
  leftMs: number | null;
  /** Time from start to end, or until now. */
  tookMs: number | null;
}

type Counted = Pick<Run, 'status' | 'rows' | 'done' | 'failed' | 'started_at' | 'ended_at'>;

export function measureProgress(run: Counted, samples: readonly Sample[], now: number): Progress {
  const { done, ended_at, failed, started_at, status } = run;
  const ended = done + failed;
  const rows = status === 'splitting' || status === 'queued' || status === 'open' ? null : run.rows;
  const tookMs = started_at === null ? null : (ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at);
  const rowsPerSecond = (ended_at === null ? watchedRate(samples) : null) ?? rateOf(ended, tookMs);
  const isCounted = rows !== null && ended_at === null && rowsPerSecond !== null;
  return {
    ended,
    rows,
    rowsPerSecond,
    leftMs: isCounted ? ((rows - ended) / rowsPerSecond) * 1000 : null,
    tookMs,
  };
}

function watchedRate(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < watchedMinMs) return null;
  return rateOf(last.ended - first.ended, last.at - first.at);
}

function rateOf(rows: number, ms: number | null): number | null {
  return ms === null || ms <= 0 || rows <= 0 ? null : (rows / ms) * 1000;
}

/** Returns `9,990 of 10,000`, or only the count so far. */
export function rowsText({ ended, rows }: Pick<Progress, 'ended' | 'rows'>): string {
  const text = ended.toLocaleString('en');
  return rows === null ? text : `${text} of ${rows.toLocaleString('en')}`;
}

/** Returns `1,240`, or one decimal below ten: `0.4`. */
export function rateText(rowsPerSecond: number): string {
  const digits = rowsPerSecond < 10 ? 1 : 0;
  return rowsPerSecond.toLocaleString('en', { maximumFractionDigits: digits });
}
