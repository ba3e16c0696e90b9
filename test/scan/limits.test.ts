// Tests hostile inputs (scan policy §7). Each leads to a finding or a clean scan, never to an exception, and files within the limits
// are scanned normally.
import { describe, expect, test } from 'vitest';
import { findingsOf, rulesOf, scanText } from './support/scan.ts';

describe('a file beyond a limit is SLP603', () => {
  test.each([
    ['201 brackets', `x = ${'('.repeat(201)}1${')'.repeat(201)}`],
    [
      '100 indents',
      `${Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(100)}x`,
    ],
    ['200 nested f-strings', 'f"{'.repeat(200)],
    ['1,001 levels', `x = 1${'+1'.repeat(1001)}`],
    ['over 2 MiB', ' '.repeat(2 * 1024 * 1024 + 1)],
  ])('a file beyond a limit is SLP603: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual(['SLP603']);
  });
});

test('100 KB of ] are SLP601', async () => {
  expect(await rulesOf(']'.repeat(100_000))).toEqual(['SLP601']);
});

describe('a finding within the limits is reported', () => {
  test.each([
    ['90 brackets', `x = ${'('.repeat(90)}eval${')'.repeat(90)}`],
    ['200 brackets', `x = ${'['.repeat(200)}eval${']'.repeat(200)}`],
    [
      '99 indents',
      `${Array.from({ length: 99 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(99)}eval`,
    ],
    ['900 additions', `x = 1${'+1'.repeat(900)} + eval`],
    ['100 nested f-strings', Array.from({ length: 100 }).reduce((inner: string) => `f"{${inner}}"`, 'eval')],
  ])('a finding within the limits is reported: %s', async (_, text) => {
    expect((await findingsOf(text)).map((finding) => finding.replace(/^\S+ /, ''))).toEqual(['SLP201 builtins.eval']);
  });
});

test('a constant that doubles sixty times is not computed', async () => {
  const doubling = Array.from({ length: 60 }, (_, at) => `k${at + 1} = k${at} * 2`).join('\n');
  expect(await findingsOf(`import os\nk0 = "ab"\n${doubling}\ngetattr(os, k60)`)).toEqual(['63:1 SLP801 os']);
});

test('a scan with more than 10,000 findings ends with a finding that says so', async () => {
  const findings = await scanText('eval(1)\n'.repeat(10_001));
  expect(findings).toHaveLength(10_001);
  expect(findings[0]).toMatchObject({ ruleId: 'SLP201', line: 1 });
  expect(findings.filter(({ ruleId }) => ruleId === 'SLP603')).toMatchObject([
    { message: 'Too complex to scan: more than 10000 findings' },
  ]);
});
