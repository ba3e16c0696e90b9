// What a runner came to, in numbers that can be added up.

export interface Outcome {
  passed: number;
  failed: number;
}

/** The run's last line. */
export function sumLine(outcomes: Outcome[]): string {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  return `${passed} passed, ${failed} failed`;
}

/** A runner that ended badly, or that ran nothing, failed, even when it could name no failed test. */
export function withExitCode(outcome: Outcome, exitCode: number): Outcome {
  const good = exitCode === 0 && outcome.passed > 0;
  return good || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** Of vitest's JSON report. A file that couldn't be loaded has no tests, and counts as one that failed. */
export function vitestOutcome({ numPassedTests, numFailedTests, testResults }: VitestReport): Outcome {
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles.length };
}

/** Of what Python's unittest prints last: `Ran 3 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=1)`. */
export function unittestOutcome(output: string): Outcome {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
  const [, verdict = ''] = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(output) ?? [];
  const counted = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const failed = counted('failures') + counted('errors') + counted('unexpected successes');
  return { passed: Math.max(0, ran - failed - counted('skipped')), failed };
}

/** Of `go test -v`: a line for each test as it ends, `--- PASS: TestName (0.00s)`; those within another are indented. */
export function goOutcome(output: string): Outcome {
  const counted = (verdict: string) => output.match(new RegExp(`^--- ${verdict}: `, 'gm'))?.length ?? 0;
  return { passed: counted('PASS'), failed: counted('FAIL') };
}

/** Of pytest's last line: `2 failed, 32 passed, 1 error in 14.72s`. */
export function pytestOutcome(output: string): Outcome {
  const counted = (name: string) =>
    Number(new RegExp(`\\b(\\d+) ${name}`).exec(output.split('\n').at(-1) ?? '')?.[1] ?? 0);
  return { passed: counted('passed'), failed: counted('failed') + counted('errors?') };
}
