// Tests how long an ended process waits for its restart. backoff.test.ts covers calls during the wait.
import { expect, test } from 'vitest';
import { chooseRestartPolicy, restartDelayMs } from '../../../builder/server/instances/restart-policy.ts';

function delays(runtime: 'python' | 'executable' | 'isolate', after: 'crash' | 'failed start'): number[] {
  return Array.from({ length: 9 }, (_, failures) => restartDelayMs(chooseRestartPolicy({ runtime }), failures, after));
}

test.each(['python', 'executable'] as const)(
  'a process of %s is restarted immediately, then after 1, 2, 4 … 30 s',
  (runtime) => {
    const expected = [0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
    expect(delays(runtime, 'crash')).toEqual(expected);
    expect(delays(runtime, 'failed start')).toEqual(expected);
  },
);

test('an isolate that ends is restarted three times immediately, and then after a second each time', () => {
  expect(delays('isolate', 'crash')).toEqual([0, 0, 0, 1000, 1000, 1000, 1000, 1000, 1000]);
});

test("an isolate that can't be started waits longer for each attempt, up to 30 s", () => {
  expect(delays('isolate', 'failed start')).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000]);
});
