// Formats the end of a run: the failed tasks, files and tests, with the totals on the last line.
import { relative } from 'node:path';
import type { FailedTest, Outcome, TestResults } from './outcome.ts';

export interface TaskReport extends TestResults {
  name: string;
}

/** Failed tests above this number per file are only counted. All files are listed. */
const testsPerFileMax = 5;

/** Lists skipped and failed tests, if any, and ends with what the run left out and the totals. */
export function summary(reports: readonly TaskReport[], leftOut?: string): string {
  const notRun = reports.flatMap(({ name, notRun = [] }) => notRun.map((tests) => ({ name, ...tests })));
  const missing = notRun.map(({ count, name, reason }) => `  ${count} of ${name}: ${reason}`);
  const failed = reports.filter((report) => report.failed > 0);
  return [
    ...(missing.length === 0 ? [] : ['', 'Not run:', ...missing, '']),
    ...(failed.length === 0 ? [] : ['', 'Failed:', ...failed.flatMap(failedTask), '']),
    ...(leftOut === undefined ? [] : [leftOut]),
    totalLine(reports),
  ].join('\n');
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
