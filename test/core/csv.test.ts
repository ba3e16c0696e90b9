// Tests that CSV survives commas, quotes and newlines, and that no cell is a formula.
import { expect, test } from 'vitest';
import { csvText } from '../../src/core/csv.ts';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ['', ''],
])('the text %j is written as %j', (text, written) => {
  expect(csvText([[text]])).toBe(`${written}\r\n`);
});

test('numbers are written as they are, also negative ones, and null as an empty cell', () => {
  expect(csvText([[1, -2.5, null, 'x']])).toBe('1,-2.5,,x\r\n');
});
