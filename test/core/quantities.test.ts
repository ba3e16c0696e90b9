import { expect, test } from 'vitest';
import {
  formatBinaryBytes,
  formatBytes,
  formatDuration,
  formatMiB,
  formatProgress,
  formatSeconds,
  formatShare,
} from '../../src/core/quantities.ts';

test.each([
  [-3, '0 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min'],
  [119_499, '1 min 59 s'],
  [119_500, '2 min'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h'],
  [3_725_000, '1 h 2 min'],
])('a duration of %s ms is shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [1, '0.001 s'],
  [500, '0.5 s'],
  [120_000, '120 s'],
  [149_335.784_420_000_04, '149.3 s'],
])('a limit of %s ms is shown as %s', (ms, text) => {
  expect(formatSeconds(ms)).toBe(text);
});

test.each([
  [999, '999 bytes', '999 B', '0 MiB'],
  [4_600, '4.6 KB', '4.5 KiB', '0 MiB'],
  [1_572_864_000, '1.6 GB', '1.5 GiB', '1500 MiB'],
])('%s bytes are shown as %s, %s or %s', (bytes, decimal, binary, mebibytes) => {
  expect([formatBytes(bytes), formatBinaryBytes(bytes), formatMiB(bytes)]).toEqual([decimal, binary, mebibytes]);
});

test.each([
  [0, 0, '0%'],
  [1, 3, '33.33%'],
  [1, 20, '5%'],
  [42, 1_000_000, '0.0042%'],
  [99_999, 100_000, '100%'],
])('%s of %s is shown as %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

test('progress reaches 100% only when nothing is left', () => {
  expect([formatProgress(999, 1000), formatProgress(1000, 1000), formatProgress(0, 0)]).toEqual([
    '99%',
    '100%',
    '100%',
  ]);
});
