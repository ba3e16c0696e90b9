// Converts call counts to lines over time, with a value for every hour or minute, even without calls.
import type { components } from '../../../client/api.gen.d.ts';

type Traffic = Pick<components['schemas']['PluginTraffic'], 'by_time' | 'since' | 'step' | 'until'>;
type Row = Traffic['by_time'][number];

const lengths = { hour: 3_600_000, minute: 60_000 };

export interface TrafficSeries {
  times: number[];
  answered: number[];
  failed: number[];
  p50: (number | null)[];
  p95: (number | null)[];
}

export function trafficSeries({ by_time, since, step, until }: Traffic): TrafficSeries {
  const stepMs = lengths[step];
  const first = Math.floor(Date.parse(since) / stepMs) * stepMs;
  const count = Math.floor((Date.parse(until) - first) / stepMs) + 1;
  const times = Array.from({ length: count }, (_, index) => first + index * stepMs);
  const rows = times.map((time) => by_time.filter(({ at }) => Date.parse(at) === time));
  return {
    times,
    answered: rows.map((own) => sum(own, 'calls') - sum(own, 'errors')),
    failed: rows.map((own) => sum(own, 'errors')),
    p50: rows.map((own) => ofMostCalled(own)?.p50_ms ?? null),
    p95: rows.map((own) => ofMostCalled(own)?.p95_ms ?? null),
  };
}

function sum(rows: readonly Row[], of: 'calls' | 'errors'): number {
  return rows.reduce((total, row) => total + row[of], 0);
}

/** Percentiles of versions can't be added. If two versions were called, the one with more calls stands for both. */
function ofMostCalled(rows: readonly Row[]): Row | undefined {
  return rows.toSorted((a, b) => b.calls - a.calls)[0];
}

type Point = readonly [x: number, value: number];

/** Splits a line where there was nothing to measure. */
export function lineParts(points: readonly (readonly [x: number, value: number | null | undefined])[]): Point[][] {
  const parts: Point[][] = [];
  let isOpen = false;
  for (const [x, value] of points) {
    if (typeof value !== 'number') isOpen = false;
    else if (isOpen) parts.at(-1)?.push([x, value]);
    else {
      parts.push([[x, value]]);
      isOpen = true;
    }
  }
  return parts;
}
