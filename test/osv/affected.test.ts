// Tests whether a version is affected, by the evaluation that the OSV format defines and by the rules of each ecosystem.
import { expect, test } from 'vitest';
import type { Affected, Ecosystem, RangeEvent } from '../../src/contract/advisories.ts';
import { evaluator } from '../../src/osv/affected.ts';

const range = (...events: RangeEvent[]): Affected => ({ ranges: [events], versions: [] });
const until = (fixed: string, introduced = '0') => range({ introduced }, { fixed });

const python: [title: string, affected: Affected, inside: string[], outside: string[]][] = [
  ['from the first version on', range({ introduced: '0' }), ['0.dev1', '0', '1.0', '1!0.1'], []],
  ['up to a fix', until('1.2.0', '1.0'), ['1.0', '1.0.0', '1.1.9'], ['0.9', '1.0rc1', '1.2', '1.2.0', '2.0']],
  ['a fix with its pre-releases', until('1.2'), ['1.2rc1', '1.2.dev3', '1.2a1'], ['1.2', '1.2.post1']],
  ['a fix in a post-release', until('1.2.post1'), ['1.2'], ['1.2.post1', '1.2.post2', '1.2.1']],
  [
    'up to the last affected version',
    range({ introduced: '1' }, { last_affected: '1.5' }),
    ['1.5', '1.5.0'],
    ['1.5.1', '1.5.post1'],
  ],
  ['epochs', until('1!2.0', '3.0'), ['3.0', '9.0', '1!1.9'], ['2.9', '1!2.0']],
  [
    'local versions',
    range({ introduced: '2.1.0' }, { last_affected: '2.1.0' }),
    ['2.1.0+cpu', '2.1.0'],
    ['2.1.1+cpu', '2.0.1+cpu'],
  ],
  ['a local version as the fix', until('2.1.0+fix2'), ['2.1.0', '2.1.0+fix1'], ['2.1.0+fix2', '2.1.1']],
  [
    'events in any order',
    range({ fixed: '2.5' }, { introduced: '2' }, { fixed: '1.5' }, { introduced: '1' }),
    ['1.4', '2.4'],
    ['1.5', '1.9', '2.5'],
  ],
  ['an empty range', until('1.0', '1.0'), [], ['0.9', '1.0', '1.1']],
  ['one version', range({ introduced: '1.0' }, { last_affected: '1.0' }), ['1.0'], ['0.9', '1.1']],
  ['a limit', range({ introduced: '0' }, { limit: '2' }, { limit: '3' }), ['1', '2.9'], ['3', '4']],
  ['no limit', range({ introduced: '0' }, { limit: '*' }), ['1', '99'], []],
  [
    'several ranges',
    {
      ranges: [
        [{ introduced: '1' }, { fixed: '1.1' }],
        [{ introduced: '2' }, { fixed: '2.1' }],
      ],
      versions: [],
    },
    ['1.0', '2.0'],
    ['1.1', '2.1'],
  ],
  [
    'listed versions beside a range',
    { ranges: [[{ introduced: '1' }, { fixed: '1.1' }]], versions: ['0.3.0', 'banana'] },
    ['0.3', 'banana', '1.0'],
    ['0.4'],
  ],
  ['no events', range(), [], ['1']],
];

const go: typeof python = [
  ['from the first version on', range({ introduced: '0' }), ['0.0.0-20200101000000-abcdefabcdef', '1.0.0'], []],
  [
    'a fix at a pseudo-version',
    until('0.0.0-20220315160706-3147a52a75dd'),
    ['0.0.0-20210101000000-abcdefabcdef'],
    ['0.0.0-20220315160706-3147a52a75dd', '0.1.0'],
  ],
  [
    'pseudo-versions before a release',
    until('1.2.4'),
    ['1.2.4-0.20230101000000-abcdefabcdef', '1.2.4-rc.1'],
    ['1.2.4', '1.2.5-0.20230101000000-abcdefabcdef'],
  ],
  [
    'incompatible modules',
    until('3.2.1+incompatible', '3.0.0+incompatible'),
    ['3.2.0+incompatible', '3.0.0'],
    ['3.2.1', '3.2.1+incompatible'],
  ],
  ['with and without a v', until('v1.2'), ['v1.1.9', '1.1'], ['v1.2.0', '1.2']],
  [
    'the standard library',
    range({ introduced: '0' }, { fixed: '1.20.10' }, { introduced: '1.21.0-0' }, { fixed: '1.21.3' }),
    ['go1.20', 'go1.20.9', 'go1.21rc2', 'go1.21.0', 'go1.21.2 X:loopvar'],
    ['go1.20.10', 'go1.21.3', 'go1.22rc1', '1.22.0'],
  ],
  [
    'release candidates',
    until('1.21.0-rc.3', '1.21.0-rc.1'),
    ['go1.21rc1', 'go1.21rc2'],
    ['go1.21rc3', 'go1.21', 'go1.21beta1'],
  ],
  [
    'numbers of more digits than a JavaScript number has',
    until('1.0.0-rc.99999999999999999999.1', '1.0.0-rc.9'),
    ['1.0.0-rc.99999999999999999998', '1.0.0-rc.99999999999999999999'],
    ['1.0.0-rc.8', '1.0.0-rc.100000000000000000000', '1.0.0-rc.beta'],
  ],
  ['text that is no version', { ranges: [[{ introduced: '0' }]], versions: ['(devel)'] }, ['(devel)'], []],
];

