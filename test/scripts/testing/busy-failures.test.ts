// Tests the report of `npm run test:busy` on its two runs.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { busyReport, failedFiles } from '../../../scripts/testing/busy-failures.ts';

const one = { file: resolve('test/builder/calls/calls.test.ts'), name: 'a call is answered' };
const other = { file: resolve('test/builder/calls/calls.test.ts'), name: 'a call is cancelled' };
const unloaded = { file: resolve('test/e2e/cli.extended.test.ts') };

function failing(...failures: { file: string; name?: string }[]) {
  return { passed: 10, failed: failures.length, failures };
}

test('a test that failed in both runs is listed separately from tests that failed only beside busy loops', () => {
  expect(busyReport(failing(one, other, unloaded), failing(other))).toEqual([
    '',
    'Failed only alongside busy loops:',
    '  test/builder/calls/calls.test.ts: a call is answered',
    '  test/e2e/cli.extended.test.ts',
    '',
    'Also failed on an idle machine:',
    '  test/builder/calls/calls.test.ts: a call is cancelled',
  ]);
});

test('a run without failures reports nothing', () => {
  expect(busyReport(failing(), undefined)).toEqual([]);
});

test('each file with a failed test is rerun once', () => {
  expect(failedFiles(failing(one, other, unloaded))).toEqual([
    'test/builder/calls/calls.test.ts',
    'test/e2e/cli.extended.test.ts',
  ]);
});
