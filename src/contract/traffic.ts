// Counts of calls per hour and per minute, with latencies in buckets whose bounds double. Counts of several isolates add up;
// percentiles don't.

export const hourMs = 3_600_000;

export const countSteps = ['hour', 'minute'] as const;
/** The period of one count. */
export type CountStep = (typeof countSteps)[number];

export const stepMs: Record<CountStep, number> = { hour: hourMs, minute: 60_000 };

/** Returns when a time's hour or minute started. */
export function stepStart(step: CountStep, time: number): number {
  return Math.floor(time / stepMs[step]) * stepMs[step];
}

/** Bucket n holds calls of up to 2^n ms, the last one also longer calls. No plugin call takes longer than two minutes. */
const bucketCount = 18;

/** Calls of one version, or of several together. */
export interface CallCount {
  calls: number;
  /** Calls with an error response, and calls without a response. */
  errors: number;
  /** Number of calls per latency bucket. */
  latencies: number[];
  /** Responses checked against the manifest's declaration, and how many of them didn't match. */
  checked: number;
  mismatched: number;
}

export function emptyCount(): CallCount {
  return { calls: 0, errors: 0, latencies: new Array<number>(bucketCount).fill(0), checked: 0, mismatched: 0 };
}

/** Adds one call to the count. */
export function countCall(count: CallCount, durationMs: number, failed: boolean): void {
  count.calls += 1;
  if (failed) count.errors += 1;
  const bucket = Math.min(bucketCount - 1, Math.ceil(Math.log2(Math.max(1, durationMs))));
  count.latencies[bucket] = (count.latencies[bucket] ?? 0) + 1;
}

/** Converts a count to a list of numbers, as stored for each minute. */
export function countToNumbers({ calls, checked, errors, latencies, mismatched }: CallCount): number[] {
  return [calls, errors, checked, mismatched, ...latencies];
}

export function countFromNumbers([
  calls = 0,
  errors = 0,
  checked = 0,
  mismatched = 0,
  ...latencies
]: readonly number[]): CallCount {
  return { calls, errors, checked, mismatched, latencies };
}

export function sumCounts(counts: readonly CallCount[]): CallCount {
  const sum = emptyCount();
  for (const { calls, checked, errors, latencies, mismatched } of counts) {
    sum.calls += calls;
    sum.errors += errors;
    sum.checked += checked;
    sum.mismatched += mismatched;
    sum.latencies = sum.latencies.map((number, bucket) => number + (latencies[bucket] ?? 0));
  }
  return sum;
}

/** Estimates the latency in ms that this share of calls stayed within. Null without calls. */
export function percentile({ calls, latencies }: CallCount, share: number): number | null {
  if (calls === 0) return null;
  const rank = share * calls;
  let below = 0;
  for (const [bucket, number] of latencies.entries()) {
    if (number > 0 && below + number >= rank) {
      const lower = bucket === 0 ? 0 : 2 ** (bucket - 1);
      return Math.round(lower + ((2 ** bucket - lower) * (rank - below)) / number);
    }
    below += number;
  }
  return null;
}
