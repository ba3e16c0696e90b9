// Mutates files, folders and functions with the operators in operators.ts.
import ts from 'typescript';
import { Declarations } from './declarations.ts';
import { nearestTests, readImporters } from './nearest.ts';
import { type Change, operatorChanges } from './operators.ts';

export interface Mutation extends Change {
  /** Test files that must detect the mutation, most relevant first. */
  tests: string[];
}

interface Wanted {
  root: string;
  /** Names of files (`claim.ts`), folders (`src/rollouts`) or declarations (`holdsLease`, `Instances.#start`). */
  names: readonly string[];
  /** Tests to run instead of the nearest ones. */
  tests: readonly string[];
}

export async function codeMutations({ root, names, tests }: Wanted): Promise<Mutation[]> {
  const declarations = await Declarations.read(root);
  const importers = await readImporters(root);
  const mutations = names.flatMap((name) => {
    const places = name.includes('/') ? declarations.filesUnder(name) : declarations.named(name);
    const changes = places.flatMap(operatorChanges).filter(isParsed);
    if (changes.length === 0) throw new Error(`No mutable TypeScript code is named ${name}.`);
    return changes.map((change) => ({
      ...change,
      tests: tests.length > 0 ? [...tests] : nearestTests(importers, change.file),
    }));
  });
  const untested = mutations.find((mutation) => mutation.tests.length === 0);
  if (untested) throw new Error(`No test imports ${untested.file}. Name the tests with --tests.`);
  return mutations;
}

/** Excludes a file that doesn't parse, because its tests would fail without detecting anything. */
function isParsed({ after, file }: Change): boolean {
  const { diagnostics = [] } = ts.transpileModule(after, { fileName: file, reportDiagnostics: true });
  return diagnostics.length === 0;
}

/** Picks a random sample without repetition. */
export function randomSample<T>(all: readonly T[], size: number): T[] {
  if (!Number.isInteger(size) || size < 1) throw new Error('--sample takes the number of mutations.');
  const left = [...all];
  const chosen: T[] = [];
  while (chosen.length < size && left.length > 0)
    chosen.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return chosen;
}
