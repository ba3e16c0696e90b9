// Tests computing the waits between attempts and reading Retry-After.
import { expect, test } from 'vitest';
import { retryAfterMs, retryWaitMs } from '../../src/signed-requests/retry-schedule.ts';

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

test.each([
  [1, 5, 5.5],
  [2, 300, 330],
  [3, 1800, 1980],
  [4, 7200, 7920],
  [5, 18_000, 19_800],
  [6, 36_000, 39_600],
  [7, 50_400, 55_440],
  [8, 50_400, 55_440],
  [9, undefined, undefined],
])('the next attempt after %i attempts follows in %s s to %s s', (attempts, soonest, latest) => {
  expect(seconds(retryWaitMs(attempts, () => 0))).toBe(soonest);
  expect(seconds(retryWaitMs(attempts, () => 1))).toBe(latest);
});

const now = Date.parse('2026-11-20T12:00:00Z');

test.each([
  [null, undefined],
  ['120', 120],
  ['0', 0],
  ['999999999', 3600],
  ['Fri, 20 Nov 2026 12:02:00 GMT', 120],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ['Fri, 20 Nov 2037 12:00:00 GMT', 3600],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5e300', undefined],
  ['9'.repeat(100), undefined],
])('Retry-After: %s means a wait of %s s', (header, wait) => {
  expect(seconds(retryAfterMs(header, now))).toBe(wait);
});
