// Counts of calls per hour and per minute, with latencies in buckets whose bounds double. Counts of several isolates add up;
// percentiles don't.

/** The batch in which a call ran: its number of calls, and how long the call waited for the batch to begin. */
export interface BatchFacts {
  size: number;
  waitedMs: number;
}

export const hourMs = 3_600_000;

export const dayMs = 24 * hourMs;

/** Returns the day (UTC) of a time, as the number of days since 1970. */
export function dayAt(time: number): number {
  return Math.floor(time / dayMs);
}

/** Returns a day as `YYYY-MM-DD`. */
export function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

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
  /** Calls that the plugin itself failed. */
  errors: number;
  /** Number of calls per latency bucket. */
  latencies: number[];
  /** Responses checked against the manifest's declaration, and how many of them didn't match. */
  checked: number;
  mismatched: number;
  /** Calls that ran in a batch. */
  batchedCalls: number;
  /** Millionths of batches. Each call adds 1 / its batch's size, because a batch's calls may be counted by several isolates. */
  batchMillionths: number;
  /** Total time that these calls waited for their batches to begin. */
  batchWaitMs: number;
  /** Calls that failed on inputs that the plugin's `input_schema` refuses. */
  invalidInputs: number;
}

/** How a call counts. `ok` includes a call whose caller stopped waiting. */
export type CountedEnd = 'ok' | 'error' | 'invalid_input';

export function emptyCount(): CallCount {
  const latencies = new Array<number>(bucketCount).fill(0);
  const batches = { batchedCalls: 0, batchMillionths: 0, batchWaitMs: 0 };
  return { calls: 0, errors: 0, latencies, checked: 0, mismatched: 0, ...batches, invalidInputs: 0 };
}

/** Adds one call to the count. */
export function countCall(count: CallCount, durationMs: number, end: CountedEnd): void {
  count.calls += 1;
  if (end === 'error') count.errors += 1;
  if (end === 'invalid_input') count.invalidInputs += 1;
  const bucket = Math.min(bucketCount - 1, Math.ceil(Math.log2(Math.max(1, durationMs))));
  count.latencies[bucket] = (count.latencies[bucket] ?? 0) + 1;
}

/** Adds the batch of a call that is counted by `countCall`. */
export function countBatch(count: CallCount, { size, waitedMs }: BatchFacts): void {
  count.batchedCalls += 1;
  count.batchMillionths += Math.round(1_000_000 / size);
  count.batchWaitMs += waitedMs;
}

/** The order of a minute's list, around the latencies. New fields go last, because lists from earlier releases are shorter. */
const beforeLatencies = ['calls', 'errors', 'checked', 'mismatched'] as const;
const afterLatencies = ['batchedCalls', 'batchMillionths', 'batchWaitMs', 'invalidInputs'] as const;
const summed = [...beforeLatencies, ...afterLatencies] as const;

/** Converts a count to a list of numbers, as stored for each minute. */
export function countToNumbers(count: CallCount): number[] {
  return [
    ...beforeLatencies.map((field) => count[field]),
    ...count.latencies,
    ...afterLatencies.map((field) => count[field]),
  ];
}

/** Returns a field's place in a minute's list. */
export function placeInNumbers(field: 'calls' | 'errors' | 'invalidInputs'): number {
  return countToNumbers({ ...emptyCount(), [field]: 1 }).indexOf(1);
}

export function countFromNumbers(numbers: readonly number[]): CallCount {
  const count = emptyCount();
  const rest = numbers.values();
  const next = () => rest.next().value ?? 0;
  for (const field of beforeLatencies) count[field] = next();
  count.latencies = count.latencies.map(next);
  for (const field of afterLatencies) count[field] = next();
  return count;
}

export function sumCounts(counts: readonly CallCount[]): CallCount {
  const sum = emptyCount();
  for (const count of counts) {
    for (const field of summed) sum[field] += count[field];
    sum.latencies = sum.latencies.map((number, bucket) => number + (count.latencies[bucket] ?? 0));
  }
  return sum;
}

/** Returns the mean size of the calls' batches, and the mean wait of a batched call. Null without batched calls. */
export function batchMeans({ batchedCalls, batchMillionths, batchWaitMs }: CallCount) {
  if (batchedCalls === 0) return null;
  return { size: (batchedCalls * 1_000_000) / batchMillionths, waitMs: batchWaitMs / batchedCalls };
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

/** Columns by which a table of plugins is sorted; the last ones are about their use in 30 days. */
export const useSorts = ['calls_30d', 'callers_30d', 'downloads_30d', 'last_called'] as const;
export const overviewSorts = ['name', 'kind', 'state', 'calls', 'errors', 'p95', 'changed', ...useSorts] as const;
