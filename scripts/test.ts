// Implements `npm test`: runs the checks and all test runners. The last line shows their total; each check counts as one test.
// `--changed` runs the tests for uncommitted changes, and `--changed=COMMIT` runs them for all changes since that commit.
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { goPackages } from './testing/caches/go-cache.ts';
import { changedTasks } from './testing/changed-tasks.ts';
import { checks } from './testing/checks.ts';
import { enterTestEnvironment } from './testing/environment.ts';
import { goTests, sdkTests, unittest, vitest } from './testing/runners.ts';
import { summary } from './testing/summary.ts';
import { after, runLanes, runOnce, type Task } from './testing/tasks.ts';

const usage = `npm test [-- --changed[=COMMIT]]

Runs all checks, and all tests but the long ones.

  --changed          runs the tests for what is not committed
  --changed=COMMIT   runs the tests for what changed since then`;

enterTestEnvironment();

// `--changed` alone means changes since the last commit.
const args = process.argv.slice(2).map((argument) => (argument === '--changed' ? '--changed=HEAD' : argument));
const { changed: since } = readCommandLine(usage, { options: { changed: { type: 'string' } }, args }).values;

const suites = {
  python: unittest('Python host tests', 'builder/host-python/tests'),
  go: goTests('Go host tests', 'builder/host-go'),
  sdk: sdkTests('SDK tests', 'test/sdk'),
};
const compiled = runOnce(goPackages('Go packages are compiled'));

/** Two parallel lanes keep the CPUs in use, because most tests spend part of their time waiting for processes and the network. */
function allTasks(): Task[][] {
  const unit = vitest('Node and workerd tests', ['pure', 'node', 'workerd']);
  const endToEnd = vitest('end-to-end tests', ['e2e']);
  return [
    [...checks, suites.python, suites.sdk, after(compiled, endToEnd)],
    [compiled, suites.go, unit],
  ];
}

/** Runs them and prints the total. */
export async function main(): Promise<void> {
  const lanes = since === undefined ? allTasks() : await changedTasks(since, suites);
  const reports = await runLanes(...lanes);
  print(summary(reports));
  process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
}
