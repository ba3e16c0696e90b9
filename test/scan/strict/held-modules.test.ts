// Tests which values count as a module that a file uses as a value (scan policy §10.15), and which only received or returned such a
// module.
import { describe, expect, test } from 'vitest';
import { scanText } from '../support/scan.ts';

async function privateNamesIn(text: string): Promise<string[]> {
  const findings = await scanText(text, { level: 'strict' });
  return findings.filter(({ ruleId }) => ruleId === 'SLP191' || ruleId === 'SLP101').map(({ name }) => name);
}

/** A class that keeps a module, and an instance of it. */
const kept = 'import zlib\nclass Kept:\n  def __init__(self, m):\n    self._m = m\nx = Kept(zlib)\n';

describe('a private name on an object that only received or returns a module', () => {
  test.each([
    ['an instance of a class of the file', `${kept}x._m`],
    ['an instance in another function', `${kept}def f():\n  return x._m.compress(b)`],
    ['an instance whose attribute is replaced', `${kept}def f(m):\n  x._m = m\n  return x._m`],
    [
      'an instance of a class that asks the module for other attributes',
      'import zlib\nclass K:\n  def __init__(self, m):\n    self._m = m\n  def __getattr__(self, n):\n    if n == "adler32": return self._m.adler32\n    raise AttributeError(n)\nx = K(zlib)\nx._m',
    ],
    ['an instance that another instance keeps', `${kept}class A:\n  def __init__(self): self._m = Kept(x._m)\nx._m`],
    ['an instance that is only compared', `${kept}if x is not None: x._m`],
    [
      'what a function of a property returns',
      'import pandas\nclass A:\n  @property\n  def pd(self):\n    return pandas\n  def f(self):\n    d = self.pd.read(p)\n    return d._cat',
    ],
    [
      'what a function of a module returns that a function returns',
      'import tables\ndef t():\n  return tables\ndef f():\n  h = t().open_file(p)\n  return h._v_name',
    ],
    [
      'what a function of a module that a name holds returns',
      'import tables\nm = None\ndef t():\n  global m\n  m = tables\n  return m\ndef f():\n  h = t().open_file(p)\n  for g in h.groups(): g._v_name',
    ],
    [
      'what a function of a module in an attribute returns',
      'import numpy\nclass A:\n  def __init__(self):\n    self.np = numpy\n  def f(self):\n    a = self.np.array(1)\n    return a._mask',
    ],
    [
      'what a function from outside makes with a library',
      'import numpy\nfrom lib import censor\ndata = censor([1], xp=numpy)\ndata._uncensor()',
    ],
    [
      'what a function whose parameter is a library unless it is given another one returns',
      'import numpy\ndef f(x, xp=numpy):\n  return xp.asarray(x)\nf(1)._meta',
    ],
    [
      'what a function of a library returns that another function chooses',
      'import cupy\ndef space(x):\n  found = {cupy}\n  (xp,) = found\n  return xp\nx = space(1).asarray(2)\nx._meta',
    ],
  ])('a private name on an object other than the module is clean: %s', async (_, text) => {
    expect(await privateNamesIn(text)).toEqual([]);
  });
});

test('an attribute of a numpy object is not a module', async () => {
  const text = 'import numpy\nclass A:\n  m = numpy._NoValue\n  def f(self):\n    return self.m.ctypes';
  expect(await privateNamesIn(text)).toEqual(['numpy._NoValue']);
  expect(await privateNamesIn(text.replaceAll('_NoValue', 'core'))).toEqual(['ctypes']);
});

