// Tests diffs of two texts by line: correct and shortest for all texts, and bounded for hostile ones.
import { expect, test } from 'vitest';
import { diffLines } from '../../../src/registry/diff/line-diff.ts';
import { fc } from '../../support/property.ts';

const plenty = () => ({ left: 1_000_000 });

function commonLines(lines: readonly string[], flags: Uint8Array): string[] {
  return lines.filter((_, i) => flags[i] === 0);
}

/** Computes the length of a longest common subsequence with the textbook algorithm. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const left of a) {
    const next = [0];
    for (const [j, right] of b.entries())
      next.push(left === right ? (row[j] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });

test('the common lines in both texts are equal, and as many as possible', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const { removed, added } = diffLines(a, b, plenty());
      expect(commonLines(a, removed)).toEqual(commonLines(b, added));
      expect(commonLines(a, removed).length).toBe(commonLength(a, b));
    }),
    { numRuns: 500 },
  );
});

test('the common lines in both texts are equal, even if little effort is left', () => {
  fc.assert(
    fc.property(lines, lines, fc.integer({ min: 0, max: 200 }), (a, b, left) => {
      const { removed, added } = diffLines(a, b, { left });
      expect(commonLines(a, removed)).toEqual(commonLines(b, added));
    }),
    { numRuns: 500 },
  );
});

test.each<[text: string, a: string[], b: string[]]>([
  [
    'nothing in common',
    Array.from({ length: 20_000 }, (_, i) => `a${i}`),
    Array.from({ length: 20_000 }, (_, i) => `b${i}`),
  ],
  ['two kinds of lines in random order', scattered(100_000, 1), scattered(100_000, 7)],
  ['half as many copies of one line', new Array<string>(200_000).fill(''), new Array<string>(100_000).fill('')],
])('a diff stays within its effort limit: %s', (_text, a, b) => {
  const effort = { left: 1_000_000 };
  const { removed, added } = diffLines(a, b, effort);
  expect(commonLines(a, removed)).toEqual(commonLines(b, added));
  // One box may end in the middle of a wave.
  expect(effort.left).toBeGreaterThan(-10_000);
});

function scattered(length: number, seed: number): string[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) & 1 ? 'a' : 'b';
  });
}
