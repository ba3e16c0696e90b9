// Implements `npm run test:long` and `npm run test:weekly`: runs the tests that take long. The last line shows the total.
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { goPackages, longTestPackages } from './testing/caches/go-cache.ts';
import { enterTestEnvironment } from './testing/environment.ts';
import { vitest } from './testing/runners.ts';
import { summary } from './testing/summary.ts';
import { runLanes } from './testing/tasks.ts';

const usage = `npm run test:long [-- PATH...]

Runs the tests that take long.

  PATH...    parts of the paths of test files (test/builder/ test/e2e/)
  --weekly   runs the tests of npm run test:weekly`;

const { positionals: filters, values } = readCommandLine(usage, {
  options: { weekly: { type: 'boolean' } },
  positionals: [0, Number.POSITIVE_INFINITY],
});
enterTestEnvironment();

const projects = ['pure', 'node', 'workerd', 'e2e'];
const reports = await runLanes([
  goPackages('Go packages are compiled', longTestPackages),
  values.weekly
    ? vitest('weekly tests', { projects, filters, tier: 'weekly' })
    : vitest('long tests', { projects: [...projects, 'ray'], filters, tier: 'long' }),
]);
print(summary(reports));
process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
