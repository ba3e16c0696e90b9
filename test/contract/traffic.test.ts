// Tests counting calls with their latencies, and estimating percentiles from summed counts.
import { expect, test } from 'vitest';
import {
  batchMeans,
  countBatch,
  countCall,
  countFromNumbers,
  countToNumbers,
  emptyCount,
  percentile,
  sumCounts,
} from '../../src/contract/traffic.ts';
import { fc } from '../support/property.ts';

function countOf(durations: readonly number[]) {
  const count = emptyCount();
  for (const ms of durations) countCall(count, ms, 'ok');
  return count;
}

test.each([
  ['nothing', [], null, null],
  ['one call', [10], 12, 16],
  ['calls within a millisecond', [0, 0.2, 1], 1, 1],
  ['one slow call of many', [...new Array<number>(99).fill(3), 900], 3, 4],
  ['a call above the last bound', [10_000_000], 98_304, 127_795],
])('the percentiles of %s are estimated within their bucket', (_what, durations, p50, p95) => {
  const count = countOf(durations);
  expect([percentile(count, 0.5), percentile(count, 0.95)]).toEqual([p50, p95]);
});

test("several isolates' counts add up to the same total, however the calls were distributed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200_000 })), fc.nat(), (durations, at) => {
      const place = durations.length === 0 ? 0 : at % durations.length;
      const parts = [durations.slice(0, place), durations.slice(place)].map(countOf);
      expect(sumCounts(parts)).toEqual(countOf(durations));
    }),
  );
});

test('an estimate is at most twice the actual value', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 100_000 }), { minLength: 1 }), (durations) => {
      const exact = durations.toSorted((a, b) => a - b).at(Math.ceil(durations.length * 0.95) - 1) ?? 0;
      const estimated = percentile(countOf(durations), 0.95) ?? 0;
      expect(estimated).toBeGreaterThanOrEqual(Math.floor(exact / 2));
      expect(estimated).toBeLessThanOrEqual(exact * 2);
    }),
  );
});

/** Counts every call of these batches, each of which waited 3 ms, in one of two isolates. */
function countBatches(sizes: readonly number[]) {
  const isolates = [emptyCount(), emptyCount()];
  const calls = sizes.flatMap((size) => new Array<number>(size).fill(size));
  for (const [nth, size] of calls.entries()) countBatch(isolates[nth % 2] ?? emptyCount(), { size, waitedMs: 3 });
  return sumCounts(isolates);
}

test.each([
  ['no batches', [], null],
  ['single calls', [1, 1, 1], { size: 1, waitMs: 3 }],
  ['one batch of three', [3], { size: 3, waitMs: 3 }],
  ['batches of several sizes', [1, 7, 512, 12], { size: 133, waitMs: 3 }],
])('the mean size and wait of %s are right although several isolates count them', (_what, sizes, means) => {
  const found = batchMeans(countBatches(sizes));
  expect(found && { ...found, size: Number(found.size.toFixed(2)) }).toEqual(means);
});

test('a count is stored and read without a change', () => {
  const count = { ...countOf([1, 900]), checked: 2, mismatched: 1 };
  countBatch(count, { size: 4, waitedMs: 12 });
  expect(countFromNumbers(countToNumbers(count))).toEqual(count);
});

test('a count that an earlier release stored has no batches', () => {
  const count = { ...countOf([1, 900]), errors: 1, checked: 2, mismatched: 1 };
  const { calls, checked, errors, latencies, mismatched } = count;
  expect(countFromNumbers([calls, errors, checked, mismatched, ...latencies])).toEqual(count);
});
