// Tests what a page shows about a run's progress: its rows, its rate, and the time left.
import { expect, test } from 'vitest';
import {
  measureProgress,
  rateText,
  rowsText,
  withSample,
} from '../../../../src/console/features/runs/data/run-progress.ts';

const startedAt = Date.parse('2026-03-05T09:00:00Z');
const run = {
  status: 'running',
  rows: 10_000,
  done: 1900,
  failed: 100,
  started_at: '2026-03-05T09:00:00Z',
  ended_at: null,
} as const;

test('a newly opened run has its average rate so far, and the time left at that rate', () => {
  expect(measureProgress(run, [], startedAt + 100_000)).toEqual({
    ended: 2000,
    rows: 10_000,
    rowsPerSecond: 20,
    leftMs: 400_000,
    tookMs: 100_000,
  });
});

test('a watched run has the rate of the last thirty seconds', () => {
  const samples = [0, 1000, 1500, 2000].reduce<ReturnType<typeof withSample>>(
    (before, ended, place) => withSample(before, { at: startedAt + 60_000 + place * 10_000, ended }),
    [],
  );
  expect(samples.map(({ ended }) => ended)).toEqual([1000, 1500, 2000]);
  expect(measureProgress(run, samples, startedAt + 90_000)).toMatchObject({ rowsPerSecond: 50, leftMs: 160_000 });
});

test('a run watched for less than three seconds has no rate of its own yet', () => {
  const samples = [
    { at: startedAt + 99_000, ended: 0 },
    { at: startedAt + 100_000, ended: 2000 },
  ];
  expect(measureProgress(run, samples, startedAt + 100_000).rowsPerSecond).toBe(20);
});

test('a run whose rows are still being counted has neither their number nor the time left', () => {
  const splitting = measureProgress({ ...run, status: 'splitting' }, [], startedAt + 100_000);
  expect(splitting).toMatchObject({ ended: 2000, rows: null, leftMs: null, rowsPerSecond: 20 });
  expect(rowsText(splitting)).toBe('2,000');
});

test('a run that has not started has neither a rate nor a duration', () => {
  const queued = { ...run, status: 'queued', rows: 0, done: 0, failed: 0, started_at: null } as const;
  expect(measureProgress(queued, [], startedAt)).toEqual({
    ended: 0,
    rows: null,
    rowsPerSecond: null,
    leftMs: null,
    tookMs: null,
  });
});

test('an ended run has its average rate, however long it was watched, and no time left', () => {
  const ended = { ...run, status: 'partial', rows: 2000, ended_at: '2026-03-05T09:00:10Z' } as const;
  const samples = [
    { at: startedAt, ended: 1990 },
    { at: startedAt + 10_000, ended: 2000 },
  ];
  const progress = measureProgress(ended, samples, startedAt + 999_000);
  expect(progress).toMatchObject({ rowsPerSecond: 200, leftMs: null, tookMs: 10_000 });
  expect(rowsText(progress)).toBe('2,000 of 2,000');
});

test.each([
  [1240.4, '1,240'],
  [12.6, '13'],
  [0.42, '0.4'],
])('the rate %s is written as %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});
