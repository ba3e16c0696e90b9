// Tests SLP601 and SLP602 for Go sources. Everything that the compiler accepts passes, and the builder reports sources that only
// go/parser rejects.
import { describe, expect, test } from 'vitest';
import { goFindings, scanGo } from '../support/go.ts';

describe('valid Go passes', () => {
  test.each([
    ['only a package clause', 'package p'],
    ['a byte order mark', '\ufeffpackage p'],
    ['CRLF and blanks', 'package p\r\n\r\n\tvar x\t= 1\r\n'],
    ['everything on one line', 'package p; const (A = 1; B ); var ( x int ); type (T int; U T); func f() {}'],
    ['comments everywhere', '/**/package/**/p/*\n*/func/**/f/**/(/**/)/**/{/**/}//'],
    ['a general comment that ends a statement', 'package p\nfunc f() { x := 1 /*\n*/ y := 2; _, _ = x, y }'],
    ['empty statements', 'package p\nfunc f() { ;;\n;x();;\nif ; a {}; switch ; {}; L: ; M: }'],
    ['labels without a statement', 'package p\nfunc f() {\nL1:\nL2:\n}'],
    [
      'for in all forms',
      'package p\nfunc f() { for {}; for a {}; for ; ; {}; for i := 0; ; {}; for ; ; i++ {}; for range 3 {} }',
    ],
    [
      'a literal in a for header',
      'package p\nfunc f() { for s := []int{}; ; g(s) {}; for _, x := range []struct{}{} {} }',
    ],
    ['numbers', 'package p\nvar x = []any{0, 007, 0o17, 0b1_0, 0x_Fp-1, 1_000.5e+3i, .5, 1., 08i, 0x1.8p0, 0_7}'],
    ['runes', "package p\nvar x = []rune{'a', '\\'', '\\\\', '\\x41', '\\101', '\\u00e9', '\\U0001F600', '😀', '\"'}"],
    ['strings', 'package p\nvar x = "\\a\\"\\\\\\xff\\377\\u00e9" + `\\\r\n"`'],
    ['names in any alphabet', 'package p\nvar ключ, 鍵, _x１, ß int'],
    [
      'generics',
      'package p\ntype S[K comparable, V ~int | ~string] struct{}\nfunc f[T any](x T) S[T, int] { return g[T, S[int, int]](x) }',
    ],
    [
      'methods with type parameters',
      'package p\nfunc (s S[T]) M[R any, P interface{ ~[]R; m() }](f func(T) R) []R { return s.N[R](f)[:1] }\ntype F func(int) T[int]\nvar f = func(int) T[int] { return T[int]{} }(1)',
    ],
    ['keys of a struct literal that select fields', 'package p\nvar x = T{a.b: 1, c: 2}'],
    ['an alias with parameters', 'package p\ntype A[T any] = map[string]T'],
    [
      'new of a value',
      'package p\nvar a, b, c = new(123), new(f(x)), new(1 + 2)\nvar d, e = new([]int), new(map[string]*T[int])',
    ],
    [
      'new of any type',
      'package p\nvar a = []any{new(chan<- int), new(<-chan int), new(func(int) string), new(struct{ x int }), new(p.T), new((T))}',
    ],
    ['a function named make', 'package p\nfunc make(n int) *T { if n > 0 { return make(n - 1) }; return new(T) }'],
    [
      'a select, a goto, a defer',
      'package p\nfunc f() { select { case x <- 1: case y, ok := <-z: default: }; goto L; L: defer f(); go f() }',
    ],
    ['conversions and assertions', 'package p\nvar x, y = (*T)(nil), any(z).(interface{ M() })'],
    ['a function value in an if header', 'package p\nfunc f() { if x := func() bool { return true }; x() {} }'],
    ['predeclared identifiers that are redeclared', 'package p\nvar any, nil, true, iota, string = 1, 2, 3, 4, 5'],
    [
      'groups that end without a semicolon',
      'package p; var (a int; b int); const (A = 1; B = "b"); func f() { var (a T; b = f(a)) }',
    ],
    [
      'methods of type literals',
      'package p\nvar x, y, z = interface{ M(x p.T, y ...int) (a, b string) }.M, (*struct{ T; *p.U `x` }).M, ((struct{})).M',
    ],
    ['a method of a type literal in an if header', 'package p\nfunc f() { if interface{ M() int }.M(x) > 0 {} }'],
    ['a method call on a type assertion', 'package p\nvar x = y.(interface{ M() int }).M() + f(struct{}{}).x'],
    ['nested new of values', 'package p\nvar x = new(a[new(b[f(c)])])'],
    ['variadic parameters at the end', 'package p\nfunc (r ...T) f(a int, b ...func(...int)) {}\nvar g func(...int)'],
    ['calls in parentheses', 'package p\nfunc f() { go (f)(); defer (func() {})(); go f[int](); defer T(x) }'],
    ['build tags', '//go:build !windows\n// +build !windows\n\npackage p'],
  ])('valid Go passes: %s', async (_, text) => {
    expect(await goFindings(text)).toEqual([]);
  });
});

