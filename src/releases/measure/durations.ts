// Counts durations by bucket, and which of them test the candidate's 95th percentile.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import {
  bucketMs,
  durationFactor,
  type ReleaseDelta,
  type ReleaseSide,
  releaseSides,
} from '../../contract/releases.ts';
import type { Outcomes } from './evidence.ts';

export type Durations = Record<string, number>;

/** Durations of each side that don't count, since its newest instances are still warming up. */
export type WarmUp = Record<ReleaseSide, number>;

/** Earlier calls of the stable version that it takes to know its 95th percentile. */
const callsForPercentile = 40;

export function addDurations(durations: Durations, more: Durations): void {
  for (const [bucket, calls] of Object.entries(more)) durations[bucket] = (durations[bucket] ?? 0) + calls;
}

/** Returns the milliseconds that a share of calls doesn't exceed; null without calls. */
export function percentileMs(durations: Durations, share: number): number | null {
  const bucket = percentileBucket(durations, share);
  return bucket === null ? null : Math.round(bucketMs(bucket) * 10) / 10;
}

/**
 * Returns how many durations in a report are slow; undefined if it doesn't count. A call to the stable version is slow beyond the
 * 95th percentile of its earlier calls, one to the candidate beyond that times `ratio`, rounded to a bucket: 1.5 is tested as 1.46. The
 * candidate has more slow calls if its 95th percentile is more than that many times as high.
 */
export function slowCalls(
  { drawn, sticky }: ReleaseDelta,
  warmUp: WarmUp,
  earlier: Durations,
  ratio: number,
): Record<ReleaseSide, Outcomes> | undefined {
  const isWarm = releaseSides.every((side) => warmUp[side] <= 0);
  // The calls of a sticky caller aren't drawn one by one, and their durations aren't counted apart.
  if (!isWarm || Object.keys(sticky).length > 0 || total(earlier) < callsForPercentile) return;
  const bound = nearestBound(earlier);
  const higher = bound + Math.round(Math.log(ratio) / Math.log(durationFactor));
  return { stable: beyond(drawn.stable.durations, bound), candidate: beyond(drawn.candidate.durations, higher) };
}

/** Adds the warm-up of instances that started. The candidate's first start is expected: it is in its warm-up from the beginning. */
export function expectWarmUp(warmUp: WarmUp, { drawn }: ReleaseDelta, isFirst: boolean): void {
  for (const side of releaseSides) {
    const starts = drawn[side].starts - (side === 'candidate' && isFirst ? 1 : 0);
    warmUp[side] += Math.max(0, starts) * releaseLimits.warmUpCalls;
  }
}

export function passWarmUp(warmUp: WarmUp, { drawn }: ReleaseDelta): void {
  for (const side of releaseSides) warmUp[side] = Math.max(0, warmUp[side] - total(drawn[side].durations));
}

function beyond(durations: Durations, bound: number): Outcomes {
  const slow = Object.entries(durations).filter(([bucket]) => Number(bucket) > bound);
  return { calls: total(durations), failed: total(Object.fromEntries(slow)) };
}

/** Returns the bucket beyond which the share of calls is nearest to 5%. */
function nearestBound(durations: Durations): number {
  const highest = percentileBucket(durations, 0.95) ?? 0;
  const shares = [highest - 1, highest].map((bound) =>
    Math.abs(beyond(durations, bound).failed / total(durations) - 0.05),
  );
  return (shares[0] ?? 0) < (shares[1] ?? 0) ? highest - 1 : highest;
}

function percentileBucket(durations: Durations, share: number): number | null {
  let left = share * total(durations);
  const buckets = Object.keys(durations)
    .map(Number)
    .sort((a, b) => a - b);
  for (const bucket of buckets) {
    left -= durations[bucket] ?? 0;
    if (left <= 0) return bucket;
  }
  return null;
}

function total(durations: Durations): number {
  return Object.values(durations).reduce((sum, calls) => sum + calls, 0);
}
