// Keeps the curves of a release in bounded space: when they are full, each two neighbors become one.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { type ReleaseDelta, type ReleaseMeasured, type ReleaseSide, releaseSides } from '../../contract/releases.ts';
import { addDurations, type Durations, percentileMs } from './durations.ts';

type Point = ReleaseMeasured['series'][number];
type PointSide = Point[ReleaseSide];

interface OpenSide {
  calls: number;
  errors: number;
  durations: Durations;
}

export interface Series {
  stepMs: number;
  /** When the open point ends. */
  endsAt: number;
  open: Record<ReleaseSide, OpenSide>;
  points: Point[];
}

export function newSeries(now: number): Series {
  const { seriesStepMs } = releaseLimits;
  return { stepMs: seriesStepMs, endsAt: now + seriesStepMs, open: newOpen(), points: [] };
}

export function addToSeries(series: Series, { drawn }: ReleaseDelta, now: number): void {
  endPoints(series, now);
  for (const side of releaseSides) {
    series.open[side].calls += drawn[side].calls;
    series.open[side].errors += drawn[side].errors;
    addDurations(series.open[side].durations, drawn[side].durations);
  }
}

/** Returns all points, the open one included. */
export function pointsUntil({ points, open, endsAt }: Series): Point[] {
  return [...points, closed(open, endsAt)];
}

function endPoints(series: Series, now: number): void {
  while (now >= series.endsAt) {
    series.points.push(closed(series.open, series.endsAt));
    series.open = newOpen();
    if (series.points.length >= releaseLimits.seriesMax) {
      series.points = inPairs(series.points);
      series.stepMs *= 2;
    }
    series.endsAt += series.stepMs;
  }
}

function inPairs(points: Point[]): Point[] {
  return points.flatMap((later, nth) => {
    const earlier = points[nth - 1];
    if (nth % 2 === 0 || !earlier) return [];
    return [
      {
        at: later.at,
        stable: merged(earlier.stable, later.stable),
        candidate: merged(earlier.candidate, later.candidate),
      },
    ];
  });
}

/** Merges two points. Their durations aren't kept, so the percentile is the mean, weighted by calls. */
function merged(a: PointSide, b: PointSide): PointSide {
  const calls = a.calls + b.calls;
  const mean = ((a.p95_ms ?? 0) * a.calls + (b.p95_ms ?? 0) * b.calls) / calls;
  const p95 = a.p95_ms === null || b.p95_ms === null ? (a.p95_ms ?? b.p95_ms) : Math.round(mean * 10) / 10;
  return { calls, errors: a.errors + b.errors, p95_ms: p95 };
}

function closed(open: Series['open'], at: number): Point {
  const side = ({ calls, errors, durations }: OpenSide) => ({ calls, errors, p95_ms: percentileMs(durations, 0.95) });
  return { at, stable: side(open.stable), candidate: side(open.candidate) };
}

function newOpen(): Series['open'] {
  return { stable: { calls: 0, errors: 0, durations: {} }, candidate: { calls: 0, errors: 0, durations: {} } };
}
