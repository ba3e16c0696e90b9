// Tests the end of a run's output: the failures, followed by the totals in the very last line.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { summary } from '../../scripts/testing/summary.ts';

const passed = { name: 'lint and format', passed: 1, failed: 0, failures: [] };

test('a run without failures ends with only the totals', () => {
  expect(summary([passed, { ...passed, passed: 40 }])).toBe('41 passed, 0 failed');
});

test('what a run left out is said above the totals', () => {
  expect(summary([passed], 'Left out: 9 files.')).toBe('Left out: 9 files.\n1 passed, 0 failed');
});

test('skipped tests are listed with the reason', () => {
  const notRun = [{ count: 74, reason: 'Go is not on PATH. Install Go 1.24 or newer.' }];
  expect(summary([passed, { ...passed, name: 'Node tests', notRun }])).toBe(`
Not run:
  74 of Node tests: Go is not on PATH. Install Go 1.24 or newer.

2 passed, 0 failed`);
});

test('failed tasks, files and tests are listed before the totals', () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ file: resolve('test/many.test.ts'), name: `test ${index}` }));
  const reports = [
    passed,
    { name: 'types: Worker', passed: 0, failed: 1, failures: [] },
    { name: 'Node', passed: 30, failed: 8, failures: [...many, { file: resolve('test/broken.test.ts') }] },
    { name: 'Go host', passed: 3, failed: 1, failures: [{ name: 'TestMany' }] },
  ];
  expect(summary(reports)).toBe(`
Failed:
  types: Worker
  Node
    test/many.test.ts
      test 0
      test 1
      test 2
      test 3
      test 4
      … and 2 more
    test/broken.test.ts
  Go host
      TestMany

34 passed, 10 failed`);
});
