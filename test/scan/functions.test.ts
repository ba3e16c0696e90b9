// Tests that SLP301 and SLP401 find forbidden functions in governed modules (scan policy §4) under every name of the module (§5.1,
// §5.2).
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

describe('a forbidden function is found', () => {
  test.each([
    ...['system', 'popen', 'fork', 'kill', 'killpg', 'spawn', 'spawnvpe', 'exec', 'execv', 'execlpe'].map(
      (name): [string, string[]] => [`import os\nos.${name}()`, [`2:1 SLP301 os.${name}`]],
    ),
    ['import importlib\nimportlib.import_module("x")', ['2:1 SLP301 importlib.import_module']],
    ['import importlib\nimportlib.__import__("x")', ['2:1 SLP301 importlib.__import__']],
    ['import os\ns = os.system', ['2:5 SLP301 os.system']],
    ['import os\nos.system += f', ['2:1 SLP301 os.system']],
    ['import os\n@os.system\ndef f(): pass', ['2:2 SLP301 os.system']],
    ['import os\nos . \\\n system', ['2:1 SLP301 os.system']],
    ['import os\nmatch x:\n  case os.system: pass', ['3:8 SLP301 os.system']],
    ['from os import system', ['1:16 SLP301 os.system']],
    ['from os import path, execv as run', ['1:22 SLP301 os.execv']],
    ['from importlib import import_module as load', ['1:23 SLP301 importlib.import_module']],
    ['from os import (\n  system,\n)', ['2:3 SLP301 os.system']],
    ['import oſ\noſ.ſyſtem', ['2:1 SLP301 os.system']],
    ['import pickle\npickle.loads(b)', ['1:8 SLP402 pickle', '2:1 SLP401 pickle.loads']],
    ['from marshal import load', ['1:6 SLP402 marshal', '1:21 SLP401 marshal.load']],
    ['import _pickle\n_pickle.loads(b)', ['2:1 SLP401 _pickle.loads']],
    ['import posix\nposix.system("x")', ['2:1 SLP301 os.system']],
    ['import io\nio.open(p)', ['2:1 SLP201 builtins.open']],
  ])('a forbidden function is found: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('an allowed function, or a function in another module, is clean', () => {
  test.each([
    'import os\nos.path.join(a, b)\nos.environ.get(c)\nos.getpid()',
    'import os\nos.forkpty, os.posix_spawn, os.startfile, os.systems',
    'import os\nos.system = f\ndel os.system',
    "import os\nhasattr(os, 'fork')",
    'import importlib.util\nimportlib.util.find_spec(x)\nimportlib.metadata.version(x)',
    'import sys\nsys.exec_prefix',
    'import json\njson.loads(x)',
    'proc.kill()\nself.system()\nx.os.system',
    'from . import os\nos.system()',
    'def f(os): os.system()',
    'class os: pass\nos.system()',
    'def f():\n  os = Fake()\n  os.system()',
    'for os in xs: os.system()',
    'import x as os\nos.system()',
    'os = make()\ndef f(): os.system()',
  ])('an allowed function, or a function in another module, is clean: %j', async (text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

describe('a name may be the module if any of its bindings is the module', () => {
  test.each([
    ['import os as o\no.system()', 2],
    ['import os.path\nos.system()', 2],
    ['import os\nos = Fake()\nos.system()', 3],
    ['try:\n  import os\nexcept ImportError:\n  os = None\nos.system()', 5],
    ['os.system()\nimport os', 1],
    ['def f():\n  import os\n  def g(): os.system()', 3],
    ['def f():\n  global os\n  import os\nos.system()', 4],
    ['class A:\n  import os\n  os.system()', 3],
    ['class A:\n  import os as o\n  def f(self): os.system()', 3],
    ['from x import *\nos.system()', 2],
    ['os.system()', 1],
  ])('a name may be the module if any of its bindings is the module: %j', async (text, line) => {
    expect(await findingsOf(text)).toEqual([expect.stringMatching(new RegExp(`^${line}:\\d+ SLP301 os\\.system$`))]);
  });
});

describe('an alias through assignment is followed', () => {
  test.each([
    ['import os\no = os\no.system()', 3],
    ['import os\na = os\nb = a\nc = b\nc.system()', 5],
    ['b.system()\nb = a\na = os\nimport os', 1],
    ['import os\n(o := os).system()', 2],
    ['import os\nif (o := os): o.system()', 2],
    ['import os\no: Any = os\no.system()', 3],
    ['import os\n(o) = os\no.system()', 3],
    ['import os\na = b = os\na.system()', 3],
    ['import os\ndef f():\n  global o\n  o = os\no.system()', 5],
    ['import os\ndef f():\n  o = None\n  def g():\n    nonlocal o\n    o = os\n  o.system()', 7],
    ['import os\ndef f():\n  o = os\n  return lambda: o.system()', 4],
    ['import os\no = (os)\n(o).system()', 3],
  ])('an alias through assignment is followed: %j', async (text, line) => {
    expect(await findingsOf(text)).toEqual([expect.stringMatching(new RegExp(`^${line}:\\d+ SLP301 os\\.system$`))]);
  });

  test('an alias in another function is not followed', async () => {
    expect(await findingsOf('import os\ndef f(): o = os\ndef g(): o.system()')).toEqual([]);
  });

  test("an alias of itself doesn't make the scan run forever", async () => {
    expect(await findingsOf('a = b\nb = a\na.system()\nc = c.d\nc.system()')).toEqual([]);
  });
});
