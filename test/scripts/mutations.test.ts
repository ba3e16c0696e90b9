// The lists of mutations in test/mutations/, how their keys find the code, and what operators make of code that no list names.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeMutations, sampleOf } from '../../scripts/mutation/code.ts';
import { type Entry, parseList, readLists, resolveEntries, selectEntries } from '../../scripts/mutation/list.ts';
import { fingerprintOf, Results } from '../../scripts/mutation/results.ts';
import { syntaxProblem } from '../../scripts/mutation/syntax.ts';

const root = resolve('.');
const claim = `export function mayClaim(id: string, now: number): boolean {
  return isKnown(id) && and(isUnleased(id, now), isUnfinished(id));
}
`;
const entry: Entry = {
  folder: 'deploy',
  name: 'a claim ignores a lease',
  key: 'mayClaim',
  from: 'isUnleased(id, now)',
  to: '',
  tests: ['test/deploy/claims.test.ts'],
};
const files = { 'src/deploy/claim.ts': claim, 'test/deploy/claims.test.ts': "import '../../src/deploy/claim.ts';\n" };

async function projectOf(texts: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-mutations-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const folders = ['src', 'builder', 'scripts', 'test'];
  for (const folder of folders) await mkdir(join(path, folder));
  for (const [file, text] of Object.entries(texts)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

async function resolvedIn(texts: Record<string, string>, change: Partial<Entry> = {}) {
  const { mutations, stale } = await resolveEntries(await projectOf(texts), [{ ...entry, ...change }]);
  return {
    after: mutations.map(({ after }) => after.replaceAll(/\s+/g, ' ')),
    files: mutations.map(({ file }) => file),
    stale,
  };
}

const dropped = claim.replace('isUnleased(id, now), ', '').replaceAll(/\s+/g, ' ');

test('the listed mutations still apply, but for a tenth at most', { tags: 'long' }, async () => {
  const entries = await readLists(root);
  const { stale } = await resolveEntries(root, entries);
  expect(entries.length).toBeGreaterThan(500);
  expect(stale.length, stale.join('\n')).toBeLessThanOrEqual(entries.length / 10);
});

test('a change that breaks the syntax is reported', async () => {
  const mutation = (await resolveEntries(await projectOf(files), [{ ...entry, to: '(' }])).mutations[0];
  expect(mutation && (await syntaxProblem(mutation))).toMatch(/^deploy: a claim ignores a lease: does not parse: /);
});

test('a list has headings of test files, and below each the changes they must notice', () => {
  const text = [
    '# Why',
    'test/deploy/a.test.ts test/deploy/b.test.ts',
    '  mayClaim: drop isUnleased(id, now) -- a claim ignores a lease',
    '',
    'test/deploy/c.test.ts',
    '  claim.ts#mayClaim: now -> now + 1 -- a lease ends early (equivalent: nobody asks in between)',
  ].join('\n');
  expect(parseList('deploy', text)).toEqual([
    { ...entry, tests: ['test/deploy/a.test.ts', 'test/deploy/b.test.ts'] },
    {
      folder: 'deploy',
      name: 'a lease ends early',
      key: 'claim.ts#mayClaim',
      from: 'now',
      to: 'now + 1',
      tests: ['test/deploy/c.test.ts'],
      equivalent: 'nobody asks in between',
    },
  ]);
});

test.each([
  ['a change without a name', 'test/a.test.ts\n  mayClaim: drop isUnleased(id, now)', 2],
  ['a change above the first test file', '  mayClaim: drop now -- a name', 1],
])('%s is reported with its line', (_, text, line) => {
  expect(() => parseList('deploy', text)).toThrow(
    `test/mutations/deploy.txt:${line} is neither test files nor a mutation`,
  );
});

test('an entry applies to its function, and drops the separator with the expression', async () => {
  expect(await resolvedIn(files)).toEqual({ after: [dropped], files: ['src/deploy/claim.ts'], stale: [] });
});

test.each([
  ['is moved to another file', { 'src/deploy/claims/may.ts': claim, 'test/deploy/claims.test.ts': '' }],
  [
    'is formatted in another way',
    {
      ...files,
      'src/deploy/claim.ts': claim.replace(
        'isUnleased(id, now), isUnfinished(id)',
        '\n isUnleased(\n id,\n now,\n ),\n isUnfinished(id),\n',
      ),
    },
  ],
  [
    'changes elsewhere',
    { ...files, 'src/deploy/claim.ts': `${claim.replace('isKnown(id)', 'isSeen(id)')}const now = 1;\n` },
  ],
  ['is tested by a file that was moved', { 'src/deploy/claim.ts': claim, 'test/deploy/leases/claims.test.ts': '' }],
])('an entry still applies when its function %s', async (_, texts) => {
  const { after, stale } = await resolvedIn(texts);
  expect(stale).toEqual([]);
  expect(after).toEqual([expect.not.stringContaining('isUnleased')]);
});

test.each<[string, Record<string, string>, Partial<Entry>]>([
  ['nothing is named gone', files, { key: 'gone' }],
  ['the expression occurs 0 times in mayClaim, not once: isLeased(id)', files, { from: 'isLeased(id)' }],
  ['the expression occurs 4 times in mayClaim, not once: id', files, { from: 'id' }],
  [
    'the expression occurs 2 times in mayClaim, not once: isUnleased(id, now)',
    { ...files, 'src/deploy/other.ts': claim },
    {},
  ],
  ['test/gone.test.ts does not exist', files, { tests: ['test/gone.test.ts'] }],
])('an entry that no longer applies is reported: %s', async (problem, texts, change) => {
  expect((await resolvedIn(texts, change)).stale).toEqual([`deploy: a claim ignores a lease: ${problem}`]);
});

test('a key with a file selects among functions of one name', async () => {
  const texts = { ...files, 'src/deploy/other.ts': claim };
  expect((await resolvedIn(texts, { key: 'claim.ts#mayClaim' })).files).toEqual(['src/deploy/claim.ts']);
});

test('an entry applies to a method in Python', async () => {
  const python =
    'class Limits:\n    def set(self):\n        lower(1)\n        raise_to(2)\n\n    def get(self):\n        lower(1)\n';
  const texts = { 'builder/limits.py': python, 'test/deploy/claims.test.ts': '' };
  const { after } = await resolvedIn(texts, { key: 'Limits.set', from: 'lower(1)', to: 'pass' });
  expect(after).toEqual([python.replace('lower(1)', 'pass').replaceAll(/\s+/g, ' ')]);
});

test('entries are selected by list, by test file or by part of their name or key', () => {
  const others = [
    entry,
    { ...entry, folder: 'scan', name: 'an import is dropped', key: 'readImport', tests: ['test/scan/a.test.ts'] },
  ];
  expect(selectEntries(others, [])).toEqual(others);
  for (const filter of ['scan', 'an import', 'readImp', 'scan/a.test.ts'])
    expect(selectEntries(others, [filter])).toEqual([others[1]]);
  expect(() => selectEntries(others, ['scan', 'gone'])).toThrow('No list, test file or mutation is named gone.');
});

test('operators break each part of a function', async () => {
  const text = `export function late(all: number[], now: number): boolean {
  if (now < 10) return false;
  log(now);
  return all.length === 0 || !isOpen(now);
}
`;
  const project = await projectOf({ ...files, 'src/late.ts': text });
  const mutations = await codeMutations({
    root: project,
    names: ['late'],
    tests: ['test/deploy/claims.test.ts'],
    listed: { mutations: [] },
  });
  expect(mutations.map(({ name }) => name)).toEqual([
    'late:2: now < 10 -> true',
    'late:2: now < 10 -> false',
    'late:2: < -> <=',
    'late:2: 10 -> 10 * 1000',
    'late:2: false -> true',
    'late:3: log(now); -> ;',
    'late:4: all.length === 0 || !isOpen(now) -> all.length === 0',
    'late:4: all.length === 0 || !isOpen(now) -> !isOpen(now)',
    'late:4: === -> !==',
    'late:4: 0 -> 1',
    'late:4: !isOpen(now) -> isOpen(now)',
  ]);
  expect(new Set(mutations.map(({ after }) => after)).size).toBe(mutations.length);
});

test('code is tried with the tests that import it by the shortest way, unless tests are named', async () => {
  const texts = {
    ...files,
    'src/api/app.ts': "import '../deploy/claim.ts';\n",
    'test/api/far.test.ts': "import '../../src/api/app.ts';\n",
    'test/api/near.test.ts': "import '../../src/deploy/claim.ts';\n",
  };
  const project = await projectOf(texts);
  const [mutation] = await codeMutations({
    root: project,
    names: ['src/deploy'],
    tests: [],
    listed: { mutations: [] },
  });
  expect(mutation?.tests).toEqual(['test/deploy/claims.test.ts', 'test/api/near.test.ts', 'test/api/far.test.ts']);
});

test('a sample has no repetitions, and no more than there are', () => {
  expect(new Set(sampleOf([1, 2, 3, 4], 3)).size).toBe(3);
  expect(sampleOf([1, 2], 5).toSorted()).toEqual([1, 2]);
  expect(() => sampleOf([1], 0)).toThrow('--sample takes a number of mutations.');
});

test('a stored result counts until the code or a test changes', async () => {
  const project = await projectOf(files);
  const mutation = (await resolveEntries(project, [entry])).mutations[0];
  if (mutation === undefined) throw new Error('The entry does not apply.');
  const fingerprint = await fingerprintOf(project, mutation);
  const path = join(project, 'results.json');
  await (await Results.open(path)).set(mutation, { fingerprint, outcome: 'noticed', ms: 1 });
  expect((await Results.open(path)).get(mutation, fingerprint)?.outcome).toBe('noticed');
  await writeFile(join(project, 'test/deploy/claims.test.ts'), '// another\n');
  expect((await Results.open(path)).get(mutation, await fingerprintOf(project, mutation))).toBeUndefined();
});
