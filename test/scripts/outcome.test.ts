// Tests that the results of every test runner are counted, and that failed tests are found by file and name.
import { expect, test } from 'vitest';
import {
  applyExitCode,
  goResults,
  lacksTests,
  pytestResults,
  unittestResults,
  vitestResults,
} from '../../scripts/testing/outcome.ts';

test.each([
  ['Ran 12 tests in 0.034s\n\nOK', { passed: 12, failed: 0, failures: [] }],
  [
    "test_a (test_host.HostTest.test_a) ... ok\ntest_b (test_host.HostTest.test_b)\nFails. ... skipped 'no root'\nRan 2 tests in 0.001s\n\nOK (skipped=1)",
    { passed: 1, failed: 0, failures: [], notRun: [{ count: 1, reason: 'no root' }] },
  ],
  [
    'FAIL: test_a (test_host.HostTest.test_a)\nERROR: test_b (test_host.HostTest.test_b)\nRan 12 tests in 3.1s\n\nFAILED (failures=1, errors=1, skipped=3)',
    {
      passed: 7,
      failed: 2,
      failures: [{ name: 'test_a (test_host.HostTest.test_a)' }, { name: 'test_b (test_host.HostTest.test_b)' }],
    },
  ],
  ['Ran 4 tests in 3.1s\n\nFAILED (unexpected successes=1)', { passed: 3, failed: 1, failures: [] }],
  ['python3: No module named unittest', { passed: 0, failed: 0, failures: [] }],
])('unittest results are counted: %j', (output, results) => {
  expect(unittestResults(output)).toEqual(results);
});

const passed = { status: 'passed', fullName: 'one works' };
const unloaded = { name: '/c.test.ts', status: 'failed', assertionResults: [] };

test('each test of a vitest file that could not be loaded counts as failed', () => {
  const two = { status: 'failed', fullName: 'two fails' };
  const report = {
    numPassedTests: 3,
    testResults: [
      { name: '/a.test.ts', status: 'passed', assertionResults: [passed, passed] },
      { name: '/b.test.ts', status: 'failed', assertionResults: [passed, two] },
      unloaded,
    ],
  };
  const hidden = ['three', 'four'].map((name) => ({ file: '/c.test.ts', name }));
  const listed = [{ file: '/a.test.ts', name: 'one works' }, { file: '/b.test.ts', name: 'two fails' }, ...hidden];
  expect(lacksTests(report)).toBe(true);
  expect(vitestResults(report, listed)).toEqual({
    passed: 3,
    failed: 3,
    failures: [{ file: '/b.test.ts', name: 'two fails' }, ...hidden],
  });
});

test('each listed test counts as failed if a project could not start and vitest loaded no file', () => {
  const report = { numPassedTests: 0, testResults: [] };
  const listed = [{ file: '/a.test.ts', name: 'one' }];
  expect(lacksTests(report)).toBe(true);
  expect(vitestResults(report, listed)).toEqual({ passed: 0, failed: 1, failures: listed });
});

test('a vitest file that could not be loaded counts as a failed test if its tests are unknown', () => {
  const report = { numPassedTests: 0, testResults: [unloaded] };
  expect(vitestResults(report)).toEqual({ passed: 0, failed: 1, failures: [{ file: '/c.test.ts' }] });
});

test('each vitest test that a failed hook skipped counts as failed', () => {
  const skipped = (fullName: string) => ({ status: 'skipped', fullName, meta: {} });
  const report = {
    numPassedTests: 1,
    testResults: [
      { name: '/a.test.ts', status: 'failed', assertionResults: [passed, skipped('two'), skipped('three')] },
    ],
  };
  expect(lacksTests(report)).toBe(false);
  expect(vitestResults(report)).toEqual({
    passed: 1,
    failed: 2,
    failures: ['two', 'three'].map((name) => ({ file: '/a.test.ts', name })),
  });
});

