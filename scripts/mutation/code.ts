// Makes mutations of code that no list names, with the operators of operators.ts.
import { Declarations } from './declarations.ts';
import type { Mutation, Resolved } from './list.ts';
import { nearestTests, readImporters } from './nearest.ts';
import { operatorChanges } from './operators.ts';

interface Wanted {
  root: string;
  /** Names of files (`claim.ts`), folders (`src/deploy`) or declarations (`holdsLease`, `Instances.#start`). */
  names: readonly string[];
  /** Run instead of the nearest tests. */
  tests: readonly string[];
  /** The tests that lists name for a file are nearer than those that import it. */
  listed: Pick<Resolved, 'mutations'>;
}

export async function codeMutations({ root, names, tests, listed }: Wanted): Promise<Mutation[]> {
  if (names.length === 0) throw new Error('--code takes the names of files, folders or functions.');
  const declarations = await Declarations.read(root);
  const importers = await readImporters(root);
  const mutations = names.flatMap((name) => {
    const places = name.includes('/') ? declarations.filesUnder(name) : declarations.named(name);
    const changes = places.filter(({ file }) => !file.endsWith('.py')).flatMap(operatorChanges);
    if (changes.length === 0) throw new Error(`No code in TypeScript that can be broken is named ${name}.`);
    return changes.map((change) => ({ ...change, folder: change.file, tests: testsOf(change.file) }));
  });
  const untested = mutations.find((mutation) => mutation.tests.length === 0);
  if (untested) throw new Error(`No test imports ${untested.file}. Name the tests with --tests.`);
  return mutations;

  function testsOf(file: string): string[] {
    if (tests.length > 0) return [...tests];
    const named = listed.mutations.filter((mutation) => mutation.file === file).flatMap((mutation) => mutation.tests);
    return [...new Set([...named, ...nearestTests(importers, file)])];
  }
}

/** Chooses a number of them at random, without repetition. */
export function sampleOf<T>(all: readonly T[], size: number): T[] {
  if (!Number.isInteger(size) || size < 1) throw new Error('--sample takes a number of mutations.');
  const left = [...all];
  const chosen: T[] = [];
  while (chosen.length < size && left.length > 0)
    chosen.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return chosen;
}
