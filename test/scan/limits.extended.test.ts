// Tests floods of hostile input (scan policy §7). Each leads to a finding or a clean scan, never to an exception, and files within the
// limits are scanned normally.
import { describe, expect, test } from 'vitest';
import { findingsOf, rulesOf, scanText } from './support/scan.ts';

describe('a file beyond a limit is SLP603', () => {
  test.each([
    ['100 KB of [', '['.repeat(100_000)],
    ['100 KB of {', '{'.repeat(100_000)],
    ['a chain of 50,000 attributes', `x = a${'.b'.repeat(50_000)}`],
    ['a chain of 50,000 calls', `x = a${'()'.repeat(50_000)}`],
    ['a chain of 50,000 subscripts', `x = a${'[0]'.repeat(50_000)}`],
    ['50,000 additions', `x = 1${'+1'.repeat(50_000)}`],
    ['50,000 nots', `x = ${'not '.repeat(50_000)}1`],
    ['50,000 signs', `x = ${'-'.repeat(50_000)}1`],
    ['50,000 lambdas', `x = ${'lambda: '.repeat(50_000)}1`],
    ['50,000 lambdas in defaults', `x = ${'lambda a='.repeat(50_000)}1${': 1'.repeat(50_000)}`],
    ['50,000 conditions', `x = 1${' if 1 else 1'.repeat(50_000)}`],
    ['20,000 elifs', `if 1: pass\n${'elif 1: pass\n'.repeat(20_000)}`],
    ['10 MB of nothing', '\n'.repeat(10_000_000)],
    ['over 310,000 tokens next to a name of the policy', `import os as o\n${'x = 1\n'.repeat(77_500)}`],
  ])('a file beyond a limit is SLP603: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual(['SLP603']);
  });
});

describe('garbage is SLP601', () => {
  test.each([
    ['2 MB of dots', '.'.repeat(2_000_000)],
    ['a number of 2 MB', '1'.repeat(2_000_000)],
    ['an open bracket before much text', `x = (\n${'y = 1\n'.repeat(50_000)}`],
    [
      'all kinds of characters',
      Array.from({ length: 100_000 }, (_, at) => '([{)]}:;,.=+-*/%"\'\\\n ab01'[(at * 7919) % 25]).join(''),
    ],
    ['50,000 awaits', `x = ${'await '.repeat(50_000)}1`],
  ])('garbage is SLP601: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual(['SLP601']);
  });
});

describe('a finding within the limits is reported', () => {
  test.each([
    ['a line of 300 KB', `x = [${'1,'.repeat(150_000)}]; eval`],
    ['a line of 300 KB', `x = [${'1, '.repeat(100_000)}eval]`],
    ['a line of 1 MB', `x = "${'a'.repeat(1_000_000)}"; eval`],
    ['20,000 lines', `${'x = 1\n'.repeat(20_000)}eval`],
    ['a flat chain of 5,000 ands', `x = 1${' and 1'.repeat(5000)} and eval`],
    ['a flat chain of 5,000 comparisons', `x = 1${' < 1'.repeat(5000)} < eval`],
    ['5,000 chained assignments', `${'a = '.repeat(5000)}eval`],
    ['10,000 literals side by side', `x = ${'"a" '.repeat(10_000)}, eval`],
    ['309,000 tokens', `${'x = 1\n'.repeat(77_249)}eval`],
    ['2 MB of blank lines', `${'\n'.repeat(2_000_000)}eval`],
  ])('a finding within the limits is reported: %s', async (_, text) => {
    expect((await findingsOf(text)).map((finding) => finding.replace(/^\S+ /, ''))).toEqual(['SLP201 builtins.eval']);
  });
});

test('a chain of 20,000 aliases is followed to the end', async () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => `a${at + 1} = a${at}`).join('\n');
  expect(await findingsOf(`import os\na0 = os\n${chain}\na20000.system()`)).toEqual(['20003:1 SLP301 os.system']);
});

describe('a module that flows through many paths is followed', () => {
  test.each([
    ['4,000 calls', `${'f(os)\n'.repeat(4_000)}def f(a): a.system()`],
    [
      '4,000 parameters',
      `def f(${Array.from({ length: 4_000 }, (_, at) => `a${at}`)}): a9.system()\nf(${'os, '.repeat(4_000)})`,
    ],
    ['4,000 tuple assignments', `${'a, b, c = os, os, os\n'.repeat(4_000)}a.system()`],
    [
      '4,000 functions that return one another',
      `${Array.from({ length: 4_000 }, (_, at) => `def f${at}(): return f${at + 1}\n`).join('')}a = os\na.system()`,
    ],
  ])('a module that flows through many paths is followed through %s', async (_, text) => {
    expect(await rulesOf(`import os\n${text}`)).toEqual(['SLP301']);
  });
});

test('a file that inspects a module on each of 20,000 lines is read to its end', async () => {
  const findings = await scanText(`import os\n${'print(os); dir(os)\n'.repeat(20_000)}os.system("x")`, {
    level: 'strict',
  });
  expect(findings.map(({ line, ruleId, name }) => `${line} ${ruleId} ${name}`)).toEqual(['20002 SLP301 os.system']);
});

test.each([
  [15_500, 'SLP301'],
  [15_700, 'SLP603'],
])('a name with 64 values that flows through %d paths is %s: a million flows are followed', async (count, rule) => {
  const text = `import os\n${'x = lambda: os\n'.repeat(64)}${'y = x()\n'.repeat(count)}y.system()`;
  expect(await rulesOf(text)).toEqual([rule]);
});

test('thousands of lookups of a name with thousands of possible values are too complex to scan', async () => {
  const loop = `for k in (${Array.from({ length: 4_000 }, (_, at) => `"a${at}"`)}): pass\n`;
  expect(await rulesOf(`import os\n${loop}${'getattr(os, k)\n'.repeat(2_000)}`)).toEqual(['SLP603', 'SLP801']);
});

test('a chain of 20,000 constants is folded', async () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => `k${at + 1} = k${at}`).join('\n');
  expect(await findingsOf(`import os\nk0 = "system"\n${chain}\ngetattr(os, k20000)`)).toEqual([
    '20003:1 SLP301 os.system',
  ]);
});
