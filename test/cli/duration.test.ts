import { expect, test } from 'vitest';
import { formatDuration } from '../../src/cli/terminal/duration.ts';

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [119_499, '1 min 59 s'],
  [119_500, '2 min 0 s'],
  [3_725_000, '62 min 5 s'],
])('a duration of %s ms is printed as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
