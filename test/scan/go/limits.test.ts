// Scans malicious Go (scan policy §7, §8a). Every file leads to findings or a clean result, never to an exception, and files within the
// limits are scanned normally.
import { describe, expect, test } from 'vitest';
import { goFindings, goRulesOf, inFunction, scanGo } from '../support/go.ts';

describe('exceeding a limit is SLP603', () => {
  test.each([
    ['201 brackets', `package p\nvar x = ${'('.repeat(201)}1${')'.repeat(201)}`],
    ['1,001 additions', `package p\nvar x = 1${'+1'.repeat(1001)}`],
    ['1,100 else ifs', inFunction(`if a { }${' else if a { }'.repeat(1_100)}`)],
  ])('a source that exceeds a limit is SLP603: %s', async (_, text) => {
    expect(await goRulesOf(text)).toEqual(['SLP603']);
  });
});

test('100 KB of ) are SLP601', async () => {
  expect(await goRulesOf(')'.repeat(100_000))).toEqual(['SLP601']);
});

describe('findings within the limits', () => {
  const imports = 'package p; import "os"\n';
  test.each([
    ['190 brackets', `${imports}var x = ${'('.repeat(190)}os.Setenv${')'.repeat(190)}`],
    ['90 indexes', `${imports}var x = ${'a['.repeat(90)}os.Setenv${']'.repeat(90)}`],
    ['900 additions', `${imports}var x = 1${'+1'.repeat(900)} + os.Setenv`],
    ['2,000 of different kinds', `${imports}var x = a == 1${' || a == 1'.repeat(900)} || os.Setenv`],
    ['a long chain on a shadowed package name', `${imports}func f(os T) { os${'.x'.repeat(400)} }; var x = os.Setenv`],
  ])('findings within the limits are reported: %s', async (_, text) => {
    expect((await goFindings(text)).map((found) => found.replace(/^\d+:\d+ /, ''))).toEqual(['SLP904 os.Setenv']);
  });
});

test('findings are limited to 10,000', async () => {
  const findings = await scanGo(`package p; import "os"\n${'var x = os.Setenv\n'.repeat(10_001)}`);
  expect(findings).toHaveLength(10_001);
  expect(findings.filter(({ ruleId }) => ruleId === 'SLP603')).toMatchObject([{ line: 1 }]);
});
