// Implements `npm run mutate`: breaks one behavior at a time in a copy of the checkout and runs the tests that must notice it.
//   npm run mutate -- claim.ts holdsLease        each part of a file, a folder, or what has the name
//   npm run mutate -- src/rollouts --sample 30     thirty of these, chosen at random
//   npm run mutate -- src/rollouts --jobs 2        two at a time
import { resolve } from 'node:path';
import { readCommandLine, UsageError } from './machine/command-line.ts';
import { duration, paint, print } from './machine/terminal.ts';
import { codeMutations, type Mutation, randomSample } from './mutation/code.ts';
import { runAllTests, runTests } from './mutation/trial.ts';
import { Workspace } from './mutation/workspace.ts';

const usage = `npm run mutate -- PLACE... [OPTION...]

  PLACE...         files, folders or functions, whose parts are broken by operators
  --sample N       only N of them, chosen at random
  --tests FILE     a test file to run, instead of those nearest by imports
  --jobs N         how many are tried at a time (1)`;

const { values, positionals } = readCommandLine(usage, {
  positionals: [1, Number.POSITIVE_INFINITY],
  options: {
    jobs: { type: 'string', default: '1' },
    sample: { type: 'string' },
    tests: { type: 'string', multiple: true, default: [] },
  },
});
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1)
  throw new UsageError('--jobs takes the number of mutations to try concurrently.');

const checkout = resolve('.');
const all = await codeMutations({ root: checkout, names: positionals, tests: values.tests });
const selected = values.sample === undefined ? all : randomSample(all, Number(values.sample));
const unnoticed: Mutation[] = [];
await tryAll();
printScore();
process.exitCode = unnoticed.length > 0 ? 1 : 0;

/** Each job has its own workspace. */
async function tryAll(): Promise<void> {
  const left = [...selected];
  const workspaces = await Promise.all(
    Array.from({ length: Math.min(jobs, left.length) }, () => Workspace.create(checkout)),
  );
  try {
    await refuseFailingTests(workspaces[0]);
    await Promise.all(workspaces.map(work));
  } finally {
    await Promise.all(workspaces.map((workspace) => workspace.remove()));
  }

  async function work(workspace: Workspace): Promise<void> {
    for (let mutation = left.shift(); mutation; mutation = left.shift()) await tryOne(workspace, mutation);
  }
}

async function tryOne(workspace: Workspace, mutation: Mutation): Promise<void> {
  const startedAt = performance.now();
  const trial = await workspace.withChange(mutation, () => runTests(workspace.path, mutation.tests));
  const what = `${mutation.file}: ${mutation.name}`;
  if (trial.outcome === 'broken') throw new Error(`${what}: ${trial.message}`);
  if (trial.outcome === 'unnoticed') unnoticed.push(mutation);
  const mark = trial.outcome === 'noticed' ? paint('green', '✓') : paint('red', '✗');
  print(`${mark} ${what} ${paint('dim', `(${duration(performance.now() - startedAt)})`)}`);
}

/** The tests must pass without a mutation, because otherwise every mutation would count as detected. */
async function refuseFailingTests(workspace: Workspace | undefined): Promise<void> {
  const startedAt = performance.now();
  const files = [...new Set(selected.flatMap(({ tests }) => tests))];
  const trial = workspace && (await runAllTests(workspace.path, files));
  if (trial && trial.outcome !== 'unnoticed') {
    print(`These tests fail without a mutation:\n${trial.outcome === 'noticed' ? trial.by : trial.message}`);
    throw new Error('No mutation was tried.');
  }
  print(
    `${files.length} test files pass without a mutation ${paint('dim', `(${duration(performance.now() - startedAt)})`)}`,
  );
}

function printScore(): void {
  const noticed = selected.length - unnoticed.length;
  print(paint('bold', `\n${noticed}/${selected.length} noticed`));
  for (const { file, name } of unnoticed) print(`${paint('red', '✗')} not noticed: ${file}: ${name}`);
}