const cases = [
  ...python.map(([title, ...rest]) => [`PyPI: ${title}`, 'PyPI', ...rest] as const),
  ...go.map(([title, ...rest]) => [`Go: ${title}`, 'Go', ...rest] as const),
] satisfies (readonly [string, Ecosystem, ...unknown[]])[];

test.each(cases)('%s', (_, ecosystem, affected, inside, outside) => {
  const { verdict } = evaluator(ecosystem, affected);
  expect([inside.map(verdict), outside.map(verdict)]).toEqual([
    inside.map(() => 'affected'),
    outside.map(() => 'unaffected'),
  ]);
});

const uncompared: [title: string, ecosystem: Ecosystem, affected: Affected, version: string][] = [
  ['a version that is none', 'PyPI', until('2'), 'apple'],
  ['a version that is none, beside listed ones', 'PyPI', { ranges: [], versions: ['1.0'] }, 'apple'],
  ['a toolchain that is no release', 'Go', until('1.21.0'), 'devel go1.26-abcdef'],
  ['a fix that is no version', 'PyPI', range({ introduced: '0' }, { fixed: 'soon' }), '1'],
  [
    'a fix that is no version, beside one that is',
    'PyPI',
    range({ introduced: '0' }, { fixed: 'soon' }, { fixed: '2' }),
    '3',
  ],
  ['a beginning that is no version', 'PyPI', range({ introduced: 'once' }), '1'],
  ['a last version that is none', 'Go', range({ introduced: '0' }, { last_affected: 'main' }), '1.0.0'],
  ['a limit that is no version', 'PyPI', range({ introduced: '0' }, { limit: 'later' }), '1'],
];

test.each(uncompared)('%s leaves unknown whether the version is affected', (_, ecosystem, affected, version) => {
  expect(evaluator(ecosystem, affected).verdict(version)).toBe('unknown');
});

test('a range that can be compared decides beside one that cannot', () => {
  const affected = { ranges: [[{ introduced: 'once' }], [{ introduced: '1' }, { fixed: '2' }]], versions: [] };
  expect(evaluator('PyPI', affected).verdict('1.5')).toBe('affected');
});

test('an advisory with many events is compared with many versions', () => {
  const count = 50_000;
  const events = Array.from({ length: count }, (_, i) => (i % 2 ? { fixed: `${i}` } : { introduced: `${i}` }));
  const { fixedIn, verdict } = evaluator('PyPI', { ranges: [events], versions: [] });
  const found = Array.from({ length: count }, (_, i) => [verdict(`${i}`), fixedIn(`${i}`)]);
  const fix = (i: number) => (i + 1 < count ? `${i % 2 ? i + 2 : i + 1}` : null);
  expect(found).toEqual(Array.from({ length: count }, (_, i) => [i % 2 ? 'unaffected' : 'affected', fix(i)]));
});

test.each([
  ['the range that contains the version', until('1.5'), '1.2', '1.5'],
  ['a later range', range({ introduced: '1' }, { fixed: '1.5' }, { introduced: '2' }, { fixed: '2.3' }), '2.1', '2.3'],
  ['no fix', range({ introduced: '0' }, { last_affected: '2' }), '1.0', null],
  [
    'a fix that another range affects',
    {
      ranges: [
        [{ introduced: '0' }, { fixed: '1.5' }],
        [{ introduced: '1.4' }, { fixed: '1.6' }],
      ],
      versions: [],
    },
    '1.2',
    '1.6',
  ],
  ['a listed version', { ranges: [[{ introduced: '2' }, { fixed: '2.1' }]], versions: ['1.0'] }, '1.0', '2.1'],
] as const satisfies readonly (readonly [string, unknown, string, string | null])[])(
  'the fix is the lowest version that is not affected: %s',
  (_, affected, version, fix) => {
    const statement = { ranges: affected.ranges.map((events) => [...events]), versions: [...affected.versions] };
    expect(evaluator('PyPI', statement).fixedIn(version)).toBe(fix);
  },
);
