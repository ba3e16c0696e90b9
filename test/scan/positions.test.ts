// Tests that SLP601 names the same line as CPython. support/broken breaks variants of real files, and
// test/scripts/syntax-positions.test.ts compares them with CPython again.
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { committedVariants, differences } from './support/broken-files.ts';

test('syntax errors are on the line that CPython prints', async () => {
  const variants = committedVariants();
  expect(new Set(variants.map((variant) => variant.class)).size).toBe(32);
  const { accepted, lines } = await differences(variants);
  expect(lines).toEqual([]);
  expect(accepted).toEqual([]);
});

test("most columns also match CPython's", async () => {
  const variants = committedVariants();
  const { columns } = await differences(variants);
  expect(columns.length / variants.length).toBeLessThan(0.25);
});

/** Multi-line statements that CPython 3.12 rejects, and the line that CPython names. */
const severalLines: [text: string, line: number][] = [
  ['x = (a,\n     1) = 3\n', 2],
  ['(a,\n [b,\n  1]) = 3\n', 3],
  ['[a,\n b,\n *c()] = 3\n', 3],
  ['x = (a,\n (b\n + 1)) = 3\n', 2],
  ['for (a,\n  b()) in c: pass\n', 2],
  ['with a as (b,\n  {}): pass\n', 2],
  ['del (a,\n  [b, c\n  (), d])\n', 2],
  ['(\n(\na\n+ b\n)\n) = 1\n', 3],
  ['(a,\n  (yield)) = 1\n', 2],
  ['[a for (b,\n 1) in c]\n', 2],
  ['(a\n .b().c, d\n [1], e\n (1)) = 3\n', 3],
  ['(a,\n None) = x\n', 2],
  ['(a,\n not b) = x\n', 2],
  ['(a,\n lambda: 1) = x\n', 2],
  ['(a,\n f"x") = x\n', 2],
  ['{1:2,\n 3:\n}\n', 2],
  ['{1: 2,\n 3\n}\n', 2],
  ['{1: 2,\n 3:\n , 4: 5}\n', 2],
  ['{1:\n}\n', 1],
  ['{1: 2,\n f(\n a)\n}\n', 2],
  ['f"""{\na +\n}"""\n', 2],
  ['f"""{a\n*\n!r}"""\n', 2],
  ['f"""{\nnot\n}"""\n', 2],
  ['f"""{a:{\nb\n+\n}}"""\n', 3],
];

test.each(severalLines)("an error's line is that of the wrong part of the statement: %j", async (text, line) => {
  const bytes = new TextEncoder().encode(text);
  const [found] = await scanSource(nodeParsers(), { path: 'x.py', bytes });
  expect([found?.ruleId, found?.line]).toEqual(['SLP601', line]);
});
