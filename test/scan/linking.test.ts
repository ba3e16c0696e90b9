// Tests that imports are followed through a plugin's files (scan policy §5.6a), and that attributes are followed through modules
// outside the plugin (scan policy §5.6b).
import { describe, expect, test } from 'vitest';
import { fc } from '../support/property.ts';
import { type Files, findingsIn } from './support/findings-in.ts';

describe('a name from another file refers to its value in that file', () => {
  test.each<[string, Files, string[]]>([
    [
      'an alias of a function',
      { 'helpers.py': 'import os as o\nrun = o.system', 'boot.py': 'from helpers import run as r\nr("id")' },
      ['boot.py:1:21 SLP301 os.system', 'helpers.py:2:7 SLP301 os.system'],
    ],
    [
      'an alias of a module',
      { 'helpers.py': 'import os as o', 'boot.py': 'from helpers import o\no.system("id")' },
      ['boot.py:2:1 SLP301 os.system'],
    ],
    [
      'a star import',
      { 'helpers.py': 'import os as o', 'boot.py': 'from helpers import *\no.system("id")' },
      ['boot.py:2:1 SLP301 os.system'],
    ],
    [
      'a star import written twice',
      { 'helpers.py': 'import os as o', 'boot.py': 'from helpers import *\nfrom helpers import *\no.system("id")' },
      ['boot.py:3:1 SLP301 os.system'],
    ],
    [
      'a function by a star import',
      { 'helpers.py': 'import os as o\nrun = o.system', 'boot.py': 'from helpers import *\nrun("id")' },
      ['boot.py:2:1 SLP301 os.system', 'helpers.py:2:7 SLP301 os.system'],
    ],
    [
      'a package',
      { 'pkg/__init__.py': 'import os', 'pkg/boot.py': 'from . import os as z\nz.system("id")' },
      ['pkg/boot.py:2:1 SLP301 os.system'],
    ],
    [
      'a chain of four files',
      {
        'a.py': 'import os\nx = os',
        'b.py': 'from a import x as y\nz = y',
        'c.py': 'from b import z\nw = z',
        'd.py': 'import c\nq = c.w',
        'boot.py': 'from d import q\nq.popen("id")',
      },
      ['boot.py:2:1 SLP301 os.popen'],
    ],
    [
      'a cycle',
      {
        'a.py': 'from b import o\nimport os\np = os',
        'b.py': 'from a import p\no = p',
        'boot.py': 'import a\na.o.system("id")',
      },
      ['boot.py:2:1 SLP301 os.system'],
    ],
    [
      'a submodule',
      {
        'pkg/sub/helpers.py': 'import os as o',
        'boot.py': 'import pkg.sub.helpers\npkg.sub.helpers.o.system("id")',
        'other.py': 'from pkg.sub import helpers as h\nx = h\nx.o.system("id")',
        'pkg/near.py': 'from .sub import helpers\nhelpers.o.system("id")',
        'pkg/sub/nearer.py': 'from ..sub.helpers import o\no.system("id")',
      },
      [
        'boot.py:2:1 SLP301 os.system',
        'other.py:3:1 SLP301 os.system',
        'pkg/near.py:2:1 SLP301 os.system',
        'pkg/sub/nearer.py:2:1 SLP301 os.system',
      ],
    ],
    [
      'a builtin that a star import restores',
      { 'a.py': 'from io import *', 'boot.py': 'from a import open\nopen(p)' },
      ['boot.py:1:15 SLP201 builtins.open'],
    ],
    [
      'builtins',
      { 'a.py': 'import builtins as b', 'boot.py': 'from a import b\nb.eval("1")' },
      ['boot.py:2:1 SLP201 builtins.eval'],
    ],
    [
      'a name under global',
      { 'a.py': 'def f():\n  global o\n  import os as o', 'boot.py': 'from a import o\no.fork()' },
      ['boot.py:2:1 SLP301 os.fork'],
    ],
    [
      'a name of a module that is passed on',
      { 'a.py': 'import os as _o', 'boot.py': 'import a\nh = a\nh._o.fork()' },
      ['boot.py:3:1 SLP301 os.fork'],
    ],
    [
      'a name that a function imports',
      { 'a.py': 'import os as o', 'boot.py': 'def f():\n  from a import o\n  o.fork()' },
      ['boot.py:3:3 SLP301 os.fork'],
    ],
    [
      'a lookup',
      { 'a.py': 'import os as o', 'boot.py': 'from a import o\ngetattr(o, "fork")' },
      ['boot.py:2:1 SLP301 os.fork'],
    ],
    [
      'a library',
      { 'a.py': 'import requests', 'boot.py': 'from a import requests as r\nr.utils.os.fork()' },
      ['boot.py:2:1 SLP301 os.fork'],
    ],
    [
      'a name of a class',
      { 'a.py': 'import os\nclass A: o = os', 'boot.py': 'from a import A\nA.o.system("id")' },
      ['boot.py:2:1 SLP301 os.system'],
    ],
    [
      'a name of a class inside a class, through aliases and an instance',
      {
        'pkg/a.py': 'import os\nclass A:\n  class B:\n    run = os.fork',
        'pkg/__init__.py': 'from .a import A as C',
        'boot.py': 'import pkg\nx = pkg.C.B\nx.run()\nx().run()',
      },
      ['boot.py:3:1 SLP301 os.fork', 'boot.py:4:1 SLP301 os.fork', 'pkg/a.py:4:11 SLP301 os.fork'],
    ],
    [
      'a name that is imported after a colon, a semicolon, an indent and a dedent',
      {
        'a.py': 'import os as o',
        'boot.py':
          'if x: from a import o as p\ny = 1; from a import o as q\nif x:\n  from a import o as r\nfrom a import o as s\np.fork()\nq.fork()\nr.fork()\ns.fork()',
      },
      [6, 7, 8, 9].map((line) => `boot.py:${line}:1 SLP301 os.fork`),
    ],
    [
      'a name of a file whose suffix has capitals, and of one with another suffix of Python',
      { 'A.PY': 'import os as o', 'b.pyw': 'import os as p', 'boot.py': 'import A, b\nA.o.fork()\nb.p.fork()' },
      ['boot.py:2:1 SLP301 os.fork', 'boot.py:3:1 SLP301 os.fork'],
    ],
    [
      'a name in __all__',
      { 'a.py': '__all__ = ["_o"]\nimport os as _o', 'boot.py': 'from a import *\n_o.fork()' },
      ['boot.py:2:1 SLP301 os.fork'],
    ],
  ])('a name from another file refers to its value in that file: %s', async (_, files, expected) => {
    expect(await findingsIn(files)).toEqual(expected);
  });
});

