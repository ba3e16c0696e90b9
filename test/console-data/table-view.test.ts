// Tests the order of table rows.
import { expect, test } from 'vitest';
import { sorted } from '../../src/console/parts/table-view.ts';

const rows = [{ calls: 2 }, { calls: null }, { calls: 10 }, { calls: 1 }];
const callsOf = (row: { calls: number | null }) => row.calls;

test('rows are sorted by number in either direction, and rows without a number are always last', () => {
  expect(sorted(rows, callsOf, false).map(callsOf)).toEqual([1, 2, 10, null]);
  expect(sorted(rows, callsOf, true).map(callsOf)).toEqual([10, 2, 1, null]);
});

test('versions are sorted numerically, not alphabetically', () => {
  const versions = ['1.10.0', '1.2.0', '1.9.0'];
  expect(sorted(versions, (version) => version, false)).toEqual(['1.2.0', '1.9.0', '1.10.0']);
});

test('equal rows keep their order', () => {
  const equal = ['first', 'second', 'third'];
  expect(sorted(equal, () => 'same', true)).toEqual(equal);
});
