// Tests whether a version is affected, by the evaluation that the OSV format defines and by the rules of each ecosystem.
import { expect, test } from 'vitest';
import type { Affected, Ecosystem, RangeEvent } from '../../src/contract/advisories.ts';
import { fixedIn, isAffected } from '../../src/osv/affected.ts';

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
    ['0.4', 'apple'],
  ],
  ['a bound that is no version', range({ introduced: '0' }, { fixed: 'soon' }, { fixed: '2' }), ['1'], ['2']],
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
  ['text that is no version', { ranges: [[{ introduced: '0' }]], versions: ['(devel)'] }, ['(devel)'], ['main', '']],
];

const cases = [
  ...python.map(([title, ...rest]) => [`PyPI: ${title}`, 'PyPI', ...rest] as const),
  ...go.map(([title, ...rest]) => [`Go: ${title}`, 'Go', ...rest] as const),
] satisfies (readonly [string, Ecosystem, ...unknown[]])[];

test.each(cases)('%s', (_, ecosystem, affected, inside, outside) => {
  const found = [...inside, ...outside].filter((version) => isAffected(ecosystem, affected, version));
  expect(found).toEqual(inside);
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
    expect(
      fixedIn(
        'PyPI',
        { ranges: affected.ranges.map((events) => [...events]), versions: [...affected.versions] },
        version,
      ),
    ).toBe(fix);
  },
);