describe('a harmless link', () => {
  test.each<[string, Files]>([
    ['a def of the same name', { 'a.py': 'def open(p): return p', 'boot.py': 'from a import open\nopen(p)' }],
    [
      'a module that hides a library',
      { 'requests.py': 'os = 1', 'boot.py': 'from requests import os\nos.system("id")' },
    ],
    [
      'a name of a class in a function',
      { 'a.py': 'def f():\n  class A:\n    import os as o', 'boot.py': 'from a import A\nA.o.system("id")' },
    ],
    [
      'a name of another class',
      { 'a.py': 'import os\nclass A: o = os\nclass B: o = 1', 'boot.py': 'from a import B\nB.o.system("id")' },
    ],
    [
      'a name that only a function of the other file has',
      { 'a.py': 'def f():\n  import os as o', 'boot.py': 'from a import o\no.system("id")' },
    ],
    [
      'a name that a star import leaves out',
      { 'a.py': 'import os as _o', 'boot.py': 'from a import *\n_o.system("id")' },
    ],
    [
      'a name that __all__ leaves out',
      { 'a.py': '__all__ = ["b"]\nimport os as o', 'boot.py': 'from a import *\no.system("id")' },
    ],
    ['an import from beyond the root', { 'a.py': 'import os as o', 'boot.py': 'from ..a import o\no.system("id")' }],
    ['an allowed function', { 'a.py': 'import os as o', 'boot.py': 'from a import o\no.getcwd()' }],
    [
      'a name that a module always has beside a file that may bind the __getattr__ of others',
      {
        'a.py': 'import builtins\nh.__dict__.update(("__getattr__", f), x=1)',
        'b.py': 'from tokenize import open\nTABLE = {}',
        'boot.py': 'import b\nfrom b import TABLE\nb.open(p)\nTABLE.get(k)',
      },
    ],
    [
      'a keyword argument of a method by its name',
      {
        'a.py': 'import builtins\nx.__dict__\nf(method="__getattr__", y=1)',
        'b.py': '',
        'boot.py': 'import b\nb.open(p)',
      },
    ],
    ['files that import each other', { 'a.py': 'import b', 'b.py': 'import a\na.b.a.b.f()' }],
  ])('a link between files is clean: %s', async (_, files) => {
    expect(await findingsIn(files)).toEqual([]);
  });
});

