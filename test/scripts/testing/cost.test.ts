// Tests the tables that `npm test -- --cost` prints.
import { expect, test } from 'vitest';
import { costTable, measured, processorMs } from '../../../scripts/testing/cost.ts';

test('a table names the dearest first, and counts those that take less than a tenth of a second', () => {
  const costs = [
    { name: 'small', ms: 99 },
    { name: 'dear', ms: 2500 },
    { name: 'dearest', ms: 61_000 },
  ];
  expect(costTable('Files', costs).join('\n')).toBe(`
Files: 1 min 4 s of processor time
     1 min 1 s  dearest
         2.5 s  dear
  and 1 of less than 100 ms each`);
});

test("a part's cost is the processor time that passed while it ran", async () => {
  const costs: { name: string; ms: number }[] = [];
  const run = async () => {
    const before = processorMs();
    while (processorMs() === before);
    return { results: { passed: 1, failed: 0, failures: [] }, output: '', ms: 0 };
  };
  const { results } = await measured({ name: 'part', run }, costs).run();
  expect([results.passed, costs.map(({ name, ms }) => [name, ms > 0])]).toEqual([1, [['part', true]]]);
});