test('a vitest file whose last hook fails counts as a failed test', () => {
  const report = {
    numPassedTests: 1,
    testResults: [{ name: '/a.test.ts', status: 'failed', assertionResults: [passed] }],
  };
  expect(vitestResults(report)).toEqual({ passed: 1, failed: 1, failures: [{ file: '/a.test.ts' }] });
});

test('vitest tests that lack a program are counted by reason, and other skipped tests count as failed', () => {
  const lacksGo = { status: 'skipped', fullName: 'a build', meta: { notRun: 'Go is not on PATH.' } };
  const report = {
    numPassedTests: 1,
    testResults: [
      { name: '/a.test.ts', status: 'passed', assertionResults: [lacksGo, lacksGo] },
      {
        name: '/b.test.ts',
        status: 'passed',
        assertionResults: [
          lacksGo,
          { status: 'passed', fullName: 'one', meta: {} },
          { status: 'skipped', fullName: 'two', meta: {} },
          { status: 'todo', fullName: 'three', meta: {} },
        ],
      },
    ],
  };
  expect(vitestResults(report)).toEqual({
    passed: 1,
    failed: 2,
    failures: [
      { file: '/b.test.ts', name: 'two' },
      { file: '/b.test.ts', name: 'three' },
    ],
    notRun: [{ count: 3, reason: 'Go is not on PATH.' }],
  });
});

test.each([
  [{ passed: 3, failed: 0 }, 0, { passed: 3, failed: 0 }],
  [{ passed: 3, failed: 0 }, 1, { passed: 3, failed: 1 }],
  [{ passed: 3, failed: 2 }, 1, { passed: 3, failed: 2 }],
  [{ passed: 0, failed: 0 }, 0, { passed: 0, failed: 1 }],
])('a failing exit code counts even if no test failed: %j with exit code %d', (outcome, exitCode, counted) => {
  expect(applyExitCode({ ...outcome, failures: [] }, exitCode)).toEqual({ ...counted, failures: [] });
});

test.each([
  [{ passed: 3, failed: 1 }, 7],
  [{ passed: 2, failed: 1, notRun: [{ count: 1, reason: 'no root' }] }, 7],
  [{ passed: 0, failed: 0 }, 4],
])('tests that a failing runner never reached count as failed: %j', (outcome, found) => {
  expect(applyExitCode({ ...outcome, failures: [] }, 1, found)).toMatchObject({ failed: 4 });
});

test('tests that a passing runner finds only by inheritance are no failures', () => {
  expect(applyExitCode({ passed: 9, failed: 0, failures: [] }, 0, 7)).toMatchObject({ passed: 9, failed: 0 });
});

test.each([
  ['32 passed in 14.72s', { passed: 32, failed: 0 }],
  ['2 failed, 32 passed in 14.72s', { passed: 32, failed: 2 }],
  ['1 failed, 3 passed, 2 warnings, 4 errors in 0.10s', { passed: 3, failed: 5 }],
  ['no tests ran in 0.01s', { passed: 0, failed: 0 }],
])('pytest results are counted: %s', (line, counts) => {
  expect(pytestResults(`test/sdk/test_catalog.py ....\n${line}`)).toEqual({ ...counts, failures: [] });
});

test('pytest names failed tests and files that could not be loaded', () => {
  const output = [
    'FAILED test/sdk/test_a.py::test_one - AssertionError',
    'ERROR test/sdk/test_b.py - ImportError: no module',
    '1 failed, 1 error in 0.10s',
  ].join('\n');
  expect(pytestResults(output).failures).toEqual([
    { file: 'test/sdk/test_a.py', name: 'test_one' },
    { file: 'test/sdk/test_b.py' },
  ]);
});

test('Go tests are counted without their subtests', () => {
  const output = [
    '=== RUN   TestOne',
    '--- PASS: TestOne (0.00s)',
    '--- FAIL: TestMany (0.01s)',
    '    --- PASS: TestMany/the_first (0.00s)',
    '    --- FAIL: TestMany/the_second (0.01s)',
    'FAIL',
  ].join('\n');
  expect(goResults(output)).toEqual({ passed: 1, failed: 1, failures: [{ name: 'TestMany' }] });
});
