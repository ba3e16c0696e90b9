// Tests data flow beyond names (scan policy §5.5): containers, attributes, parameters, return values, and other ways to reach a module.
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

describe('a module is followed', () => {
  test.each([
    ['an unpacked tuple', 'import os\na, b = os, 1\na.system()', 3],
    ['an unpacked list', 'import os\na, *b = [os, 1]\na.system()', 3],
    ['an item of a list', 'import os\nx = [os]\nx[0].system()', 3],
    ['an item of a dictionary', 'import os\nx = {"k": os}\nx["k"].system()', 3],
    ['a loop', 'import os\nfor m in (os,):\n  m.system()', 3],
    ['a comprehension', 'import os\n[m.system() for m in [os]]', 2],
    [
      'an attribute of an instance',
      'import os\nclass A:\n  def f(self): self.m = os\n  def g(self): self.m.system()',
      4,
    ],
    ['an attribute of a class', 'import os\nclass A:\n  m = os\nA.m.system()', 4],
    ['a returned value', 'import os\ndef f():\n  return os\nf().system()', 4],
    ['a function in parentheses', 'import os\ndef f(m):\n  return m\n(f)(os).system()', 4],
    ['one of two functions', 'import os\ndef f(m):\n  return m\n(g if x else f)(os).system()', 4],
    ['a function in a list', 'import os\ndef f(m):\n  return m\nfs = [f]\nfs[0](os).system()', 5],
    ['a function that a call returns', 'import os\ndef f(m):\n  return m\ndef g():\n  return f\ng()(os).system()', 6],
    ['a lambda', 'import os\nf = lambda: os\nf().system()', 3],
    ['a lambda called in place', 'import os\n(lambda: os)().system()', 2],
    ['a parameter', 'import os\ndef f(m): m.system()\nf(os)', 2],
    ['a keyword parameter', 'import os\ndef f(*, m): m.system()\nf(m=os)', 2],
    ['a default value', 'import os\ndef f(m=os): m.system()', 2],
    ["a method's parameter", 'import os\nclass A:\n  def f(self, m): m.system()\nA().f(os)', 3],
    ['a condition', 'import os\n(os if x else y).system()', 2],
    ['an alternative', 'import os\n(x or os).system()', 2],
    ['a re-export', 'import shutil\nshutil.os.system()', 2],
    ['an imported re-export', 'from shutil import os\nos.system()', 2],
    ['sys.modules', 'import sys\nsys.modules["os"].system()', 2],
    ['sys.modules.get', 'import sys as s\ns.modules.get("os").system()', 2],
    ['attrgetter', 'import os, operator\noperator.attrgetter("system")(os)', 2],
    ['methodcaller', 'import os\nfrom operator import methodcaller as m\nm("system", "x")(os)', 3],
    ['a name for getattr from a loop', 'import os\nfor n in ("path", "system"):\n  getattr(os, n)', 3],
    ['a name for getattr from a caller', 'import os\ndef f(m, n): getattr(m, n)\nf(os, "system")', 2],
  ])('a module is followed through %s', async (_, text, line) => {
    expect((await findingsOf(text)).filter((finding) => finding.includes('SLP301'))).toEqual([
      expect.stringMatching(new RegExp(`^${line}:\\d+ SLP301 os\\.system$`)),
    ]);
  });
});

describe('a forbidden module or builtin is found', () => {
  test.each([
    ['print.__self__.eval("1")', ['1:1 SLP201 builtins.eval']],
    ['from builtins import __dict__\n__dict__["eval"]', ['2:1 SLP201 builtins.eval']],
    ['import sys\nsys.modules["subprocess"]', ['2:1 SLP101 subprocess']],
    ['import sys\nsys.modules.get("subprocess")', ['2:1 SLP101 subprocess']],
    ['import sys\nsys.modules.pop("subprocess")', ['2:1 SLP101 subprocess']],
    ['import sys\nsys.modules.__getitem__("subprocess")', ['2:1 SLP101 subprocess']],
    ['import sys\nm = sys.modules\nm.pop("ctypes")', ['3:1 SLP101 ctypes']],
    ['from queue import threading', ['1:19 SLP101 threading']],
    ['__import__("os").system()', ['1:1 SLP201 builtins.__import__', '1:1 SLP301 os.system']],
  ])('a forbidden module or builtin is found: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('code into which no module flows is clean', () => {
  test.each([
    'from asyncio import subprocess',
    'import os\nx = [os.path]\nx[0].system()',
    'import os\nself.m = os\nself.n.system()',
    'import os\ndef f(m): m.system()\nf(1)\ng(os)',
    'x.os.system()',
    'import os\nx = {os: 1}\nx[0].system()',
    'obj.__self__.eval(1)',
    'import sys\nsys.modules[__name__]',
  ])('code into which no module flows is clean: %j', async (text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

test("functions that pass themselves around don't make the scan run forever", async () => {
  const text = `import os\n${Array.from({ length: 200 }, (_, at) => `def f${at}(a, b): return f${(at * 7) % 200}(b, f${at})(a)`).join('\n')}\nf0(os, f1).system()`;
  expect(await findingsOf(text)).not.toContainEqual(expect.stringContaining('SLP6'));
});
