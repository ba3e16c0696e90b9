// Tests how the console locates a failed row.
import { expect, test } from 'vitest';
import { placeInPlugin, rowNumbering } from '../../../../src/console/features/runs/data/failed-rows.ts';

test.each([
  [{ format: 'jsonl', failed_of: null }, 'Line 1'],
  [{ format: 'csv', failed_of: null }, 'Line 2'],
  [{ format: 'jsonl', failed_of: 'run_1' }, 'Row 1'],
] as const)('the first row in %j is %s', (input, expected) => {
  const { name, numberOf } = rowNumbering(input);
  expect(`${name} ${numberOf(0)}`).toBe(expected);
});

test.each([
  ["step 1: KeyError at pipeline.py:2: 'data'", { file: 'pipeline.py', line: 2 }],
  ['step 12: lib.errors.Bad at processors/core.py:140: no: 3', { file: 'processors/core.py', line: 140 }],
  ['the row is not JSON', undefined],
  ['step 1 returned 3 rows for 4; it must return one row for each', undefined],
])('the place in the plugin for %j is %j', (error, expected) => {
  expect(placeInPlugin(error)).toEqual(expected);
});