describe('invalid Go is rejected', () => {
  test.each([
    ['an empty file', ''],
    ['no package clause', 'import "fmt"'],
    ['an import after a declaration', 'package p\nvar x = 1\nimport "fmt"'],
    ['an import of a name', 'package p\nimport fmt'],
    ['an import of a sum', 'package p\nimport "a" + "b"'],
    ['a group of imports with commas', 'package p\nimport ("a", "b")'],
    ['an unterminated group', 'package p\nimport ("a"'],
    ['an empty declaration', 'package p;;'],
    ['a statement outside a function', 'package p\nx := 1'],
    ['a line that ends too early', 'package p\nfunc f() { x := a\n.b() }'],
    ['a brace on the next line', 'package p\nfunc f()\n{\n}'],
    ['brackets that do not match', 'package p\nvar x = (1]'],
    ['an extra closing bracket', 'package p\nfunc f() {}}'],
    ['a string over two lines', 'package p\nvar x = "a\nb"'],
    ['an unterminated string', 'package p\nvar x = `a'],
    ['an unterminated comment', 'package p\n/* a'],
    ['an unknown escape', 'package p\nvar x = "\\q"'],
    ['a surrogate', 'package p\nvar x = "\\ud800"'],
    ['two runes', "package p\nvar x = 'ab'"],
    ['an empty rune', "package p\nvar x = ''"],
    ['an invalid octal number', 'package p\nvar x = 089'],
    ['a number that runs into a name', 'package p\nvar x = 1a'],
    ['a repeated digit separator', 'package p\nvar x = 1__0'],
    ['characters that Go does not use', 'package p\nvar x = a ? b : c'],
    ['an invisible character', 'package p\nvar x\u200b = 1'],
    ['a no-break space', 'package p\nvar\u00a0x = 1'],
    ['a form feed', 'package p\n\fvar x = 1'],
    ['Python', 'def f():\n    pass\n'],
  ])('invalid Go is rejected: %s', async (_, text) => {
    expect((await scanGo(text)).map(({ ruleId }) => ruleId)).toEqual(['SLP601']);
  });
});

test.each([
  ['var x = (1', '2:9', 'unclosed bracket'],
  ['var x = (1]', '2:11', 'unmatched closing bracket'],
  ['func f() {}}', '2:12', 'unmatched closing bracket'],
  ['import fmt', '2:11', 'invalid import declaration'],
  ['import "a" + "b"', '2:12', 'invalid import declaration'],
  ['import ("a"; b)', '2:15', 'invalid import declaration'],
  ['func f() { x := a\n.b() }', '3:1', 'invalid syntax'],
  ['func f() { x := = 1 }', '2:17', 'invalid syntax'],
])('%s is reported at %s', async (text, place, detail) => {
  const [finding] = await scanGo(`package p\n${text}\n`);
  expect([`${finding?.line}:${finding?.column}`, finding?.message]).toEqual([place, `Cannot parse: ${detail}`]);
});

test('names and brackets in random order are rejected as too ambiguous to parse', async () => {
  const found = await scanGo(`package p\n${`var x = ${'a[b]'.repeat(100)}\n`.repeat(600)}`);
  expect(found.map(({ ruleId }) => ruleId)).toEqual(['SLP603']);
});

describe('anything but plain UTF-8 is rejected', () => {
  test.each([
    ['a NUL', 'package p\n// \0', '2:4'],
    ['a byte order mark within', 'package p // \ufeff', '1:14'],
    ['invalid UTF-8', Uint8Array.of(...new TextEncoder().encode('package p\n// '), 0xff), '2:4'],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x70, 0), '1:1'],
  ])('a source that is not plain UTF-8 is rejected: %s', async (_, source, place) => {
    expect(await goFindings(source)).toEqual([`${place} SLP602 `]);
  });
});

describe('lines and columns', () => {
  test.each([
    ['CRLF', 'package p\r\n\r\nimport "C"', '3:8'],
    ['a lone CR, which is a blank to Go', 'package p;\rimport "C"', '2:8'],
    ['a character outside the BMP counts as two', 'package p; /*😀*/ import "C"', '1:26'],
    ['a byte order mark is not counted', '\ufeffpackage p; import "C"', '1:19'],
    ['U+2028 in a comment is no line end', 'package p; /*\u2028*/ import "C"', '1:25'],
  ])('lines and columns are counted: %s', async (_, text, place) => {
    expect(await goFindings(text)).toEqual([`${place} SLP901 C`]);
  });
});

test('offsets after an automatically inserted semicolon match the file', async () => {
  const text =
    'package p; import "os"; var (a int; b int); var (c = 1; d = os.Setenv); func f() { var (os T; x = os.Setenv) }';
  expect(await goFindings(text)).toEqual([`1:${text.indexOf('os.Setenv') + 1} SLP904 os.Setenv`]);
  expect(await scanGo(`${text}; var y = = 1`)).toMatchObject([{ ruleId: 'SLP601', column: text.length + 11 }]);
});

test('names in a type literal are checked', async () => {
  expect(await goFindings('package p\nimport "net"\nvar x = interface{ M(net.ListenConfig, int) }.M')).toEqual([
    '3:22 SLP904 net.ListenConfig',
  ]);
});

test('a finding spans the whole expression', async () => {
  const [finding] = await scanGo('package p\nimport "os"\nvar x = os.\n  Setenv');
  expect(finding).toMatchObject({ line: 3, column: 9, endLine: 4, endColumn: 9, name: 'os.Setenv' });
});
