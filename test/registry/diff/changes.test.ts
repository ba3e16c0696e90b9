// Tests comparing the findings and dependencies of two versions.
import { describe, expect, test } from 'vitest';
import { type Finding, finding } from '../../../src/contract/findings/finding.ts';
import { dependencyChanges } from '../../../src/registry/diff/dependency-changes.ts';
import { findingChanges } from '../../../src/registry/diff/finding-changes.ts';

/** A use of pickle, on a line with this text. */
interface Use {
  line: number;
  text: string;
  file?: string;
  name?: string;
}

function findingsOf(uses: readonly Use[]) {
  const lines = new Map<Finding, string>();
  for (const { line, text, file = 'a.py', name = 'pickle' } of uses)
    lines.set(finding('SLP201', { file, line }, name), text);
  return { findings: [...lines.keys()], lineOf: (f: Finding) => lines.get(f) ?? '' };
}

const format = ({ file, line, name }: Finding) => `${file}:${line} ${name}`;

describe('a finding', () => {
  const one: Use = { line: 1, text: 'import pickle' };

  test.each<[title: string, before: Use[], after: Use[], introduced: string[], fixed: string[], unchanged: string[]]>([
    ['that both versions have is unchanged', [one], [one], [], [], ['a.py:1 pickle']],
    ['that only moved is unchanged', [one], [{ ...one, line: 9 }], [], [], ['a.py:9 pickle']],
    ['whose line changed is unchanged', [one], [{ line: 3, text: 'import pickle as p' }], [], [], ['a.py:3 pickle']],
    ['that is new is introduced', [], [one], ['a.py:1 pickle'], [], []],
    ['that the new version lacks is fixed', [one], [], [], ['a.py:1 pickle'], []],
    [
      'of another name is a different one',
      [one],
      [{ ...one, name: 'marshal' }],
      ['a.py:1 marshal'],
      ['a.py:1 pickle'],
      [],
    ],
    ['in another file is a different one', [one], [{ ...one, file: 'b.py' }], ['b.py:1 pickle'], ['a.py:1 pickle'], []],
    [
      'among several alike, the one on a new line is introduced',
      [{ line: 5, text: 'y = pickle' }],
      [
        { line: 2, text: 'x = pickle' },
        { line: 6, text: 'y = pickle' },
      ],
      ['a.py:2 pickle'],
      [],
      ['a.py:6 pickle'],
    ],
    [
      'among several alike, the one on a removed line is fixed',
      [
        { line: 2, text: 'x = pickle' },
        { line: 6, text: 'y = pickle' },
      ],
      [{ line: 5, text: 'y = pickle' }],
      [],
      ['a.py:2 pickle'],
      ['a.py:5 pickle'],
    ],
    [
      'on equal lines counts once per line',
      [one, { ...one, line: 2 }],
      [one, { ...one, line: 2 }, { ...one, line: 3 }],
      ['a.py:3 pickle'],
      [],
      ['a.py:1 pickle', 'a.py:2 pickle'],
    ],
  ])('a finding is introduced, fixed or moved: %s', (_is, before, after, introduced, fixed, unchanged) => {
    const changes = findingChanges(findingsOf(before), findingsOf(after));
    expect([changes.introduced.map(format), changes.fixed.map(format), changes.unchanged.map(format)]).toEqual([
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
  ])('a dependency change is listed by name: %j → %j', (before, after, changes) => {
    expect(dependencyChanges(before, after).map(({ name, from, to }) => [name, from, to])).toEqual(changes);
  });
});
