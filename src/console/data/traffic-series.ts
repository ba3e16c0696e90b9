// Makes lines over time from the counts of calls, with a value for each hour, also for those without calls.
import type { components } from '../../client/api.gen.d.ts';

type Traffic = Pick<components['schemas']['PluginTraffic'], 'by_hour' | 'since' | 'until'>;
type Row = Traffic['by_hour'][number];

const hourMs = 3_600_000;

export interface TrafficSeries {
  times: number[];
  answered: number[];
  failed: number[];
  p50: (number | null)[];
  p95: (number | null)[];
}

export function trafficSeries({ by_hour, since, until }: Traffic): TrafficSeries {
  const first = Math.floor(Date.parse(since) / hourMs) * hourMs;
  const count = Math.floor((Date.parse(until) - first) / hourMs) + 1;
  const times = Array.from({ length: count }, (_, index) => first + index * hourMs);
  const rows = times.map((time) => by_hour.filter(({ hour }) => Date.parse(hour) === time));
  return {
    times,
    answered: rows.map((hour) => sum(hour, 'calls') - sum(hour, 'errors')),
    failed: rows.map((hour) => sum(hour, 'errors')),
    p50: rows.map((hour) => ofMostCalled(hour)?.p50_ms ?? null),
    p95: rows.map((hour) => ofMostCalled(hour)?.p95_ms ?? null),
  };
}

function sum(rows: readonly Row[], of: 'calls' | 'errors'): number {
  return rows.reduce((total, row) => total + row[of], 0);
}

/** Percentiles of versions can't be added: in an hour of two versions, those of the one with most calls stand for it. */
function ofMostCalled(rows: readonly Row[]): Row | undefined {
  return rows.toSorted((a, b) => b.calls - a.calls)[0];
}
