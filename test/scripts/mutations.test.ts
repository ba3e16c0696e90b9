// The lists of mutations in test/mutations/: each entry fits the code, and what is reported of one that does not.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type ListedMutation, listProblems, readMutations, selectMutations } from '../../scripts/mutation/list.ts';

const root = resolve('.');
const mutations = await readMutations(root);

const entry: ListedMutation = {
  folder: 'scripts',
  name: 'a copy',
  file: 'test/scripts/mutations.test.ts',
  search: ['the text', 'that occurs once'].join(' '), // the text that occurs once
  replace: '',
  tests: ['test/scripts/mutations.test.ts'],
};

test('every mutation finds its text exactly once, and its tests exist', async () => {
  expect(mutations.length).toBeGreaterThan(0);
  expect(await listProblems(root, mutations)).toEqual([]);
});

test('an entry that fits has no problems', async () => {
  expect(await listProblems(root, [entry])).toEqual([]);
});

test.each<[string, Partial<ListedMutation>]>([
  ['the search text occurs 0 times in test/scripts/mutations.test.ts, not once', { search: ['is', 'gone'].join('-') }],
  ['the search text occurs 2 times in test/scripts/mutations.test.ts, not once', { search: 'selectMutations }' }],
  ['src/gone.ts does not exist', { file: 'src/gone.ts' }],
  ['test/gone.test.ts does not exist', { tests: ['test/gone.test.ts'] }],
  ['no tests are listed', { tests: [] }],
  ['the replacement changes nothing', { replace: entry.search }],
])('a problem of a mutation is reported: %s', async (problem, change) => {
  expect(await listProblems(root, [{ ...entry, ...change }])).toEqual([`scripts: a copy: ${problem}`]);
});

test('two mutations of a folder have different names', async () => {
  expect(await listProblems(root, [entry, { ...entry, folder: 'cli' }])).toEqual([]);
  expect(await listProblems(root, [entry, entry])).toEqual(['scripts: a copy: another mutation has the same name']);
});

test('mutations are selected by folder or by part of their name', () => {
  const others = [
    { ...entry, folder: 'archive', name: 'a path leaves the archive' },
    { ...entry, folder: 'scan', name: 'an import is dropped' },
    { ...entry, folder: 'cli', name: 'the scan is left out' },
  ];
  expect(selectMutations(others, [])).toEqual(others);
  expect(selectMutations(others, ['scan'])).toEqual([others[1]]);
  expect(selectMutations(others, ['leaves the'])).toEqual([others[0]]);
  expect(() => selectMutations(others, ['scan', 'scann'])).toThrow('No folder or mutation is named scann.');
});
