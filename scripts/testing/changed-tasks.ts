// Creates the tasks for `npm test -- --changed`, and prints why they were chosen.
import { existsSync } from 'node:fs';
import { print } from '../machine/terminal.ts';
import { runCommand } from './command.ts';
import { importGraph } from './import-graph.ts';
import { neededByMost, type RelatedTests, relatedTests, type Suite } from './related-tests.ts';
import { vitest } from './runners.ts';
import type { Task } from './tasks.ts';
import { leftOut } from './tiers.ts';

const projects = ['pure', 'node', 'workerd', 'e2e'];
const namesMax = 10;

/** Extended tests are among them only if they changed themselves, or with `all`. */
export async function changedTasks(since: string, suites: Record<Suite, Task>, all: boolean): Promise<Task[][]> {
  const changed = await changedFiles(since);
  const tracked = (await trackedFiles()).filter((path) => existsSync(path));
  const [long, unwanted] = [new Set(leftOut(undefined)), new Set(leftOut(all ? undefined : 'quick'))];
  const isChosen = (path: string) => !unwanted.has(path) || changed.includes(path);
  const allTests = tracked.filter((path) => /^test\/.*\.test\.ts$/.test(path));
  const tests = allTests.filter(isChosen);
  const graph = await importGraph(tracked.filter((path) => /\.(?:tsx?|js)$/.test(path)));
  const related = relatedTests(changed, tests, graph);
  print(`${changed.length} changed files since ${since}: ${chosen(related)}`);
  const { files: reached } = relatedTests(changed, allTests, graph);
  const left = reached === 'all' ? [] : reached.filter((path) => !isChosen(path) && !long.has(path));
  if (left.length > 0) print(`Left out: ${left.length} extended test files (\`npm run test:all -- --changed\`).`);
  const broad = neededByMost(changed, tests, graph);
  if (broad.length > 0) print(`Most tests depend on ${broad.join(', ')}.`);
  const run =
    related.files === 'all'
      ? { projects, tier: all ? undefined : ('quick' as const) }
      : { projects, filters: related.files };
  return [
    related.suites.map((suite) => suites[suite]),
    changed.length > 0 ? [vitest('tests of the changed files', run)] : [],
  ];
}

function chosen({ files, suites }: RelatedTests): string {
  if (files === 'all') return 'all tests, because any test may depend on one of them';
  const names = [...files, ...suites.map((suite) => `the suite "${suite}"`)];
  const shown = names.slice(0, namesMax).map((name) => `\n  ${name}`);
  const rest = names.length - shown.length;
  return `${names.length} test files${shown.join('')}${rest > 0 ? `\n  … and ${rest} more` : ''}`;
}

/** Returns the changed files' paths, including removed files. Throws if the commit doesn't exist. */
async function changedFiles(since: string): Promise<string[]> {
  const base = await git('merge-base', since, 'HEAD');
  const listed = [
    await git('diff', '--name-only', '--no-renames', base),
    await git('ls-files', '--others', '--exclude-standard'),
  ];
  return [...new Set(listed.flatMap((lines) => lines.split('\n')).filter((line) => line !== ''))].sort();
}

function trackedFiles(): Promise<string[]> {
  return git('ls-files', '--cached', '--others', '--exclude-standard').then((lines) => lines.split('\n'));
}

async function git(...args: string[]): Promise<string> {
  const { exitCode, output } = await runCommand('git', ['-c', 'core.quotePath=off', ...args]);
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${output}`);
  return output.trim();
}
