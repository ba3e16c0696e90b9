import { expect, test } from 'vitest';
import {
  goOutcome,
  pytestOutcome,
  sumLine,
  unittestOutcome,
  vitestOutcome,
  withExitCode,
} from '../../scripts/testing/outcome.ts';

test('the last line adds up all runners', () => {
  expect(
    sumLine([
      { passed: 2, failed: 0 },
      { passed: 40, failed: 1 },
    ]),
  ).toBe('42 passed, 1 failed');
});

test.each([
  ['Ran 12 tests in 0.034s\n\nOK', { passed: 12, failed: 0 }],
  ['Ran 1 test in 0.001s\n\nOK (skipped=1)', { passed: 0, failed: 0 }],
  ['FAIL: test_a\nRan 12 tests in 3.1s\n\nFAILED (failures=2, errors=1, skipped=3)', { passed: 6, failed: 3 }],
  ['Ran 4 tests in 3.1s\n\nFAILED (unexpected successes=1)', { passed: 3, failed: 1 }],
  ['python3: No module named unittest', { passed: 0, failed: 0 }],
])('unittest says %j', (output, outcome) => {
  expect(unittestOutcome(output)).toEqual(outcome);
});

test('a vitest file that could not be loaded counts as a failed test', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(vitestOutcome(report)).toEqual({ passed: 3, failed: 2 });
});

test.each([
  [{ passed: 3, failed: 0 }, 0, { passed: 3, failed: 0 }],
  [{ passed: 3, failed: 0 }, 1, { passed: 3, failed: 1 }],
  [{ passed: 3, failed: 2 }, 1, { passed: 3, failed: 2 }],
  [{ passed: 0, failed: 0 }, 0, { passed: 0, failed: 1 }],
])('%j with exit code %d', (outcome, exitCode, counted) => {
  expect(withExitCode(outcome, exitCode)).toEqual(counted);
});

test.each([
  ['32 passed in 14.72s', { passed: 32, failed: 0 }],
  ['2 failed, 32 passed in 14.72s', { passed: 32, failed: 2 }],
  ['1 failed, 3 passed, 2 warnings, 4 errors in 0.10s', { passed: 3, failed: 5 }],
  ['no tests ran in 0.01s', { passed: 0, failed: 0 }],
])('pytest: %s', (line, outcome) => {
  expect(pytestOutcome(`test/sdk/test_catalogue.py ....\n${line}`)).toEqual(outcome);
});

test("Go's own tests are counted by their lines, and those within another are not", () => {
  const output = [
    '=== RUN   TestOne',
    '--- PASS: TestOne (0.00s)',
    '--- FAIL: TestMany (0.01s)',
    '    --- PASS: TestMany/the_first (0.00s)',
    '    --- FAIL: TestMany/the_second (0.01s)',
    'FAIL',
  ].join('\n');
  expect(goOutcome(output)).toEqual({ passed: 1, failed: 1 });
});
