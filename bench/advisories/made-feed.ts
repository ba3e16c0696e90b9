// Makes advisories in the OSV format with ranges of every kind, and the packages of versions. The same seed makes the same data.
import type { Ecosystem, RangeEvent } from '../../src/contract/advisories.ts';

/** Returns a generator of numbers below `max` (mulberry32). */
export function randomFrom(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % max;
  };
}

type Random = ReturnType<typeof randomFrom>;

export interface MadePackage {
  ecosystem: Ecosystem;
  name: string;
  version: string;
}

const pythonForms = ['', 'rc1', '.post1', '.dev2', '+cpu', 'a1'];
const goForms = ['', '-rc.1', '+incompatible', '-0.20230101000000-abcdefabcdef'];

/** Returns one of about twenty versions of a package. Plugins mostly contain the same ones. */
export function madePackage(random: Random, number: number): MadePackage {
  const ecosystem = number % 4 === 0 ? 'Go' : 'PyPI';
  const version = `${random(3)}.${random(3)}.0`;
  const forms = ecosystem === 'Go' ? goForms : pythonForms;
  const form = random(8) === 0 ? (forms[random(forms.length)] ?? '') : '';
  const epoch = ecosystem === 'PyPI' && random(40) === 0 ? '1!' : '';
  return { ecosystem, name: nameOf(ecosystem, number), version: `${epoch}${version}${form}` };
}

function nameOf(ecosystem: Ecosystem, number: number): string {
  return ecosystem === 'Go' ? `example.com/module${number}` : `package-${number}`;
}

/** Returns a record about the package with this number, at least `bytes` long. */
export function madeRecord(random: Random, index: number, bytes = 0) {
  const { ecosystem, name, version } = madePackage(random, index);
  const [major = 0] = version.replace(/^1!/, '').split('.').map(Number);
  const kinds: RangeEvent[][] = [
    [{ introduced: '0' }],
    [{ introduced: '0' }, { fixed: version }],
    [{ introduced: `${major}.0.0` }, { last_affected: version }],
    [{ fixed: `${major + 2}.5.0` }, { introduced: `${major + 2}.0.0` }, { fixed: version }, { introduced: '0' }],
    [{ introduced: '0' }, { limit: version }],
    [],
  ];
  const events = kinds[index % kinds.length] ?? [];
  const type = ecosystem === 'Go' ? 'SEMVER' : 'ECOSYSTEM';
  const withdrawn = index % 25 === 24 ? { withdrawn: '2026-02-01T00:00:00Z' } : {};
  return {
    id: `MADE-${index}`,
    modified: '2026-01-01T00:00:00Z',
    summary: `about ${name}`,
    details: 'Made for a benchmark. '.repeat(Math.ceil(bytes / 22)),
    database_specific: { severity: ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'][index % 4] },
    affected: [
      { package: { ecosystem, name }, ranges: [{ type, events }], versions: events.length === 0 ? [version] : [] },
      { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] },
    ],
    ...withdrawn,
  };
}
