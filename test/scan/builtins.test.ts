// Tests that SLP201 finds every load of a forbidden builtin, and nothing that only shares its name (scan policy §3).
import { describe, expect, test } from 'vitest';
import { findingsOf, scanText } from './support/scan.ts';

test.each(['eval', 'exec', 'compile', 'open', '__import__', 'globals', 'locals', 'vars', 'setattr', 'delattr'])(
  'the builtin %s is forbidden',
  async (name) => {
    expect(await findingsOf(`${name}()`)).toEqual([`1:1 SLP201 builtins.${name}`]);
  },
);

test.each(['getattr', 'hasattr', 'dir', 'input', 'print'])('the builtin %s is allowed', async (name) => {
  expect(await findingsOf(`${name}(x, 'y')`)).toEqual([]);
});

describe('a load is found in any position', () => {
  test.each([
    ['e = eval', '1:5'],
    ['list(map(open, xs))', '1:10'],
    ['@eval\ndef f(): pass', '1:2'],
    ['def f(x=exec): pass', '1:9'],
    ['def f(x: eval): pass', '1:10'],
    ['def f() -> eval: pass', '1:12'],
    ['from __future__ import annotations\nx: eval', '2:4'],
    ['def f():\n  x: exec = 1', '2:6'],
    ['class A(eval): pass', '1:9'],
    ['class A(metaclass=eval): pass', '1:19'],
    ["d = {'k': eval}", '1:11'],
    ['match x:\n  case open(): pass', '2:8'],
    ['x = lambda y=eval: y', '1:14'],
    ['[y for y in eval]', '1:13'],
    ['x[eval]', '1:3'],
    ['f(*open, **vars)', '1:4'],
    ['raise eval from None', '1:7'],
    ['assert locals', '1:8'],
    ['return_ = (yield_ := vars)', '1:22'],
    ['eval += 1', '1:1'],
    ['f"{eval}"', '1:4'],
    ['f"{x:{eval}}"', '1:7'],
    ['f"{f\'{eval!r}\'}"', '1:7'],
    ['print >>eval, x', '1:9'],
    ['type X = eval', '1:10'],
    ['def f[T: eval](): pass', '1:10'],
    ['def f[T = eval](): pass', '1:11'],
    ['class A[T: int = eval]: pass', '1:18'],
    ['class A[*Ts = *a[eval]]: pass', '1:18'],
    ['class A[T = int,\n  **P = [eval]\n]: pass', '2:10'],
    ['type X[T: int = eval, *Ts = *eval] = T', '1:17'],
    ['if 1:\n  class A[\n    T # a\n    = # b\n      eval]: pass', '5:7'],
    ['a = b = eval', '1:9'],
    ['del x[eval]', '1:7'],
    ['eval.x = 1', '1:1'],
    ['for x[eval] in y: pass', '1:7'],
    ['with eval as x: pass', '1:6'],
    ['if False: eval', '1:11'],
    ['ｅｖａｌ', '1:1'],
    ['𝓮𝓿𝓪𝓵', '1:1'],
    ['x = "😀"; eval', '1:11'],
  ])('a load is found in any position: %j', async (text, place) => {
    const places = (await scanText(text)).map(({ column, line, ruleId }) => `${line}:${column} ${ruleId}`);
    expect(places).toContain(`${place} SLP201`);
  });
});

describe('a name that does not load the builtin is not a finding', () => {
  test.each([
    're.compile("x")',
    'Image.open(p)',
    'model.eval()',
    'ast.literal_eval(x)',
    'x.open = 1',
    'object.__setattr__(a, "b", 1)',
    'monkeypatch.setattr(a, "b", 1)',
    'f(open=1)',
    "{'eval': 1}",
    'getattr(model, "eval")',
    'case = 1\nmatch x:\n  case A(open=1): pass',
    'import x.open.eval',
    'from x import y as z, open',
    '"eval(1)"',
    '# eval(1)',
    'def f():\n  """eval(1)"""',
    'x: "eval"',
    'global open',
    'eval_ = evaluate = 1',
    'еval(1)',
  ])('a name that does not load the builtin is not a finding: %j', async (text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

describe('a builtin is found through its module', () => {
  test.each([
    ['import builtins\nbuiltins.eval', ['2:1 SLP201 builtins.eval']],
    ['import builtins as b\nb.open(p)', ['2:1 SLP201 builtins.open']],
    ['from builtins import eval', ['1:22 SLP201 builtins.eval']],
    ['from builtins import len, exec as e', ['1:27 SLP201 builtins.exec']],
    ['__builtins__.eval', ['1:1 SLP201 builtins.eval', '1:1 SLP501 __builtins__']],
    ['import builtins\nbuiltins.len(x)', []],
    ['import builtins\nbuiltins.eval = f', []],
  ])('a builtin is found through its module: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

test('the message names the builtin and says whether it is called', async () => {
  const messages = (await scanText('eval(1)\nx = open')).map(({ message }) => message);
  expect(messages).toEqual(['Forbidden builtin: eval() (call)', 'Forbidden builtin: open() (reference)']);
});

test('the same builtin used twice on a line is one finding', async () => {
  expect(await findingsOf('eval(eval)')).toEqual(['1:1 SLP201 builtins.eval']);
});
