// Tests the order of Python versions against the order that Python's `packaging` gives them.
import { expect, test } from 'vitest';
import { advisoryLimits } from '../../src/contract/limits/scans.ts';
import { evaluator } from '../../src/osv/affected.ts';
import { pythonKey } from '../../src/osv/python-versions.ts';
import fixture from '../fixtures/python-versions.json' with { type: 'json' };

const { versionCharsMax } = advisoryLimits;
const { invalid, ordered } = fixture;

test('versions that packaging takes for one have one place', () => {
  const divided = ordered.filter(
    (same) => new Set(same.map(pythonKey)).size > 1 || pythonKey(same[0] ?? '') === undefined,
  );
  expect(divided).toEqual([]);
});

test('versions follow each other as in packaging', () => {
  const keys = ordered.map(([one = '']) => pythonKey(one) ?? '');
  expect(keys.length).toBeGreaterThan(2000);
  expect(ordered.filter((_, i) => i > 0 && (keys[i - 1] ?? '') >= (keys[i] ?? ''))).toEqual([]);
});

test('text that packaging refuses has no place', () => {
  expect(invalid.filter((text) => pythonKey(text) !== undefined)).toEqual([]);
});

test('a version has at most the characters that Python reads', () => {
  const digits = (count: number) => '1'.repeat(count);
  expect(pythonKey(digits(versionCharsMax))).toBeDefined();
  expect(pythonKey(digits(versionCharsMax + 1))).toBeUndefined();
});

test.each([
  ["a bound without a local part ignores the version's", '2.1.0', '2.1.0+cpu.cxx11.abi', 'unaffected'],
  ['a bound with a local part compares all segments', '2.1.0+cpu.cxx12', '2.1.0+cpu.cxx11.abi', 'affected'],
  ['separators of local segments are equal', '2.1.0+cpu.cxx11-abi', '2.1.0+cpu_cxx11.abi', 'unaffected'],
  ['more local segments follow fewer', '2.1.0+cpu', '2.1.0+cpu.cxx11.abi', 'unaffected'],
])('%s', (_, fixed, version, verdict) => {
  const affected = { ranges: [[{ introduced: '0' }, { fixed }]], versions: [] };
  expect(evaluator('PyPI', affected).verdict(version)).toBe(verdict);
});
