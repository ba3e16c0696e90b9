import { expect, test } from 'vitest';
import { restartDelayMs } from '../../../scripts/local/supervise.ts';

// Promised in docs/operations.md: restarts it immediately, then after 1, 2, 4 … 30 s if it keeps ending; a minute of
// uptime resets the delay
test('the first restart is immediate, later ones come after 1, 2, 4 … 30 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map(restartDelayMs)).toEqual([
    0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
});
