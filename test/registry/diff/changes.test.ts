// What else a diff of two versions tells: findings that came and went, dependencies that changed.
import { describe, expect, test } from 'vitest';
import { type Finding, finding } from '../../../src/contract/finding.ts';
import { dependencyChanges } from '../../../src/registry/diff/dependency-changes.ts';
import { findingChanges } from '../../../src/registry/diff/finding-changes.ts';

/** A use of pickle at a line that says so much. */
interface Use {
  line: number;
  says: string;
  file?: string;
  name?: string;
}

function findingsOf(uses: readonly Use[]) {
  const said = new Map<Finding, string>();
  for (const { line, says, file = 'a.py', name = 'pickle' } of uses)
    said.set(finding('SLP201', { file, line }, name), says);
  return { findings: [...said.keys()], lineOf: (f: Finding) => said.get(f) ?? '' };
}

const told = ({ file, line, name }: Finding) => `${file}:${line} ${name}`;

describe('a finding', () => {
  const one: Use = { line: 1, says: 'import pickle' };

  test.each<[is: string, before: Use[], after: Use[], introduced: string[], fixed: string[], unchanged: string[]]>([
    ['that is there again is unchanged', [one], [one], [], [], ['a.py:1 pickle']],
    ['that only moved is unchanged', [one], [{ ...one, line: 9 }], [], [], ['a.py:9 pickle']],
    [
      'whose line says something else is unchanged',
      [one],
      [{ line: 3, says: 'import pickle as p' }],
      [],
      [],
      ['a.py:3 pickle'],
    ],
    ['that is new is introduced', [], [one], ['a.py:1 pickle'], [], []],
    ['that is gone is fixed', [one], [], [], ['a.py:1 pickle'], []],
    ['of another name is another one', [one], [{ ...one, name: 'marshal' }], ['a.py:1 marshal'], ['a.py:1 pickle'], []],
    ['in another file is another one', [one], [{ ...one, file: 'b.py' }], ['b.py:1 pickle'], ['a.py:1 pickle'], []],
    [
      'of several alike: the one whose line is new is introduced',
      [{ line: 5, says: 'y = pickle' }],
      [
        { line: 2, says: 'x = pickle' },
        { line: 6, says: 'y = pickle' },
      ],
      ['a.py:2 pickle'],
      [],
      ['a.py:6 pickle'],
    ],
    [
      'of several alike: the one whose line went is fixed',
      [
        { line: 2, says: 'x = pickle' },
        { line: 6, says: 'y = pickle' },
      ],
      [{ line: 5, says: 'y = pickle' }],
      [],
      ['a.py:2 pickle'],
      ['a.py:5 pickle'],
    ],
    [
      'on equal lines counts as often as they are there',
      [one, { ...one, line: 2 }],
      [one, { ...one, line: 2 }, { ...one, line: 3 }],
      ['a.py:3 pickle'],
      [],
      ['a.py:1 pickle', 'a.py:2 pickle'],
    ],
  ])('%s', (_is, before, after, introduced, fixed, unchanged) => {
    const changes = findingChanges(findingsOf(before), findingsOf(after));
    expect([changes.introduced.map(told), changes.fixed.map(told), changes.unchanged.map(told)]).toEqual([
      introduced,
      fixed,
      unchanged,
    ]);
  });
});

describe('dependencies', () => {
  test.each<[before: string[], after: string[], changes: [name: string, from: string | null, to: string | null][]]>([
    [[], [], []],
    [['numpy==1.26'], ['numpy==1.26'], []],
    [['numpy==1.26'], ['numpy==2.0'], [['numpy', 'numpy==1.26', 'numpy==2.0']]],
    [['Foo_Bar>=1,<2'], ['foo.bar <2, >=1'], []],
    [['numpy'], ['numpy>=1'], [['numpy', 'numpy', 'numpy>=1']]],
    [
      ['httpx', 'numpy==1.26'],
      ['aiohttp', 'numpy==1.26'],
      [
        ['aiohttp', null, 'aiohttp'],
        ['httpx', 'httpx', null],
      ],
    ],
    [
      ['uvloop; sys_platform == "linux"'],
      ['uvloop==1; sys_platform == "linux"'],
      [['uvloop;sys_platform=="linux"', 'uvloop; sys_platform == "linux"', 'uvloop==1; sys_platform == "linux"']],
    ],
  ])('%j → %j', (before, after, changes) => {
    expect(dependencyChanges(before, after).map(({ name, from, to }) => [name, from, to])).toEqual(changes);
  });
});
