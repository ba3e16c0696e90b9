// Tests member lookups by name (scan policy §5.4) and listed dunder names (§6).
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

describe('a lookup has the same finding as direct access to the member', () => {
  test.each([
    ["import os\ngetattr(os, 'system')", ['2:1 SLP301 os.system']],
    ["import os\ngetattr(os, 'system', None)('x')", ['2:1 SLP301 os.system']],
    ["import os as o\ngetattr(o, 'fork')", ['2:1 SLP301 os.fork']],
    ["import importlib\ngetattr(importlib, 'import_module')", ['2:1 SLP301 importlib.import_module']],
    ["import os\nos.__dict__['system']", ['2:1 SLP301 os.system']],
    ["import os\nos.__dict__['system'] += 'x'", ['2:1 SLP301 os.system']],
    ["import os\nos.__dict__.get('system')", ['2:1 SLP301 os.system']],
    ["import os\nvars(os)['system']", ['2:1 SLP201 builtins.vars', '2:1 SLP301 os.system']],
    ["import os\nvars(os).get('system')", ['2:1 SLP201 builtins.vars', '2:1 SLP301 os.system']],
    ["import os\nos.__getattribute__('system')", ['2:1 SLP301 os.system']],
    ["import os\nobject.__getattribute__(os, 'system')", ['2:1 SLP301 os.system']],
    ["import os\ngetattr(os, '__getattribute__')('system')", ['2:1 SLP301 os.system']],
    ["import os\nk = '__getattr' + 'ibute__'\n(getattr(os, k))('sys' + 'tem')", ['3:1 SLP301 os.system']],
    ["import operator, os\n(operator.attrgetter('system'))(os)", ['2:1 SLP301 os.system']],
    ["import os\ntype(os).__getattribute__(os, 'system')", ['2:1 SLP301 os.system']],
    ["import os\nos.__dict__.pop('system')", ['2:1 SLP301 os.system']],
    ["import os\nos.__dict__.setdefault('system', f)", ['2:1 SLP301 os.system']],
    ["import os\ngetattr(os, '__dict__')['system']", ['2:1 SLP301 os.system']],
    ["import os\ngetattr(os, '__dict__').get('system')", ['2:1 SLP301 os.system']],
    ["import os\ngetattr(os, 'system' if x else 'popen')", ['2:1 SLP301 os.system', '2:1 SLP301 os.popen']],
    ["import os\nk = (x and 'getcwd' or 'fork')\ngetattr(os, k)", ['3:1 SLP301 os.fork', '3:1 SLP801 os']],
    ["import os\ngetattr(os, x or 'fork')", ['2:1 SLP301 os.fork', '2:1 SLP801 os']],
    ["import os\nd = os.__dict__\nd['system']", ['3:1 SLP301 os.system']],
    ["import os\ng = getattr\ng(os, 'system')", ['3:1 SLP301 os.system']],
    ["import os\nf = os.__getattribute__\nf('system')", ['3:1 SLP301 os.system']],
    ["import builtins\ngetattr(builtins, 'ev' + 'al')", ['2:1 SLP201 builtins.eval']],
    ["import builtins\nbuiltins.__dict__['eval']", ['2:1 SLP201 builtins.eval']],
    ["import builtins\nbuiltins.getattr(builtins, 'eval')", ['2:1 SLP201 builtins.eval']],
    ["__builtins__['eval']", ['1:1 SLP201 builtins.eval', '1:1 SLP501 __builtins__']],
    ["b = __builtins__\nb['eval']", ['1:5 SLP501 __builtins__', '2:1 SLP201 builtins.eval']],
    ["getattr(__builtins__, 'exec')", ['1:1 SLP201 builtins.exec', '1:9 SLP501 __builtins__']],
    ["x: __builtins__['eval'] = 0", ['1:4 SLP201 builtins.eval', '1:4 SLP501 __builtins__']],
    ["x: __builtins__['eval']('1') = 1", ['1:4 SLP201 builtins.eval', '1:4 SLP501 __builtins__']],
    ["class A:\n  x: __builtins__['eval']", ['2:6 SLP201 builtins.eval', '2:6 SLP501 __builtins__']],
    ["def f(a: b['eval']): pass\nb = __builtins__", ['1:10 SLP201 builtins.eval', '2:5 SLP501 __builtins__']],
    ["def f(*a: *b['eval']): pass\nb = __builtins__", ['1:12 SLP201 builtins.eval', '2:5 SLP501 __builtins__']],
    [
      "def f() -> b['eval'](1).c['d']: pass\nb = __builtins__",
      ['1:12 SLP201 builtins.eval', '2:5 SLP501 __builtins__'],
    ],
    ["type X = b['eval']\nb = __builtins__", ['1:10 SLP201 builtins.eval', '2:5 SLP501 __builtins__']],
    ["class A[T: b['eval']]: pass\nb = __builtins__", ['1:12 SLP201 builtins.eval', '2:5 SLP501 __builtins__']],
    ["class A[T = b['eval']]: pass\nb = __builtins__", ['1:13 SLP201 builtins.eval', '2:5 SLP501 __builtins__']],
    ["import os\ngetattr(*[os, 'system'])", ['2:1 SLP301 os.system']],
    ["import pickle\ngetattr(pickle, 'loads')", ['1:8 SLP402 pickle', '2:1 SLP401 pickle.loads']],
  ])('a lookup has the same finding as direct access to the member: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('a formatted name is found in every kind of lookup', () => {
  const lookups = [
    (name: string) => `getattr(__builtins__, ${name})`,
    (name: string) => `__builtins__[${name}]`,
    (name: string) => `__builtins__.__dict__[${name}]`,
    (name: string) => `vars(__builtins__)[${name}]`,
    (name: string) => `__builtins__.__getattribute__(${name})`,
    (name: string) => `getattr(__import__('builtins'), ${name})`,
  ];
  test.each([
    ...['f"{s!s}"', 'f"{s!r}"[1:-1]', 'f"{s!a}"[1:-1]', 'f"{s=!s}"[2:]', 'f"{s!s:s}"', 'f"{s!s:.{4}}"', 'f"{s:>4}"'],
    ...['f"{f\'{s!s}\'!s}"', "f\"{'ev'!s}{'al'!s}\"", 'f"ev{\'al\'!s}"', "rf'''{s!s}'''", 'f"{[s][0]!s}"'],
    ...['"{}".format(s)', '"{!s}".format(s)', '"{0!r}".format(s)[1:-1]', '"{k!s:.4}".format(k=s)', '"%s" % s'],
    ...[
      '"%(k)s" % {"k": s}',
      'str(s)',
      '"".join([s])',
      '"".join([f"{s!s}"])',
      'f"{str(s)!s}"',
      'f"{b\'eval\'.decode()!s}"',
    ],
  ])('a formatted name is found in every kind of lookup: %s', async (name) => {
    for (const lookup of lookups) {
      const findings = await findingsOf(`s = 'eval'\n${lookup(name)}`);
      expect(findings, lookup(name)).toContain('2:1 SLP201 builtins.eval');
    }
  });
});

describe('a lookup with an unknown name is a warning', () => {
  test.each([
    ['import os\ngetattr(os, name)', ['2:1 SLP801 os']],
    ['import os\nos.__dict__[name]', ['2:1 SLP801 os']],
    ['import os\nos.__getattribute__(name)', ['2:1 SLP801 os']],
  ])('a lookup with an unknown name is a warning: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('a lookup of an allowed member is clean', () => {
  test.each([
    "import os\ngetattr(os, 'path')",
    "import os\nhasattr(os, 'system')",
    "getattr(model, 'eval')",
    'getattr(model, name)',
    "import sys\nsys.__dict__['x']",
    "def getattr(a, b): pass\nimport os\ngetattr(os, 'system')",
    "import os\nos.__dict__['system'] = f",
    'import os\ngetattr(*args)',
    "import os\ngetattr(os, 'getcwd' if x else 'getpid')",
    "import os\nobject.__getattribute__(self, 'system')",
    "import os\nd.get('system')",
  ])('a lookup of an allowed member is clean: %j', async (text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

describe('listed dunder names are warnings', () => {
  test.each([
    ['x.__class__', ['1:1 SLP501 __class__']],
    ['x.__class__ = y', ['1:1 SLP501 __class__']],
    ['del x.__code__', ['1:5 SLP501 __code__']],
    ['self.__class__.__name__', ['1:1 SLP501 __class__']],
    ['x.__class__.__bases__', ['1:1 SLP501 __bases__', '1:1 SLP501 __class__']],
    [
      '().__class__.__mro__[1].__subclasses__()',
      ['1:1 SLP501 __class__', '1:1 SLP501 __mro__', '1:1 SLP501 __subclasses__'],
    ],
    ['f.__globals__', ['1:1 SLP501 __globals__']],
    ['class A:\n  def f(self): return __class__', ['2:23 SLP501 __class__']],
    ["getattr(x, '__class__')", ['1:1 SLP501 __class__']],
    ["n = '__mro__'\ngetattr(x, n)", ['2:1 SLP501 __mro__']],
    ['match x:\n  case y.__class__: pass', ['2:8 SLP501 __class__']],
    ['x.__ｃｌａｓｓ__', ['1:1 SLP501 __class__']],
    ['class A:\n  __class__ = 1\n  def __subclasses__(self): pass', []],
    ['x.__name__, x.__dict__, x.__init__, __name__', []],
    ['"__class__" "{0.__class__}".format(x)', []],
    ["hasattr(x, '__class__')", []],
    ['f(__class__=1)', []],
  ])('a listed dunder name is a warning: %j', async (text, expected) => {
    expect((await findingsOf(text)).sort()).toEqual([...expected].sort());
  });
});