describe('a private name on the module itself', () => {
  test.each([
    ['that an instance keeps', `${kept}x._m._x`, ['zlib._x']],
    [
      'that a property returns',
      'import zlib\nclass A:\n  @property\n  def m(self):\n    return zlib\nA().m._x',
      ['zlib._x'],
    ],
    ['that a function returns that it is given to', 'import numpy\ndef f(m):\n  return m\nf(numpy)._x', ['numpy._x']],
    ['that is the default of a parameter', 'import numpy\ndef f(m=numpy):\n  return m._x', ['numpy._x']],
    ['that a function of Python is given', 'import copy, numpy\ncopy.copy(numpy)._x', ['numpy._x']],
    ['that a dictionary has', 'import numpy\nd = {"a": [numpy]}\nd.get("a").pop()._x', ['numpy._x']],
    ['that a function returns', 'import zlib\ndef f():\n  return zlib\nf()._x', ['zlib._x']],
    ['that a function of a list returns', 'import zlib\ndef f():\n  return zlib\n[f][0]()._x', ['zlib._x']],
    ['that a function returns into a list', 'import zlib\ndef f():\n  return zlib\nx = [f()]\nx.pop()._x', ['zlib._x']],
    ['that a passed function returns', 'import zlib\ndef f():\n  return zlib\nnext(iter(f, 1))._x', ['zlib._x']],
    ['that __call__ of a function returns', 'import zlib\ndef f():\n  return zlib\nf.__call__()._x', ['zlib._x']],
    [
      'that an awaited function returns',
      'import zlib\nasync def f():\n  return zlib\nasync def g():\n  (await f())._x',
      ['zlib._x'],
    ],
    [
      'that a cached function returns',
      'import zlib, functools\n@functools.cache\ndef f():\n  return zlib\nf()._x',
      ['zlib._x'],
    ],
    ['that a decorated function may be', 'import zlib\n@wrap\ndef f():\n  return zlib\nf.x._x', ['zlib._x']],
    ['that an attribute holds', 'import zlib\nclass A: pass\na = A()\na.m = zlib\na.m._x', ['zlib._x']],
    [
      'that an item of an instance is',
      `import zlib\nclass K:\n  def __init__(self, m): self.m = m\n  def __getitem__(self, k): return self.m\nx = K(zlib)\nx[0]._x`,
      ['zlib._x'],
    ],
  ])('a private name on the module is found: %s', async (_, text, expected) => {
    expect(await privateNamesIn(text)).toEqual(expected);
  });

  test.each([
    ['a class with a base', 'class K(B):\n  def __init__(self, m): self._x = m'],
    ['a class with a metaclass', 'class K(metaclass=B):\n  def __init__(self, m): self._x = m'],
    ['a decorated class', '@b\nclass K:\n  def __init__(self, m): self._x = m'],
    ['a class that chooses its instance', 'class K:\n  _x = 1\n  def __new__(cls, m): return m'],
    [
      'a class that finds attributes',
      'class K:\n  def __init__(self, m): self.m = m\n  def __getattr__(self, n): return self.m',
    ],
    [
      'a class that replaces its attributes',
      'class K:\n  _x = 1\n  def __init__(self, m): self.__dict__.update(vars(m))',
    ],
    [
      'a class that defines methods under a condition',
      'class K:\n  _x = 1\n  if a:\n    def __new__(cls, m): return m',
    ],
    ['a class that assigns a method', 'class K:\n  _x = 1\n  __new__ = f'],
    ['a class that decorates a method', 'class K:\n  @d\n  def __init__(self, m): self._x = m'],
    ['a class that gets a method later', 'class K:\n  def __init__(self, m): self._x = m\nK.__getattribute__ = f'],
    ['a class that passes its object on', 'class K:\n  _x = 1\n  def __init__(self, m): fill(self, m)'],
    ['one of two classes', 'class K:\n  _x = 1\n  def __init__(self, m): pass\nK = lambda m: m'],
  ])('a module may be the result of calling a class: %s', async (_, definition) => {
    expect(await privateNamesIn(`import zlib\n${definition}\ny = K(zlib)\ny._x`)).toEqual(['zlib._x']);
  });

  test.each([
    ['is passed on', 'fill(x)'],
    ['gets other attributes', 'x.__dict__.update(vars(zlib))'],
    ['has another name, under which it gets other attributes', 'z = x\nz.__dict__.update(vars(zlib))'],
    ['is looked up in', 'getattr(x, "__di" "ct__").update(vars(zlib))'],
    [
      'is given to a class that gives it other attributes',
      'class F:\n  def __init__(self, o): o.__dict__.update(vars(zlib))\nF(x)',
    ],
    ['is in a list', 'for z in [x]: fill(z)'],
  ])('a module may be in an instance that %s', async (_, text) => {
    expect(await privateNamesIn(`${kept}${text}\nx._m`)).toEqual(['zlib._m']);
  });
});
