// Implements `npm run mutate`: breaks one behavior at a time in a copy of the checkout and runs the tests that must notice it.
//   npm run mutate                                   all mutations listed in test/mutations/
//   npm run mutate -- archive two-workers.test.ts    those of a list, of a test file, or whose name or key contains the text
//   npm run mutate -- --code claim.ts holdsLease     each part of a file, a folder, or what has the name, broken by operators
//   npm run mutate -- --code src/deploy --sample 30  thirty of these, chosen at random
//   npm run mutate -- --jobs 2 --results FILE        two at a time; a run that was interrupted continues from FILE
import { resolve } from 'node:path';
import { readCommandLine, UsageError } from './machine/command-line.ts';
import { duration, paint, print } from './machine/terminal.ts';
import { codeMutations, sampleOf } from './mutation/code.ts';
import { type Mutation, readLists, resolveEntries, selectEntries } from './mutation/list.ts';
import { fingerprintOf, Results } from './mutation/results.ts';
import { syntaxProblem } from './mutation/syntax.ts';
import { runAllTests, runTests } from './mutation/trial.ts';
import { Workspace } from './mutation/workspace.ts';

const usage = `npm run mutate [-- NAME...] [-- --code PLACE...] [OPTION...]

  NAME...          lists, test files, or parts of the names of mutations (all)
  --code           each part of the files, folders or functions that are named, broken by operators
  --sample N       only N of them, chosen at random
  --tests FILE     with --code: a test file to run, instead of those nearest by imports
  --jobs N         how many are tried at a time (1)
  --results FILE   records the results; a run that was interrupted continues from it`;

const { values, positionals } = readCommandLine(usage, {
  positionals: [0, Number.POSITIVE_INFINITY],
  options: {
    code: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    results: { type: 'string' },
    sample: { type: 'string' },
    tests: { type: 'string', multiple: true, default: [] },
  },
});
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError('--jobs takes a number of mutations to try at a time.');

interface Tried extends Mutation {
  outcome: 'noticed' | 'unnoticed';
}

const checkout = resolve('.');
const { mutations, stale } = await chosen();
const selected = values.sample === undefined ? mutations : sampleOf(mutations, Number(values.sample));
const inUse = selected.filter(({ equivalent }) => equivalent === undefined);
await refuseProblems();
const tried = await tryAll(await Results.open(values.results));
printScores();
process.exitCode = tried.some(({ outcome }) => outcome === 'unnoticed') ? 1 : 0;

async function chosen(): Promise<{ mutations: Mutation[]; stale: string[] }> {
  const entries = await readLists(checkout);
  if (!values.code) return resolveEntries(checkout, selectEntries(entries, positionals));
  const listed = await resolveEntries(checkout, entries);
  return {
    mutations: await codeMutations({ root: checkout, names: positionals, tests: values.tests, listed }),
    stale: [],
  };
}

async function refuseProblems(): Promise<void> {
  const problems: string[] = [];
  for (const mutation of selected) problems.push(...[(await syntaxProblem(mutation)) ?? []].flat());
  if (problems.length === 0) return;
  print(`These changes break the syntax:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  process.exit(1);
}

/** Tries what has no result yet. Each job has a workspace of its own. */
async function tryAll(results: Results): Promise<Tried[]> {
  const done: Tried[] = [];
  const left: { mutation: Mutation; fingerprint: string }[] = [];
  for (const mutation of inUse) {
    const fingerprint = await fingerprintOf(checkout, mutation);
    const outcome = results.get(mutation, fingerprint)?.outcome;
    if (outcome) done.push({ ...mutation, outcome });
    else left.push({ mutation, fingerprint });
  }
  if (left.length === 0) return done;
  const files = [...new Set(left.flatMap(({ mutation }) => mutation.tests))];
  const workspaces = await Promise.all(
    Array.from({ length: Math.min(jobs, left.length) }, () => Workspace.create(checkout)),
  );
  try {
    await refuseFailingTests(workspaces[0], files);
    await Promise.all(workspaces.map(work));
  } finally {
    await Promise.all(workspaces.map((workspace) => workspace.remove()));
  }
  return done;

  async function work(workspace: Workspace): Promise<void> {
    for (let next = left.shift(); next; next = left.shift()) {
      const { fingerprint, mutation } = next;
      const startedAt = performance.now();
      const trial = await workspace.withChange(mutation, () => runTests(workspace.path, mutation.tests));
      if (trial.outcome === 'broken') throw new Error(`${mutation.folder}: ${mutation.name}: ${trial.message}`);
      const ms = performance.now() - startedAt;
      done.push({ ...mutation, outcome: trial.outcome });
      const by = trial.outcome === 'noticed' ? trial.by : undefined;
      await results.set(mutation, { fingerprint, outcome: trial.outcome, ...(by === undefined ? {} : { by }), ms });
      const mark = trial.outcome === 'noticed' ? paint('green', '✓') : paint('red', '✗');
      print(`${mark} ${mutation.folder}: ${mutation.name} ${paint('dim', `(${duration(ms)})`)}`);
    }
  }
}

/** Without a mutation, the tests must pass: otherwise every mutation would count as noticed. */
async function refuseFailingTests(workspace: Workspace | undefined, files: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const trial = workspace && (await runAllTests(workspace.path, files));
  if (trial && trial.outcome !== 'unnoticed') {
    print(`These tests fail without a mutation:\n${trial.outcome === 'noticed' ? trial.by : trial.message}`);
    throw new Error('No mutation was tried.');
  }
  print(
    `${files.length} test files pass without a mutation ${paint('dim', `(${duration(performance.now() - startedAt)})`)}`,
  );
}

function printScores(): void {
  print();
  const folders = [...new Set(selected.map(({ folder }) => folder))];
  for (const folder of folders) print(`${folder.padEnd(16)} ${score(tried.filter((one) => one.folder === folder))}`);
  print(paint('bold', `${'total'.padEnd(16)} ${score(tried)}`));
  const survivors = tried.filter(({ outcome }) => outcome === 'unnoticed');
  for (const { file, folder, name } of survivors)
    print(`${paint('red', '✗')} not noticed: ${folder}: ${name} (${file})`);
  for (const { equivalent, folder, name } of selected) {
    if (equivalent !== undefined) print(paint('dim', `  equivalent: ${folder}: ${name}: ${equivalent}`));
  }
  if (stale.length > 0) print(`These entries no longer apply. Renew or remove them:\n  ${stale.join('\n  ')}`);
}

function score(mutations: readonly Tried[]): string {
  const noticed = mutations.filter(({ outcome }) => outcome === 'noticed').length;
  const percent = mutations.length === 0 ? 100 : Math.floor((100 * noticed) / mutations.length);
  return `${noticed}/${mutations.length} noticed (${percent} %)`;
}
