// Reads the listed mutations in test/mutations/. A list names a test file, and below it the changes that this file must notice:
//   test/deploy/two-workers.test.ts
//     holdsLease: drop hasLease(deployments, token) -- a worker that lost its lease changes the deployment of another
//     renewDuring: renew().catch(failed) -> undefined -- the lease of a deployment is not renewed
// The key is the name of a function, class or constant, wherever it is, and an expression that occurs in it once, however it is formatted.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Change, changesIn } from './change.ts';
import { type Declaration, Declarations } from './declarations.ts';

export const folderOfLists = 'test/mutations';

export interface Entry {
  /** The name of the list's file: `archive`. */
  folder: string;
  /** The behavior that breaks: "a rejected Go plugin is stored". */
  name: string;
  /** `holdsLease`, `Instances.#start`, or `claim.ts#failed` if the name alone is not unique. */
  key: string;
  from: string;
  to: string;
  /** Test files, the most relevant first: `.test.ts` runs in vitest, `test_*.py` in unittest. */
  tests: string[];
  /** Why no test can notice it. It is not run. */
  equivalent?: string;
}

export interface Mutation extends Omit<Entry, 'key' | 'from' | 'to'>, Change {}

const entryLine = /^ {2}(\S+): (?:drop (.+)|(.+?) -> (.+)) -- (.+?)(?: \(equivalent: (.+)\))?$/;

/** Throws at the first line that is neither a heading of test files nor an entry. */
export function parseList(folder: string, text: string): Entry[] {
  let tests: string[] = [];
  return text.split('\n').flatMap((line, at) => {
    if (line === '' || line.startsWith('#')) return [];
    if (line.startsWith('test/') || line.startsWith('builder/')) {
      tests = line.split(' ');
      return [];
    }
    const [, key, dropped, from = dropped, to = '', name, equivalent] = entryLine.exec(line) ?? [];
    if (key === undefined || from === undefined || name === undefined || tests.length === 0) {
      throw new Error(`${folderOfLists}/${folder}.txt:${at + 1} is neither test files nor a mutation: ${line}`);
    }
    return [{ folder, name, key, from, to, tests, ...(equivalent === undefined ? {} : { equivalent }) }];
  });
}

export async function readLists(root: string): Promise<Entry[]> {
  const names = (await readdir(join(root, folderOfLists))).filter((name) => name.endsWith('.txt')).sort();
  const lists = names.map(async (name) =>
    parseList(basename(name, '.txt'), await readFile(join(root, folderOfLists, name), 'utf8')),
  );
  return (await Promise.all(lists)).flat();
}

/** Selects the entries of a list or of a test file, or whose name or key contains the text. Without arguments, selects all. */
export function selectEntries(entries: readonly Entry[], filters: readonly string[]): Entry[] {
  const folders = new Set(entries.map(({ folder }) => folder));
  const matches = ({ folder, key, name, tests }: Entry, filter: string) =>
    folders.has(filter) ? folder === filter : [name, key, ...tests].some((text) => text.includes(filter));
  const unused = filters.filter((filter) => !entries.some((entry) => matches(entry, filter)));
  if (unused.length > 0) throw new Error(`No list, test file or mutation is named ${unused.join(', ')}.`);
  if (filters.length === 0) return [...entries];
  return entries.filter((entry) => filters.some((filter) => matches(entry, filter)));
}

export interface Resolved {
  mutations: Mutation[];
  /** One line for each entry that no longer applies. */
  stale: string[];
}

/** Finds what the entries change, and their tests, which may have moved. */
export async function resolveEntries(root: string, entries: readonly Entry[]): Promise<Resolved> {
  const declarations = await Declarations.read(root);
  const resolved: Resolved = { mutations: [], stale: [] };
  for (const { key, from, to, ...entry } of entries) {
    const at = `${entry.folder}: ${entry.name}: `;
    const places = declarations.named(key);
    const changes = places.flatMap((place: Declaration) => changesIn(place, { from, to }));
    const tests = entry.tests.map((path) => declarations.testAt(path) ?? path);
    const missing = tests.filter((path) => declarations.testAt(path) === undefined);
    const [change] = changes;
    if (places.length === 0) resolved.stale.push(`${at}nothing is named ${key}`);
    else if (change === undefined || changes.length > 1) {
      resolved.stale.push(`${at}the expression occurs ${changes.length} times in ${key}, not once: ${from}`);
    } else if (missing.length > 0) resolved.stale.push(`${at}${missing.join(', ')} does not exist`);
    else resolved.mutations.push({ ...entry, tests, ...change });
  }
  return resolved;
}
