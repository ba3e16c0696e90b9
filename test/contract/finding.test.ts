// Tests verdicts, and which findings count as equal (scan policy §1, §8b).
import { describe, expect, test } from 'vitest';
import { decideVerdict, type Finding, finding, sortedFindings } from '../../src/contract/findings/finding.ts';

const at = (line: number, column = 1) => ({ file: 'a.py', line, column });
const error = finding('SLP301', at(1), 'os.system');
const warning = finding('SLP501', at(1), '__class__');
const note: Finding = { ...warning, severity: 'note' };
const waiver = { id: 'wvr_1', reason: 'reviewed', expiresAt: 1 };

describe('the verdict is', () => {
  test.each<[string, Finding[]]>([
    ['pass', []],
    ['pass', [note]],
    ['warn', [warning]],
    ['warn', [note, warning, note]],
    ['warn', [{ ...error, waiver }]],
    ['reject', [error]],
    ['reject', [warning, { ...error, waiver }, error]],
  ])('the verdict is %s', (verdict, findings) => {
    expect(decideVerdict(findings)).toBe(verdict);
  });
});

test('findings with the same line, rule and name are merged, and the leftmost is kept', () => {
  const found = [
    finding('SLP301', at(2), 'os.system'),
    finding('SLP301', at(1, 9), 'os.system'),
    finding('SLP301', at(1, 3), 'os.system'),
    finding('SLP301', at(1, 5), 'os.popen'),
    finding('SLP201', at(1, 5), 'os.popen'),
  ];
  expect(sortedFindings(found).map(({ column, line, name, ruleId }) => [line, column, ruleId, name])).toEqual([
    [1, 3, 'SLP301', 'os.system'],
    [1, 5, 'SLP201', 'os.popen'],
    [1, 5, 'SLP301', 'os.popen'],
    [2, 1, 'SLP301', 'os.system'],
  ]);
});

test('a name is inserted into the message unchanged', () => {
  expect(finding('SLP301', at(1), "$&$'$1").message).toBe("Forbidden function: $&$'$1");
});
