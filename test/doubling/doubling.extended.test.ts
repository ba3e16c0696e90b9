// Tests that no cost grows faster than the text that causes it. `npm test` tries a few hostile texts, and `npm run test:long` all.
import { describe, expect, inject, test } from 'vitest';
import { fasterGrowth } from './cost.ts';
import { allRows } from './rows.ts';
import { shapes } from './shapes.ts';

const isLong = inject('long') || inject('weekly');
/** Costs up to here are tried. A longer one would show a weaker growth, and takes longer. */
const enoughMs = inject('weekly') ? 300 : 16;
const few = ['blanks'];
const tried = Object.entries(shapes).filter(([name]) => isLong || few.includes(name));

describe.each(Object.entries(await allRows()))('%s', (_, row) => {
  test.each(Object.entries(row.places ?? { alone: (text: string) => text }))('%s', async (_place, put) => {
    const found: string[] = [];
    for (const [name, shape] of [...tried, ...(isLong ? Object.entries(row.shapes ?? {}) : [])]) {
      const growth = await fasterGrowth(row, (chars) => put(shape(chars)), enoughMs);
      if (growth)
        found.push(`${name}: ${growth.ms.map((ms) => ms.toFixed(1)).join(' → ')} ms at ${growth.chars} characters`);
    }
    expect(found).toEqual([]);
  });
});
