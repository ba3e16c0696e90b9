// Implements `npm test` and `npm run test:all`: runs the checks and all test runners. The last line shows their total; each check counts as
// one test. `--changed` runs the tests for uncommitted changes, and `--changed=COMMIT` runs them for all changes since that commit.
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { goPackages } from './testing/caches/go-cache.ts';
import { changedTasks } from './testing/changed-tasks.ts';
import { checks } from './testing/checks.ts';
import { type Cost, costTable, measured } from './testing/cost.ts';
import { enterTestEnvironment } from './testing/environment.ts';
import { goTests, sdkTests, unittest, vitest } from './testing/runners.ts';
import { summary, type TaskReport } from './testing/summary.ts';
import { after, runLanes, runOnce, type Task } from './testing/tasks.ts';
import { leftOut } from './testing/tiers.ts';

const usage = `npm test [-- --all] [--changed[=COMMIT]] [--cost]

Runs all checks and the quick tests. npm run test:all runs the extended ones too.

  --all              also runs the extended tests
  --changed          runs the tests for what is not committed
  --changed=COMMIT   runs the tests for what changed since then
  --cost             runs one file at a time, and prints processor times`;

enterTestEnvironment();

// `--changed` alone means changes since the last commit.
const args = process.argv.slice(2).map((argument) => (argument === '--changed' ? '--changed=HEAD' : argument));
const {
  all = false,
  changed: since,
  cost = false,
} = readCommandLine(usage, {
  options: { all: { type: 'boolean' }, changed: { type: 'string' }, cost: { type: 'boolean' } },
  args,
}).values;

const suites = {
  python: unittest('Python host tests', 'builder/host-python/tests'),
  go: goTests('Go host tests', 'builder/host-go'),
  sdk: sdkTests('SDK tests', 'test/sdk'),
};
const compiled = runOnce(goPackages('Go packages are compiled'));

/** Two parallel lanes keep the CPUs in use, because most tests spend part of their time waiting for processes and the network. */
function quickTasks(): Task[][] {
  const unit = vitest('Node and workerd tests', { projects: ['pure', 'node', 'workerd'], tier: 'quick', cost });
  const endToEnd = vitest('end-to-end tests', { projects: ['e2e'], tier: 'quick', cost });
  return [
    [...checks, suites.python, after(compiled, endToEnd)],
    [compiled, suites.go, unit],
  ];
}

function extendedTasks(): Task[][] {
  const unit = vitest('extended Node and workerd tests', {
    projects: ['pure', 'node', 'workerd'],
    tier: 'extended',
    cost,
  });
  const endToEnd = vitest('extended end-to-end tests', { projects: ['e2e'], tier: 'extended', cost });
  return [[suites.sdk, endToEnd], [unit]];
}

async function runWithCosts(tasks: Task[]): Promise<TaskReport[]> {
  const costs: Cost[] = [];
  const reports = await runLanes(tasks.map((task) => measured(task, costs)));
  for (const line of costTable('Parts', costs)) print(line);
  return reports;
}

/** Runs them and prints the total. */
export async function main(): Promise<void> {
  const parts =
    since === undefined ? [quickTasks(), ...(all ? [extendedTasks()] : [])] : [await changedTasks(since, suites, all)];
  const reports: TaskReport[] = [];
  for (const lanes of parts) reports.push(...(await (cost ? runWithCosts(lanes.flat()) : runLanes(...lanes))));
  const files = leftOut('quick').length - leftOut(undefined).length;
  const rest = `Left out: ${files} files of extended tests (\`npm run test:all\`), and the long tests (\`npm run test:long\`).`;
  print(summary(reports, all || since !== undefined ? undefined : rest));
  process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
}
