// Implements `npm run test:busy`: runs the tests that start processes alongside two busy loops per core, repeats the failed files on
// the idle machine, and prints the tests that failed only under load. Arguments select test files by parts of their paths. With
// `--tier` it runs another tier than the quick and the extended tests.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { busyReport, failedFiles } from './testing/busy-failures.ts';
import { goPackages } from './testing/caches/go-cache.ts';
import { enterTestEnvironment } from './testing/environment.ts';
import { runVitest } from './testing/runners.ts';
import { totalLine } from './testing/summary.ts';
import { tierSchema } from './testing/tiers.ts';

const usage = `npm run test:busy [-- PATH...]

Runs tests beside busy loops, and prints the failures that happen only then.

  PATH...       parts of the paths of test files (test/builder/ test/e2e/)
  --tier=TIER   only the tests that are quick, extended, long or weekly`;

const { positionals: chosen, values } = readCommandLine(usage, {
  options: { tier: { type: 'string' } },
  positionals: [0, Number.POSITIVE_INFINITY],
});
const tier = tierSchema.optional().parse(values.tier);

enterTestEnvironment();

const loopsPerCore = 2;

/** Exits when its parent has exited. */
const loop = `
const parent = process.ppid;
while (process.ppid === parent) for (const until = Date.now() + 200; Date.now() < until; );
`;

const projects = ['node', 'e2e'];
const filters = chosen.length > 0 ? chosen : ['test/builder/', 'test/e2e/'];

// Compiles Go packages first, as npm test does. Otherwise several builders would compile the standard library alongside the busy loops,
// which takes as long as a test may run.
const { output, results } = await goPackages('Go packages are compiled').run();
if (results.failed > 0) throw new Error(output);
const { results: busy } = await besideBusyLoops(() => runVitest({ projects, filters, tier }));
const files = failedFiles(busy);
const idle = files.length > 0 ? (await runVitest({ projects, filters: files, tier })).results : undefined;
for (const line of busyReport(busy, idle)) print(line);
print();
print(totalLine([busy]));
process.exitCode = busy.failed > 0 ? 1 : 0;

/** Runs the work alongside two busy loops per core. */
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
