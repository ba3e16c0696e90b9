// Compares a test run on a busy machine with a rerun of its failed files on an idle one.
import { relative } from 'node:path';
import type { FailedTest, TestResults } from './outcome.ts';

/** Returns the report's lines. If a test fails in both runs, the load isn't to blame. */
export function busyReport(busy: TestResults, idle: TestResults | undefined): string[] {
  const failedIdle = new Set(idle?.failures.map(keyOf));
  const [both, onlyBusy] = [true, false].map((isIdle) =>
    busy.failures.filter((test) => failedIdle.has(keyOf(test)) === isIdle),
  );
  return [
    ...section('Failed only alongside busy loops:', onlyBusy),
    ...section('Also failed on an idle machine:', both),
  ];
}

/** Returns each file that has a failed test, once. */
export function failedFiles({ failures }: TestResults): string[] {
  return [...new Set(failures.flatMap(({ file }) => (file === undefined ? [] : [relative('.', file)])))];
}

function section(title: string, tests: readonly FailedTest[] = []): string[] {
  if (tests.length === 0) return [];
  return [
    '',
    title,
    ...tests.map(({ file = '', name }) => `  ${[relative('.', file), name].filter(Boolean).join(': ')}`),
  ];
}

function keyOf({ file = '', name = '' }: FailedTest): string {
  return JSON.stringify([file, name]);
}
