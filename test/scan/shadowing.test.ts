// Tests when a bare name is not the builtin (scan policy §3.1): as a local name of a function, or after a definite binding in a module
// or class.
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

describe('local names that are clean', () => {
  test.each([
    ['a parameter', 'def f(open): open()'],
    ['a keyword-only parameter', 'def f(*, open=1): open()'],
    ['*args and **kwargs', 'def f(*open, **vars): open(vars)'],
    ['a positional-only parameter', 'def f(open, /): open()'],
    ['a lambda parameter', 'lambda eval: eval(1)'],
    ['a later assignment in the function', 'def f():\n  open()\n  open = 1'],
    ['an assignment in a branch of the function', 'def f():\n  if x:\n    open = 1\n  open()'],
    ['a declaration without a value in a function', 'def f():\n  open: int\n  open()'],
    ['a walrus in a comprehension', 'def f():\n  [eval := x for x in y]\n  eval'],
    ['a for target', 'def f():\n  for open, *vars in x: open(vars)'],
    ['a with target', 'def f():\n  with x as (open, [vars]): open(vars)'],
    ['an except target', 'def f():\n  try: pass\n  except E as open: open()'],
    ['a local import', 'def f():\n  from re import compile\n  compile()'],
    ['a local def', 'def f():\n  def open(): pass\n  open()'],
    ['a local class', 'def f():\n  class open: pass\n  open()'],
    ['del in a function', 'def f():\n  open()\n  del open'],
    [
      'a match capture',
      'def f(x):\n  match x:\n    case [eval, *exec]: eval(exec)\n    case {"k": open, **vars}: open(vars)',
    ],
    ['a match alias', 'def f(x):\n  match x:\n    case int() as compile: compile()'],
    ['an enclosing function', 'def f(open):\n  def g():\n    return lambda: open()'],
    ['a comprehension target', '[eval(x) for eval in y]'],
    ['a nested comprehension', '[[eval for x in y] for eval in z]'],
    ['a type parameter', 'def f[open](x: open) -> open: return open'],
    ['a type parameter of a class', 'class A[open](open): x: open'],
    ['a type parameter of an alias', 'type A[open] = list[open]'],
    ['a type parameter in the default of another one', 'class A[open = int, T = open]: pass'],
    ['nonlocal', 'def f():\n  open = 1\n  def g():\n    nonlocal open\n    open()'],
    ['a parameter in NFKC', 'def f(ｅｖａｌ): eval(1)'],
    ['a def before the use', 'def open(p): pass\nopen(1)'],
    ['a def from its own body on', 'def open(p): return open(p)'],
    ['an async def', 'async def open(p): pass\nopen(1)'],
    ['a class before the use', 'class compile: pass\ncompile(1)'],
    ['an import before the use', 'from PIL.Image import open\nopen(1)'],
    ['an import under another name', 'import x as open\nopen(1)'],
    ['an assignment before the use', 'open = make()\nopen(1)'],
    ['an assignment with annotation', 'open: T = make()\nopen(1)'],
    ['a tuple assignment', 'open, (vars, *eval) = x\nopen(vars, eval)'],
    ['a chained assignment', 'x = open = y\nopen(1)'],
    ['an assignment in parentheses', '(open) = x\nopen(1)'],
    ['a type alias', 'type open = int\nopen(1)'],
    ['a use in a function after the binding', 'open = x\ndef f(): open(1)'],
    ['a class body', 'class A:\n  open = 1\n  x = open'],
    ['a relative star import after it', 'open = x\nfrom . import *\nopen(1)'],
    ['a star import before it', 'from x import *\nopen = y\nopen(1)'],
    ['on the same line', 'open = x; open(1)'],
  ])('a local name is clean: %s', async (_, text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

describe('a name that may be the builtin', () => {
  test.each([
    ['a binding in a branch', 'if x:\n  open = 1\nopen(1)', 3, 'open'],
    ['a binding that never runs', 'if False: eval = None\neval(1)', 2, 'eval'],
    ['a binding in try', 'try:\n  open = 1\nexcept E: pass\nopen(1)', 4, 'open'],
    ['a for target of a module', 'for open in x: pass\nopen(1)', 2, 'open'],
    ['a with target of a module', 'with x as open: pass\nopen(1)', 2, 'open'],
    ['a match capture of a module', 'match x:\n  case open: pass\nopen(1)', 3, 'open'],
    ['a walrus of a module', '(open := x)\nopen(1)', 2, 'open'],
    ['a later binding', 'open(1)\nopen = x', 1, 'open'],
    ['its own right-hand side', 'eval = eval', 1, 'eval'],
    ['a declaration without a value', 'open: int\nopen(1)', 2, 'open'],
    ['an augmented assignment', 'open += 1', 1, 'open'],
    ['a binding deleted later', 'open = 1\nopen(1)\ndel open', 2, 'open'],
    ['a binding deleted in a branch', 'open = 1\nif x: del open\nopen(1)', 3, 'open'],
    ['an except target, which unbinds', 'open = 1\ntry: pass\nexcept E as open: pass\nopen(1)', 4, 'open'],
    ['a binding deleted under global', 'open = 1\ndef f():\n  global open\n  del open\nopen(1)', 5, 'open'],
    ['a star import after the binding', 'open = 1\nfrom io import *\nopen(1)', 3, 'open'],
    ['a star import in a branch', 'open = 1\nif x:\n  from io import *\nopen(1)', 4, 'open'],
    ['global in a function', 'def f():\n  global open\n  open(1)', 3, 'open'],
    ['a binding under global only', 'def f():\n  global open\n  open = 1\nopen(1)', 4, 'open'],
    ['global through a nested function', 'def f(open):\n  def g():\n    global open\n    def h(): open(1)', 4, 'open'],
    ['a local of another function', 'def f(): open = 1\ndef g(): open(1)', 2, 'open'],
    ['a lambda parameter outside', 'x = lambda eval: 1\neval(1)', 2, 'eval'],
    ['a comprehension target outside', '[1 for eval in x]\neval(1)', 2, 'eval'],
    ['the first iterable of a comprehension', '[1 for eval in eval]', 1, 'eval'],
    ['a default value', 'def f(open=open): pass', 1, 'open'],
    ['a default in the def of that name', 'def open(x=open): pass', 1, 'open'],
    ['a decorator of the def of that name', '@open\ndef open(): pass', 1, 'open'],
    ['the body of a decorated def', '@d\ndef open(): return open', 2, 'open'],
    ['the body of a class of that name', 'class open: x = open', 1, 'open'],
    ['a base class with that type parameter outside', 'class A[T](open): pass', 1, 'open'],
    ['a class binding in a method', "class A:\n  eval = 1\n  def f(self): eval('1')", 3, 'eval'],
    ['a class binding in a comprehension', 'class A:\n  eval = 1\n  x = [eval for y in z]', 3, 'eval'],
    ['a class binding in a lambda', 'class A:\n  eval = 1\n  x = lambda: eval', 3, 'eval'],
    ['a class name over an enclosing local', 'def f(open):\n  class A:\n    if x: open = 1\n    open(1)', 4, 'open'],
    [
      'a name that a class declares over an enclosing local',
      'def f(open):\n  class A:\n    open: int\n    open(1)',
      4,
      'open',
    ],
    ['a star import of the name itself', 'from x import *\nopen(1)', 2, 'open'],
  ])('a name that may be the builtin is found: %s', async (_, text, line, name) => {
    const findings = await findingsOf(text);
    expect(findings.filter((finding) => finding.startsWith(`${line}:`))).toEqual([
      expect.stringMatching(new RegExp(`^${line}:\\d+ SLP201 builtins\\.${name}$`)),
    ]);
  });
});

test("a class binding hides the builtin from a comprehension's first iterable", async () => {
  expect(await findingsOf('class A:\n  eval = 1\n  x = [y for y in eval]')).toEqual([]);
});

test('a name that a class body only annotates is still the module', async () => {
  expect(await findingsOf('class A:\n  os: int\n  os.system(x)')).toEqual(['3:3 SLP301 os.system']);
});

test('a name that the class body does not bind is a local name of the enclosing function', async () => {
  expect(await findingsOf('def f(open):\n  class A:\n    open(1)')).toEqual([]);
});
