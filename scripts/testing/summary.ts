// Formats the end of a run: the failed tasks, files and tests, and the totals in the very last line.
import { relative } from 'node:path';
import type { FailedTest, Outcome, TestResults } from './outcome.ts';

export interface TaskReport extends TestResults {
  name: string;
}

/** More failed tests of a file are only counted. Files are never left out. */
const testsPerFileMax = 5;

/** Lists what failed, if anything, and ends with the totals. */
export function summary(reports: readonly TaskReport[]): string {
  const failed = reports.filter((report) => report.failed > 0);
  const list = failed.length === 0 ? [] : ['', 'Failed:', ...failed.flatMap(failedTask), ''];
  return [...list, totalLine(reports)].join('\n');
}

export function totalLine(outcomes: readonly Outcome[]): string {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  return `${passed} passed, ${failed} failed`;
}

function failedTask({ failures, name }: TaskReport): string[] {
  const files = Map.groupBy(failures, ({ file }) => file ?? '');
  return [`  ${name}`, ...[...files].flatMap(([file, tests]) => failedFile(file, tests))];
}

function failedFile(file: string, tests: readonly FailedTest[]): string[] {
  const names = tests.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const rest = names.length - testsPerFileMax;
  return [
    ...(file === '' ? [] : [`    ${relative('.', file)}`]),
    ...names.slice(0, testsPerFileMax).map((name) => `      ${name}`),
    ...(rest > 0 ? [`      … and ${rest} more`] : []),
  ];
}
