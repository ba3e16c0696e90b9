// Parses test runners' results: how many tests passed and failed, and which ones failed.

export interface Outcome {
  passed: number;
  failed: number;
}

/** A failed test, or a whole file if it couldn't be loaded. */
export interface FailedTest {
  file?: string;
  name?: string;
}

/** Tests that were skipped because the machine lacks an optional program. */
export interface NotRun {
  count: number;
  reason: string;
}

export interface TestResults extends Outcome {
  failures: FailedTest[];
  notRun?: readonly NotRun[];
}

/**
 * Counts what a runner that exited with an error, or that ran no tests, didn't report: each of the `found` tests that it never reached
 * counts as failed, and the runner itself counts as one.
 */
export function applyExitCode(results: TestResults, exitCode: number, found = 0): TestResults {
  if (exitCode === 0 && results.passed > 0) return results;
  const notRun = results.notRun?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return { ...results, failed: Math.max(results.failed, found - results.passed - notRun, 1) };
}

export interface VitestReport {
  numPassedTests: number;
  /** `name` is the path of the test file. */
  testResults: { name: string; status: string; assertionResults: VitestTest[] }[];
}

interface VitestTest {
  status: string;
  fullName: string;
  /** `notRun` names the program that a skipped test lacks (test/programs.ts). */
  meta?: { notRun?: string };
}

/** Returns whether vitest loaded no test file, or not all of them. A project whose setup fails stops all projects. */
export function lacksTests({ testResults }: VitestReport): boolean {
  return testResults.length === 0 || testResults.some(({ assertionResults }) => assertionResults.length === 0);
}

/**
 * Reads vitest's JSON report. A test that didn't run counts as failed, unless it was skipped with a reason. `listed` has the tests of the
 * chosen files, for those that vitest couldn't load.
 */
export function vitestResults(
  { numPassedTests, testResults }: VitestReport,
  listed: readonly FailedTest[] = [],
): TestResults {
  const loaded = new Set(
    testResults.flatMap(({ assertionResults, name }) => (assertionResults.length > 0 ? name : [])),
  );
  const unloaded = listed.filter(({ file = '' }) => !loaded.has(file));
  const known = new Set(unloaded.map(({ file }) => file));
  const reported = testResults.filter(({ name }) => !known.has(name)).flatMap(failedTests);
  const reasons = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta }) => meta?.notRun ?? []),
  );
  const failures = [...reported, ...unloaded];
  return { passed: numPassedTests, failed: failures.length, failures, ...countReasons(reasons) };
}

function failedTests({ assertionResults, name: file, status }: VitestReport['testResults'][number]): FailedTest[] {
  const failed = assertionResults.filter((test) => test.status !== 'passed' && test.meta?.notRun === undefined);
  if (status === 'failed' && failed.length === 0) return [{ file }];
  return failed.map(({ fullName }) => ({ file, name: fullName }));
}

function countReasons(reasons: readonly string[]): Pick<TestResults, 'notRun'> {
  if (reasons.length === 0) return {};
  const groups = Map.groupBy(reasons, (reason) => reason);
  return { notRun: [...groups].map(([reason, { length: count }]) => ({ count, reason })) };
}

/**
 * Parses the output of `unittest -v`: `test_a (…) ... skipped 'its reason'` for a skipped test, and at the end `Ran 3 tests in 0.1s`, then
 * `OK` or `FAILED (failures=1, errors=1)`.
 */
export function unittestResults(output: string): TestResults {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
  const [, verdict = ''] = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(output) ?? [];
  const countOf = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const failed = countOf('failures') + countOf('errors') + countOf('unexpected successes');
  const failures = [...output.matchAll(/^(?:FAIL|ERROR): (.+)$/gm)].map(([, name = '']) => ({ name }));
  const reasons = [...output.matchAll(/ \.\.\. skipped (['"])(.*)\1$/gm)].map(([, , reason = '']) => reason);
  return { passed: Math.max(0, ran - failed - countOf('skipped')), failed, failures, ...countReasons(reasons) };
}

/**
 * Parses the output of `go test -v`, which prints `--- PASS: TestName (0.00s)` for each test. Subtests are indented and not counted.
 */
export function goResults(output: string): TestResults {
  const named = (verdict: string) => [...output.matchAll(new RegExp(`^--- ${verdict}: (\\S+)`, 'gm'))];
  const failures = named('FAIL').map(([, name = '']) => ({ name }));
  return { passed: named('PASS').length, failed: failures.length, failures };
}

/** Parses pytest's summary (`FAILED test/a.py::test_b - reason`) and last line (`2 failed, 32 passed, 1 error in 14.72s`). */
export function pytestResults(output: string): TestResults {
  const countOf = (name: string) =>
    Number(new RegExp(`\\b(\\d+) ${name}`).exec(output.split('\n').at(-1) ?? '')?.[1] ?? 0);
  const failures = [...output.matchAll(/^(?:FAILED|ERROR) (\S+?\.py)(?:::(\S+))?/gm)].map(
    ([, file = '', name]): FailedTest => (name === undefined ? { file } : { file, name }),
  );
  return { passed: countOf('passed'), failed: countOf('failed') + countOf('errors?'), failures };
}
