// Tests how the console builds time series from call counts.
import { expect, test } from 'vitest';
import { lineParts, trafficSeries } from '../../src/console/data/traffic/traffic-series.ts';

const unchecked = { invalid_inputs: 0, checked: 0, mismatched: 0, batches: null };

test('each hour in the period has a value, calls are summed over all versions, and percentiles come from the version with the most calls', () => {
  const { times, ...lines } = trafficSeries({
    since: '2026-03-05T08:00:00.000Z',
    until: '2026-03-05T10:30:00.000Z',
    step: 'hour',
    by_time: [
      { at: '2026-03-05T10:00:00.000Z', version: '1.1.0', calls: 9, errors: 3, p50_ms: 5, p95_ms: 20, ...unchecked },
      { at: '2026-03-05T10:00:00.000Z', version: '1.0.0', calls: 1, errors: 0, p50_ms: 50, p95_ms: 90, ...unchecked },
      { at: '2026-03-05T08:00:00.000Z', version: '1.0.0', calls: 4, errors: 4, p50_ms: 7, p95_ms: 8, ...unchecked },
    ],
  });
  expect(times.map((time) => new Date(time).toISOString().slice(11, 16))).toEqual(['08:00', '09:00', '10:00']);
  expect(lines).toEqual({
    answered: [0, 0, 7],
    failed: [4, 0, 3],
    p50: [7, null, 5],
    p95: [8, null, 20],
  });
});

test('each minute in the period has a value if calls are counted per minute', () => {
  const { times, answered } = trafficSeries({
    since: '2026-03-05T09:58:30.000Z',
    until: '2026-03-05T10:00:10.000Z',
    step: 'minute',
    by_time: [
      { at: '2026-03-05T09:59:00.000Z', version: '1.1.0', calls: 2, errors: 0, p50_ms: 5, p95_ms: 20, ...unchecked },
    ],
  });
  expect(times.map((time) => new Date(time).toISOString().slice(11, 16))).toEqual(['09:58', '09:59', '10:00']);
  expect(answered).toEqual([0, 2, 0]);
});

test('a line has a gap where nothing was measured', () => {
  const points = [null, 5, 6, null, null, 7, undefined].map((value, x) => [x, value] as const);
  expect(lineParts(points)).toEqual([
    [
      [1, 5],
      [2, 6],
    ],
    [[5, 7]],
  ]);
});
