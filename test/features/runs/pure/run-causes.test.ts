// Tests how a run's row errors are grouped for the CLI and the console.
import { expect, test } from 'vitest';
import { CauseCount, countCauses } from '../../../../src/contract/features/runs/run-causes.ts';

async function* lines(errors: readonly string[], input: unknown = { body: 'x', sku: 1 }) {
  for (const [row, error] of errors.entries()) yield JSON.stringify({ row, error, input });
}

test("rows that failed for the same reason are one cause with their number, the first row, and the file's columns", async () => {
  const missing = "step 1: KeyError at pipeline.py:2: 'data'";
  const other = 'step 2: TypeError at pipeline.py:9: no len()';
  expect(await countCauses(lines([other, missing, missing, missing]))).toEqual({
    causes: [
      { error: missing, rows: 3, first: 1 },
      { error: other, rows: 1, first: 0 },
    ],
    rows: 4,
    columns: ['body', 'sku'],
  });
});

test('errors that differ only in row values are one cause if many of them occur at one place in the plugin', async () => {
  const errors = Array.from({ length: 9 }, (_, n) => `step 1: ValueError at pipeline.py:${n < 6 ? 7 : 8}: bad '${n}'`);
  const { causes } = await countCauses(lines(errors));
  expect(causes).toEqual([
    { error: 'step 1: ValueError at pipeline.py:7: bad …', rows: 6, first: 0 },
    { error: 'step 1: ValueError at pipeline.py:8: bad …', rows: 3, first: 6 },
  ]);
});

test.each([null, 'no JSON', [1]])('rows such as %j have no columns', async (input) => {
  expect((await countCauses(lines(['the row is not JSON'], input))).columns).toEqual([]);
});

test('errors are read until they cover 2,000 rows', () => {
  const count = new CauseCount();
  for (let row = 0; row < 1999; row += 1) count.add(JSON.stringify({ row, error: 'no' }));
  expect(count.isFull).toBe(false);
  count.add(JSON.stringify({ row: 1999, error: 'no' }));
  expect([count.isFull, count.result().causes]).toEqual([true, [{ error: 'no', rows: 2000, first: 0 }]]);
});