test("a plugin can't hide a module that the policy governs or forbids", async () => {
  const files = { 'os.py': '', 'socket.py': '', 'boot.py': 'import os, socket\nos.system("id")' };
  expect(await findingsIn(files)).toEqual(['boot.py:1:12 SLP101 socket', 'boot.py:2:1 SLP301 os.system']);
});

test.each([
  'import tempfile\ntempfile._os.system("id")',
  'from tempfile import _os\n_os.system("id")',
  'from tempfile import _os as o\no.system("id")',
  'import shutil\nshutil.os.system("id")',
  'from shutil import os\nos.system("id")',
])("a plugin can't hide the imports of a Python module: %j", async (text) => {
  const found = ['boot.py:2:1 SLP301 os.system'];
  expect(await findingsIn({ 'boot.py': text })).toEqual(found);
  expect(await findingsIn({ 'boot.py': text, 'tempfile.py': '', 'shutil/__init__.py': '' })).toEqual(found);
});

test.each([
  "['qui' 'et']",
  "['quiet'[:2]]",
  "['q'] + rest",
  "['q', *rest]",
  '[name]',
  '[f"q"]',
  "'q'",
  "['q']\n__all__ += rest",
  "['q']\n__all__ = ['quiet']",
])('an __all__ that is more than a single list of literals excludes nothing: %s', async (all) => {
  const files = { 'a.py': `__all__ = ${all}\nimport os as quiet`, 'boot.py': 'from a import *\nquiet.fork()' };
  expect(await findingsIn(files)).toEqual(['boot.py:2:1 SLP301 os.fork']);
});

test("the plugin's own modules are not reported as unlisted imports", async () => {
  const files = { 'helpers.py': '', 'pkg/a.py': '', 'boot.py': 'import helpers, pkg.a, leftpad' };
  expect(await findingsIn(files, 'strict')).toEqual(['boot.py:1:24 SLP190 leftpad']);
});

test("names that refer to each other in a circle don't make the scan run forever", async () => {
  const count = 40;
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `m${at}.py`,
      `from m${(at + 1) % count} import a as b, b as c, c as a\nx = a\ny = x${at === 0 ? '\nimport os as a' : ''}`,
    ]),
  );
  const findings = await findingsIn({ ...files, 'boot.py': 'from m20 import y\ny.system("id")' });
  expect(findings).toEqual(['boot.py:2:1 SLP301 os.system']);
});

test('the findings do not depend on file order', async () => {
  const files: Files = {
    'a.py': 'from b import o\nimport os\np = os',
    'b.py': 'from a import p\nfrom c import *\no = p',
    'c.py': 'from a import o as k\nimport pickle as q\nr = k',
    'boot.py': 'import a, b\na.o.system("id")\nb.q.loads(x)\nfrom c import r\nr.popen(x)',
  };
  const expected = await findingsIn(files);
  expect(expected).toHaveLength(4);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(Object.keys(files), { minLength: 4 }), async (order) => {
      const shuffled = Object.fromEntries(order.map((path) => [path, files[path] ?? '']));
      expect(await findingsIn(shuffled)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

describe('a module outside the plugin exposes its imports', () => {
  test.each<[string, string[]]>([
    ['import requests.utils\nrequests.utils.os.system("id")', ['2:1 SLP301 os.system']],
    ['import pandas as pd\nf = pd.io.common\nf.os.popen("id")', ['3:1 SLP301 os.popen']],
    ['import x\nx.builtins.eval("1")', ['2:1 SLP201 builtins.eval']],
    ['from requests.utils import os\nos.system("id")', ['2:1 SLP301 os.system']],
    ['from requests.utils import os as o\no.system("id")', ['2:1 SLP301 os.system']],
    ['import os.path as p\np.os.system("id")', ['2:1 SLP301 os.system']],
    [`import x\nx.${'long_name.'.repeat(40)}os.system("id")`, ['2:1 SLP301 os.system']],
    ['import redis\nredis.pickle.loads(x)', ['2:1 SLP401 pickle.loads']],
    ['import redis\nredis.pickle', []],
    ['from pkg import subprocess\nsubprocess.run(x)', []],
    ['import boto3\nboto3.resource("s3")', []],
    ['def f(x): x.os.system("id")', []],
    ['from . import os\nos.system("id")', []],
  ])('a module outside the plugin exposes its imports: %j', async (text, expected) => {
    expect(await findingsIn({ 'p.py': text })).toEqual(expected.map((found) => `p.py:${found}`));
  });
});
