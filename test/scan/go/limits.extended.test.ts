// Scans floods of malicious Go (scan policy §7, §8a). Every file leads to findings or a clean result, never to an exception, and files within the
// limits are scanned normally.
import { describe, expect, test } from 'vitest';
import { goFindings, goRulesOf, inFunction, scanGo } from '../support/go.ts';

describe('exceeding a limit is SLP603', () => {
  test.each([
    ['100 KB of [', `package p\nvar x ${'['.repeat(100_000)}`],
    ['50,000 blocks', inFunction('{'.repeat(50_000))],
    ['50,000 members', `package p\nvar x = a${'.b'.repeat(50_000)}`],
    ['50,000 calls', `package p\nvar x = a${'()'.repeat(50_000)}`],
    ['50,000 signs', `package p\nvar x = ${'- '.repeat(50_000)}1`],
    ['50,000 pointers', `package p\nvar x ${'*'.repeat(50_000)}int`],
    ['50,000 slices', `package p\nvar x ${'[]'.repeat(50_000)}int`],
    ['50,000 channels', `package p\nvar x ${'chan '.repeat(50_000)}int`],
    ['50,000 maps', `package p\nvar x ${'map[a]'.repeat(50_000)}int`],
    ['50,000 functions', `package p\nvar x ${'func() '.repeat(50_000)}int`],
    ['50,000 else ifs', inFunction(`if a { }${' else if b := 1; a { }'.repeat(50_000)}`)],
    ['50,000 labels', inFunction(`${'a: '.repeat(50_000)}x()`)],
    [
      'operators and brackets together',
      `package p\nvar x = ${'a + b * c.d.e.f.g[h.i.j.k.l('.repeat(90)}1${')]'.repeat(90)}`,
    ],
    ['a declaration of 310,001 tokens', `package p\nvar x = []int{${'1,'.repeat(155_000)}}`],
    [
      'indexes in each other, many times',
      `package p\n${`var x = ${'a['.repeat(100)}b${']'.repeat(100)}\n`.repeat(600)}`,
    ],
    ['over 2 MiB', `package p\n${' '.repeat(2 * 1024 * 1024)}`],
  ])('a source that exceeds a limit is SLP603: %s', async (_, text) => {
    expect(await goRulesOf(text)).toEqual(['SLP603']);
  });
});

describe('invalid input is SLP601', () => {
  const tokens = ['a', '1', '"s"', ';', '=', ':=', '+', '*', '<-', '.', ',', 'func', 'if', 'for', 'type', 'chan', '!'];
  test.each([
    ['200 KB of equals', inFunction('= '.repeat(100_000))],
    ['200,000 tokens', inFunction(Array.from({ length: 200_000 }, (_, at) => tokens[(at * 7919) % 17]).join(' '))],
    ['a number of 2 MB', `package p\nvar x = 1${'_0_'.repeat(600_000)}`],
    ['an unterminated string', `package p\nvar x = "${'a'.repeat(1_000_000)}`],
    ['an unterminated declaration', `package p\nvar x = (\n${'y = 1\n'.repeat(50_000)}`],
    ['a comment of 2 MB', `/*${'*'.repeat(2_000_000)}`],
    ['50,000 imports of nothing', `package p\nimport (${'x '.repeat(50_000)})`],
  ])('invalid input is SLP601: %s', async (_, text) => {
    expect(await goRulesOf(text)).toEqual(['SLP601']);
  });
});

describe('findings within the limits', () => {
  const imports = 'package p; import "os"\n';
  test.each([
    ['20,000 indexes', `${imports}${'var x = a[b]\n'.repeat(20_000)}var x = os.Setenv`],
    ['20,000 calls', `${imports}${'var x = a(b(c(d)))\n'.repeat(5_000)}var x = os.Setenv`],
    ['20,000 lines', `${imports}${'var x = 1\n'.repeat(20_000)}var y = os.Setenv`],
    ['20,000 cases', `${imports}func f() { switch a {${'case 1: '.repeat(20_000)} case os.Setenv: } }`],
    ['50,000 elements', `${imports}var x = []any{${'a: 1, '.repeat(50_000)} os.Setenv}`],
    ['a string of 1 MB', `${imports}var x = "${'a'.repeat(1_000_000)}" + os.Setenv`],
    ['a raw string of 1 MB', `${imports}var x = \`${'a"/*\n'.repeat(200_000)}\` + os.Setenv`],
    ['a comment of 1 MB', `${imports}/*${'os.Setenv\n'.repeat(100_000)}*/ var x = os.Setenv`],
  ])('findings within the limits are reported: %s', async (_, text) => {
    expect((await goFindings(text)).map((found) => found.replace(/^\d+:\d+ /, ''))).toEqual(['SLP904 os.Setenv']);
  });
});

test('many uses of a name with many redeclarations are scanned within the time limit', async () => {
  const text = `package p; import "os"\nfunc f() {\n${'os := os.Setenv\n'.repeat(20_000)}}`;
  expect(await goFindings(text)).toEqual(['3:7 SLP904 os.Setenv']);
});

test('a module file of 2 MB is scanned within the time limit', async () => {
  const text = `module m\n${'replace a => ./a\n'.repeat(20_000)}${'"\\x2e" '.repeat(200_000)}`;
  expect(await scanGo(text, 'go.mod')).toHaveLength(10_001);
});
