// Tests SLP901 and SLP904 for members of other packages (scan policy §8a). They are found under any package name, unless a declaration
// shadows it.
import { describe, expect, test } from 'vitest';
import { goFindingsIn } from '../support/go.ts';

test.each([
  ['os', 'StartProcess', 'SLP901'],
  ['os', 'Setenv', 'SLP904'],
  ['os', 'RemoveAll', 'SLP904'],
  ['net', 'Listen', 'SLP904'],
  ['net', 'ListenTCP', 'SLP904'],
  ['net', 'ListenPacket', 'SLP904'],
  ['net', 'ListenConfig', 'SLP904'],
  ['net', 'ListenMulticastUDP', 'SLP904'],
] as const)('the member %s.%s is reported, whether it is called or not', async (path, name, rule) => {
  const found = [`2:9 ${rule} ${path}.${name}`];
  expect(await goFindingsIn(`var x = ${path}.${name}()`, `import "${path}"`)).toEqual(found);
  expect(await goFindingsIn(`var x = sys.${name}`, `import sys "${path}"`)).toEqual(found);
  expect(await goFindingsIn(`var x = ${name}`, `import . "${path}"`)).toEqual(found);
  expect(await goFindingsIn(`var x = ${path}.${name}`, `import sys "${path}"`)).toEqual([]);
  expect(await goFindingsIn(`var x = ${path}.${name}`, `import _ "${path}"`)).toEqual([]);
});

test('other members are allowed', async () => {
  const text =
    'var x = []any{os.Setenvs, os.removeAll, os.Open, os.Listen, net.Dial, net.listen, net.Setenv, os.net.Listen}';
  expect(await goFindingsIn(text, 'import "os"; import "net"')).toEqual([]);
});

describe('the name refers to the package', () => {
  test.each([
    ['between comments and lines', 'var x = os /* a */ . // b\n Setenv', '2:9'],
    ['as a parameter of a function', 'func f(a func(os int), b any) { os.Setenv() }', '2:33'],
    ['in the types of a signature that shadows it', 'func f(os int, g [len(os.Setenv())]int) os.Setenv {}', '2:23'],
    ['in the value assigned to a variable of its name', 'func f() { os := os.Setenv; _ = os }', '2:18'],
    ['in the range clause that shadows it', 'func f() { for _, os := range os.Setenv() { _ = os } }', '2:31'],
    [
      'in the guard of a switch that hides it',
      'func f() { switch os := os.Setenv().(type) { default: _ = os } }',
      '2:25',
    ],
    ['in the channel operand of a select case', 'func f() { select { case os := <-os.Setenv(): _ = os } }', '2:34'],
    ['after the block that shadowed it', 'func f() { { os := 1; _ = os }; os.Setenv() }', '2:33'],
    ['in another case', 'func f() { switch { case a: os := 1; _ = os; case os.Setenv(): } }', '2:51'],
    ['next to a function that shadows it', 'func f() { _ = func(os int) {}; os.Setenv() }', '2:33'],
    ['next to a label of its name', 'func f() { os: os.Setenv(); goto os }', '2:16'],
    ['next to a field of its name', 'type T struct{ os int }; func f(t T) { t.os = 1; os.Setenv() }', '2:50'],
    ['after a key of its name', 'var x = T{os: os.Setenv}', '2:15'],
    [
      'next to an assignment without a declaration',
      'func f() { os, x = 1, 2; for os = range y { os.Setenv() } }',
      '2:45',
    ],
    ['in an initial value', 'func f() { var os, x = os.Setenv, 1; _ = os }', '2:24'],
    ['next to a type parameter of its name', 'type T[os any] struct{}; var x = os.Setenv', '2:34'],
  ])('a name refers to the package: %s', async (_, text, place) => {
    expect(await goFindingsIn(text, 'import "os"')).toEqual([`${place} SLP904 os.Setenv`]);
  });
});

describe('the name is shadowed by', () => {
  test.each([
    ['a parameter', 'func f(os T) { os.Setenv() }'],
    ['a variadic parameter', 'func f(os ...T) { os.Setenv() }'],
    ['a receiver', 'func (os T) f() { os.Setenv() }'],
    ['a result', 'func f() (os T) { os.Setenv() }'],
    ['a type parameter', 'func f[os any](x os.Setenv) { os.Setenv() }'],
    ['a parameter of a function value', 'var f = func(os T) { os.Setenv() }'],
    ['a variable', 'func f() { os := T{}; os.Setenv() }'],
    ['one of several variables', 'func f() { x, os, y := T{}; { os.Setenv() } }'],
    ['a declared variable', 'func f() { var os T; os.Setenv() }'],
    ['one in a group', 'func f() { var ( a int; os = T{} ); os.Setenv() }'],
    ['a constant', 'func f() { const os = 1; os.Setenv() }'],
    ['a type', 'func f() { type os struct{ x os.Setenv }; os.Setenv() }'],
    ['an alias', 'func f() { type os = T; os.Setenv() }'],
    ['a variable of an if', 'func f() { if os := (T{}); os.Setenv() { os.Setenv() } else { os.Setenv() } }'],
    ['a variable of a for', 'func f() { for os := (T{}); os.Setenv(); os.Setenv() { os.Setenv() } }'],
    ['a variable of a range', 'func f() { for _, os := range x { os.Setenv() } }'],
    ['a variable of a switch', 'func f() { switch os := (T{}); os.Setenv() { case os.Setenv(): } }'],
    ['the guard of a switch', 'func f() { switch os := x.(type) { case T: os.Setenv(); default: os.Setenv() } }'],
    ['a variable of a select case', 'func f() { select { case os := <-x: os.Setenv() } }'],
    ['a variable around a function value', 'func f() { os := T{}; g(func() { os.Setenv() }) }'],
    ['a member', 'func f() { x.os.Setenv() }'],
  ])('a name is shadowed by %s', async (_, text) => {
    expect(await goFindingsIn(text, 'import "os"')).toEqual([]);
  });
});

describe('names after a dot import', () => {
  test.each([
    ['a method', 'func (t T) Setenv() {}', []],
    ['a field', 'type T struct { Setenv int }', []],
    ['a member', 'var x = y.Setenv', []],
    ['a key', 'var x = T{Setenv: 1}', []],
    ['a label', 'func f() { Setenv: goto Setenv }', []],
    ['a parameter', 'func f(Setenv T) { Setenv() }', []],
    ['a value after a key', 'var x = T{Setenv: Setenv}', ['2:19 SLP904 os.Setenv']],
    ['a type', 'func f(x Setenv) {}', ['2:10 SLP904 os.Setenv']],
  ])('a name after a dot import is found where it refers to the package: %s', async (_, text, expected) => {
    expect(await goFindingsIn(text, 'import . "os"')).toEqual(expected);
  });
});

test('two dot imports are both checked', async () => {
  const found = await goFindingsIn('var x, y = Setenv, Listen', 'import . "os"; import . "net"');
  expect(found).toEqual(['2:12 SLP904 os.Setenv', '2:20 SLP904 net.Listen']);
});
