// Implements `npm run test:busy`: runs the tests that start processes beside two busy loops per core, repeats the files that failed on
// the idle machine, and prints what failed only while it was busy. Arguments choose test files by parts of their paths. With
// SLIPWAY_TEST_LONG=1 it runs the long tests.

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { goPackages } from './testing/caches/go-cache.ts';
import type { FailedTest, TestResults } from './testing/outcome.ts';
import { runVitest } from './testing/runners.ts';
import { totalLine } from './testing/summary.ts';

const loopsPerCore = 2;

/** Ends itself when its parent has ended. */
const loop = `
const parent = process.ppid;
while (process.ppid === parent) for (const until = Date.now() + 200; Date.now() < until; );
`;

/** Runs the work beside two busy loops per core. */
async function besideBusyLoops<Result>(work: () => Promise<Result>): Promise<Result> {
  const loops = Array.from({ length: loopsPerCore * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }),
  );
  try {
    return await work();
  } finally {
    for (const child of loops) child.kill('SIGKILL');
  }
}

const usage = `npm run test:busy [-- PATH...]

Runs tests beside busy loops, and prints the failures that happen only then.

  PATH...   parts of the paths of test files (test/builder/ test/e2e/)`;

const { positionals: chosen } = readCommandLine(usage, { options: {}, positionals: [0, Number.POSITIVE_INFINITY] });

const projects = ['node', 'e2e'];
const filters = chosen.length > 0 ? chosen : ['test/builder/', 'test/e2e/'];

// As for npm test. Beside busy loops, several builders would compile the standard library for the length of a test.
const { output, results } = await goPackages('Go packages are compiled').run();
if (results.failed > 0) throw new Error(output);
const { results: busy } = await besideBusyLoops(() => runVitest(projects, filters));
const files = failedFiles(busy);
const idle = files.length > 0 ? (await runVitest(projects, files)).results : undefined;
for (const line of busyReport(busy, idle)) print(line);
print();
print(totalLine([busy]));
process.exitCode = busy.failed > 0 ? 1 : 0;

/** Returns the lines of the report. Tests that failed in both runs are no fault of the load. */
export function busyReport(busy: TestResults, idle: TestResults | undefined): string[] {
  const failedIdle = new Set(idle?.failures.map(keyOf));
  const [both, onlyBusy] = [true, false].map((isIdle) =>
    busy.failures.filter((test) => failedIdle.has(keyOf(test)) === isIdle),
  );
  return [...section('Failed only beside busy loops:', onlyBusy), ...section('Failed on an idle machine too:', both)];
}

/** Returns each file with a failed test once. */
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
