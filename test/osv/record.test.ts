// Tests reading OSV records.
import { expect, test } from 'vitest';
import { readRecord } from '../../src/osv/record.ts';

const minimal = { id: 'GHSA-1', modified: '2026-01-02T03:04:05Z' };
const range = (type: string, fixed: string) => ({ type, events: [{ introduced: '0' }, { fixed }] });

test('a record is read, with one entry per package of a known ecosystem', () => {
  const read = readRecord({
    ...minimal,
    aliases: ['CVE-2026-1'],
    details: 'First line.\nSecond line.',
    published: '2026-01-01T00:00:00Z',
    withdrawn: '2026-01-03T00:00:00.5Z',
    affected: [
      { package: { ecosystem: 'PyPI', name: 'My_Package' }, ranges: [range('ECOSYSTEM', '1.0'), range('GIT', 'abc')] },
      { package: { ecosystem: 'PyPI', name: 'my-package' }, versions: ['2.0'], database_specific: { source: 'x' } },
      { package: { ecosystem: 'npm', name: 'left-pad' }, ranges: [range('SEMVER', '1.0.0')] },
      { ranges: [range('GIT', 'abc')] },
    ],
  });
  expect(read).toEqual({
    id: 'GHSA-1',
    aliases: ['CVE-2026-1'],
    summary: 'First line.',
    severity: null,
    publishedAt: Date.UTC(2026, 0, 1),
    modifiedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    withdrawnAt: Date.UTC(2026, 0, 3, 0, 0, 0, 500),
    packages: [
      {
        ecosystem: 'PyPI',
        name: 'my-package',
        affected: { ranges: [[{ introduced: '0' }, { fixed: '1.0' }]], versions: ['2.0'] },
      },
    ],
    gitRanges: 2,
  });
});

test("a Go record's vulnerable packages and symbols are kept", () => {
  const imports = [
    { path: 'golang.org/x/net/html', goos: ['linux'], symbols: ['Parse'] },
    { path: 'golang.org/x/net' },
  ];
  const package_ = { ecosystem: 'Go', name: 'golang.org/x/net' };
  const affected = [{ package: package_, ranges: [range('SEMVER', '0.7.0')], ecosystem_specific: { imports } }];
  expect(readRecord({ ...minimal, affected })?.packages[0]?.affected.imports).toEqual([
    { path: 'golang.org/x/net/html', symbols: ['Parse'] },
    { path: 'golang.org/x/net', symbols: [] },
  ]);
  const whole = { package: package_, ranges: [range('SEMVER', '0.7.0')] };
  expect(readRecord({ ...minimal, affected: [...affected, whole] })?.packages[0]?.affected.imports).toBeUndefined();
});

const v3 = (score: string) => ({ type: 'CVSS_V3', score });
test.each([
  ['CVSS 3.1', { severity: [v3('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')] }, 'critical'],
  ['CVSS 3.0', { severity: [v3('CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H')] }, 'high'],
  ['CVSS 2', { severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:M/Au:N/C:N/I:P/A:N' }] }, 'medium'],
  [
    'CVSS 4',
    { severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' }] },
    'critical',
  ],
  [
    'the highest of several',
    {
      severity: [
        v3('CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N'),
        v3('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'),
      ],
    },
    'critical',
  ],
  [
    'a package',
    {
      affected: [
        { package: { ecosystem: 'PyPI', name: 'a' }, severity: [v3('CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N')] },
      ],
    },
    'low',
  ],
  ["the database's word", { database_specific: { severity: 'MODERATE' } }, 'medium'],
  ["the database's word in any case", { database_specific: { severity: 'Moderate' } }, 'medium'],
  ['an invalid vector', { severity: [v3('CVSS:3.1/AV:N'), v3('%')], database_specific: { severity: 'HIGH' } }, 'high'],
  ['nothing', { database_specific: { severity: 3 } }, null],
])('the severity comes from %s', (_, fields, severity) => {
  expect(readRecord({ ...minimal, ...fields })?.severity).toBe(severity);
});

test.each([
  ['text', 'GHSA-1'],
  ['no ID', { modified: minimal.modified }],
  ['an ID with spaces', { ...minimal, id: 'GHSA 1' }],
  ['a time in another format', { ...minimal, withdrawn: 'yesterday' }],
  ['events that are not a list', { ...minimal, affected: [{ ranges: [{ type: 'SEMVER', events: 'all' }] }] }],
])('%s is not a record', (_, value) => {
  expect(readRecord(value)).toBeUndefined();
});
