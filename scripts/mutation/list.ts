// Reads the lists of mutations in test/mutations/, selects some, and checks that they still fit the files they change.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutation } from '../../test/mutations/mutation.ts';

const folderOfLists = 'test/mutations';

export interface ListedMutation extends Mutation {
  /** The name of the list's file: `archive`. */
  folder: string;
}

/** Reads every list. Each file except mutation.ts exports `mutations`. */
export async function readMutations(root: string): Promise<ListedMutation[]> {
  const names = (await readdir(join(root, folderOfLists))).filter((name) => name !== 'mutation.ts').sort();
  const lists = names.map(async (name) => {
    const list: { mutations: Mutation[] } = await import(pathToFileURL(join(root, folderOfLists, name)).href);
    const folder = name.replace(/\.ts$/, '');
    return list.mutations.map((mutation) => ({ ...mutation, folder }));
  });
  return (await Promise.all(lists)).flat();
}

/** Selects the mutations of a folder, or whose name contains the text. Without arguments, selects all. */
export function selectMutations(mutations: readonly ListedMutation[], filters: readonly string[]): ListedMutation[] {
  const folders = new Set(mutations.map(({ folder }) => folder));
  const matches = ({ folder, name }: ListedMutation, filter: string) =>
    folders.has(filter) ? folder === filter : name.includes(filter);
  const unused = filters.filter((filter) => !mutations.some((mutation) => matches(mutation, filter)));
  if (unused.length > 0) throw new Error(`No folder or mutation is named ${unused.join(', ')}.`);
  if (filters.length === 0) return [...mutations];
  return mutations.filter((mutation) => filters.some((filter) => matches(mutation, filter)));
}

/** Returns one line for each mutation that no longer fits: its search text, its file or its tests are gone. */
export async function listProblems(root: string, mutations: readonly ListedMutation[]): Promise<string[]> {
  const problems = await Promise.all(mutations.map((mutation) => problemsOf(root, mutation)));
  const names = mutations.map(({ folder, name }) => `${folder}: ${name}`);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...problems.flat(), ...repeated.map((name) => `${name}: another mutation has the same name`)];
}

async function problemsOf(root: string, mutation: ListedMutation): Promise<string[]> {
  const { file, folder, name, replace, search, tests } = mutation;
  const problems = tests.filter((test) => !existsSync(join(root, test))).map((test) => `${test} does not exist`);
  if (tests.length === 0) problems.push('no tests are listed');
  if (search === replace) problems.push('the replacement changes nothing');
  if (!existsSync(join(root, file))) problems.push(`${file} does not exist`);
  else {
    const count = (await readFile(join(root, file), 'utf8')).split(search).length - 1;
    if (count !== 1) problems.push(`the search text occurs ${count} times in ${file}, not once`);
  }
  return problems.map((problem) => `${folder}: ${name}: ${problem}`);
}
