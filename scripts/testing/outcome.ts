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

/** Counts a runner that exited with an error, or that ran no tests, as failed even if it reports no failed test. */
export function applyExitCode(results: TestResults, exitCode: number): TestResults {
  const good = exitCode === 0 && results.passed > 0;
  return good || results.failed > 0 ? results : { ...results, failed: 1 };
}

interface VitestReport {
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

/**
 * Reads vitest's JSON report. A file that couldn't be loaded has no tests and counts as one failed test. A test skipped without a
 * reason counts as failed.
 */
export function vitestResults({ numPassedTests, testResults }: VitestReport): TestResults {
  const failures = testResults.flatMap(({ assertionResults, name: file, status }): FailedTest[] => {
    const unfinished = status === 'failed' ? ['failed'] : ['skipped', 'todo'];
    const failed = assertionResults.filter(
      (test) => unfinished.includes(test.status) && test.meta?.notRun === undefined,
    );
    if (status === 'failed' && failed.length === 0) return [{ file }];
    return failed.map(({ fullName }) => ({ file, name: fullName }));
  });
  const reasons = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta }) => meta?.notRun ?? []),
  );
  const notRun = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, { length: count }]) => ({
    count,
    reason,
  }));
  return { passed: numPassedTests, failed: failures.length, failures, ...(notRun.length > 0 && { notRun }) };
}

/** Parses the end of unittest's output: `Ran 3 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=1)`. */
export function unittestResults(output: string): TestResults {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
  const [, verdict = ''] = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(output) ?? [];
  const countOf = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const failed = countOf('failures') + countOf('errors') + countOf('unexpected successes');
  const failures = [...output.matchAll(/^(?:FAIL|ERROR): (.+)$/gm)].map(([, name = '']) => ({ name }));
  return { passed: Math.max(0, ran - failed - countOf('skipped')), failed, failures };
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
