// Tests the strict rules that apply to every module, callee and alias (scan policy §10.7 to §10.12), with programs that reach code by
// ways other than the listed names, and similar but harmless programs.
import { describe, expect, test } from 'vitest';
import { findingsOf, strictFindingsOf } from '../support/scan.ts';

/** Returns the strict level's findings without severities, locations and notes on unlisted imports. */
async function strictRulesOf(text: string): Promise<string[]> {
  const findings = await strictFindingsOf(text);
  return findings.map((finding) => finding.replace(/^\S+ /, '')).filter((finding) => !finding.startsWith('SLP190'));
}

type Case = [text: string, expected: string[]];

const throughModules: Case[] = [
  ['import asyncio\nasyncio.base_events.subprocess.run(a)', ['SLP101 error subprocess']],
  ['import logging\nlogging.threading.Thread()', ['SLP101 error threading']],
  ['import urllib3\nb = urllib3.util.connection\nb.socket.socket()', ['SLP101 error socket']],
  ['import urllib3.util.connection as c\nc.socket', ['SLP101 error socket']],
  ['from logging import handlers as h\nh.threading', ['SLP101 error threading']],
  ['import logging\ndef f(m=logging):\n  return m.threading', ['SLP101 error threading']],
  ['import logging\ndef f(m):\n  return m.threading\nf(logging)', ['SLP101 error threading']],
  ['import logging\nfor m in [logging]:\n  m.threading', ['SLP101 error threading']],
  ['import logging\nclass A:\n  m = logging\nA.m.threading', ['SLP101 error threading']],
  ['def f():\n  import logging as x\n  y = x\n  return y.threading', ['SLP101 error threading']],
  ['import logging\ndef f():\n  [logging for logging in ()]\n  return logging.threading', ['SLP101 error threading']],
  ['import logging\ndef f():\n  class A:\n    logging = 1\n  return logging.threading', ['SLP101 error threading']],
  ['import logging\ndef f():\n  lambda: (logging := 1)\n  return logging.threading', ['SLP101 error threading']],
  [
    'import logging as d\ndef o():\n  d = 1\n  def i():\n    global d\n    return d.threading',
    ['SLP101 error threading'],
  ],
  ['def f():\n  y = 0\n  if 1: import logging as y\n  return y.threading', ['SLP101 error threading']],
  ['import logging; x = logging; y = x\ny.threading', ['SLP101 error threading']],
  ['import logging\n(lambda m: m.threading)(logging)', ['SLP101 error threading']],
  ['import logging\ndef f(m): return m.threading\nfor g in [f]: g(logging)', ['SLP101 error threading']],
  ['import logging\ndef f(self): return self._acquireLock\nf(logging)', ['SLP191 error logging._acquireLock']],
  [
    'import logging\nclass A:\n  def __init__(self): self.m = logging\n  def g(self): return self.m.threading',
    ['SLP101 error threading'],
  ],
  ['import torch.multiprocessing as mp\nmp.Pool', ['SLP101 error multiprocessing']],
  ['import dataclasses\ndataclasses._create_fn("f", [], b)', ['SLP191 error dataclasses._create_fn']],
  ['from dataclasses import _create_fn as c\nc("f", [], b)', ['SLP191 error dataclasses._create_fn']],
  ['import dataclasses as d\ne = d\ne._create_fn', ['SLP191 error dataclasses._create_fn']],
  ['import dataclasses\nself = dataclasses\nself._create_fn', ['SLP191 error dataclasses._create_fn']],
  ['import logging.config as c\nc._resolve("os.system")', ['SLP191 error logging.config._resolve']],
  [
    'from pydantic._internal import _typing_extra',
    ['SLP191 error pydantic._internal', 'SLP191 error pydantic._internal._typing_extra'],
  ],
  ['import numpy.core._methods', ['SLP191 error numpy.core._methods']],
  ['from PIL import Image\nImage._plugins', ['SLP191 error PIL.Image._plugins']],
  ['import lib\nn = lib.node\nwhile n:\n  n = n.next\n  n._x', ['SLP191 error lib.node._x']],
  ['import lib\nn = lib.node\nwhile n:\n  n = n._next', ['SLP191 error lib.node._next']],
  ['import lib\nn = lib.node\nwhile n:\n  n = n.next\n  getattr(n, "_x")', ['SLP191 error lib.node._x']],
  ['import lib\nn = lib.node\nwhile n:\n  n = n.next\n  n.threading', ['SLP101 error threading']],
  ['import zlib\ndef dir(m): return m\nfound = [dir(zlib)]\nfound[0]._x', ['SLP191 error zlib._x']],
  ['import numpy as np\nx = np.core\nx._y', ['SLP191 error numpy.core._y']],
  [
    'import lib\nn = lib.node\nwhile n:\n  n = n._next\n  n = n._rest',
    ['SLP191 error lib.node._next', 'SLP191 error lib.node._rest'],
  ],
  [`import lib\nx = lib${'.segment'.repeat(20)}\nx._y`, [`SLP191 error lib.…${'.segment'.repeat(5)}._y`]],
  ['import numpy\nx = numpy.ndarray\nx = x.a.b.os\nx.system(c)', ['SLP301 error os.system']],
  ['from boto3.docs import resource', ['SLP101 error resource']],
  ['import torch.multiprocessing', ['SLP101 error multiprocessing']],
  ['import numpy\nnumpy.core.ctypes', ['SLP101 error ctypes']],
  ['import zlib\nlevel = getattr([1], "x", zlib)\nlevel._x', ['SLP191 error zlib._x']],
  ['import zlib\nlevel = getattr([zlib], "__getitem__")(0)\nlevel._x', ['SLP191 error zlib._x']],
];

const clean: string[] = [
  'import asyncio\nasyncio.subprocess.PIPE',
  'import boto3\nboto3.resource("s3")',
  'import discord.ext.commands',
  'self.socket = client.socket',
  'class A:\n  def f(self):\n    return self._x',
  'import logging\nlogging.Logger._log',
  'import logging\nlogging.getLogger("a")._cache',
  'from collections import namedtuple\nP = namedtuple("P", "x")\nP(1)._asdict()',
  'import gettext\n_ = gettext.gettext',
  'import numpy\nnumpy.__version__',
  'import logging\nlogging.Logger.manager._log',
  'import sys\nsys.version_info._asdict()\nsys.version_info._fields',
  'import lib\nlib.defaults._replace(size=1)',
  'import builtins\ndel core\ncore._x',
  'from boto3.docs.resource import ResourceDocumenter',
  'import numpy\nnumpy.ndarray._mask\nnumpy.ndarray.ctypes',
  'import numpy\ndef f(a): return a._mask\nf(numpy.ndarray)',
  'import numpy\nn = numpy.nan\nwhile n:\n  n = n.next\n  n._x',
  'import lib\nn = lib.Node\nwhile n:\n  n = n.next\n  n._x',
  'import numpy as np\nx = np.int32\nx._y',
  'import zlib\nfound = [zlib]\nlevel = getattr(zlib, "Z_BEST", None)\nlevel._x',
];

describe('modules from outside', () => {
  test.each(throughModules)(
    'a forbidden or private name in a module from outside is found: %j',
    async (text, expected) => {
      expect(await strictRulesOf(text)).toEqual(expected);
    },
  );

  test.each(clean)('a name that leads to no module is clean: %j', async (text) => {
    expect(await strictRulesOf(text)).toEqual([]);
  });

  test('the seed level ignores private names', async () => {
    expect(await findingsOf('import dataclasses\ndataclasses._create_fn')).toEqual([]);
  });
});

describe('lookups with an unknown name', () => {
  test.each<Case>([
    ['import os\ngetattr(os, n)()', ['SLP801 error os']],
    ['import logging\ngetattr(logging, n)', ['SLP801 error logging']],
    ['import torch\nt = torch\ngetattr(t.nn, n)', ['SLP801 error torch.nn']],
    ['from operator import attrgetter\nimport logging\nattrgetter(n)(logging)', ['SLP801 error logging']],
    ['map(getattr, a, b)', ['SLP801 error builtins.getattr']],
    ['from functools import partial\npartial(getattr, a)', ['SLP801 error builtins.getattr']],
    ['from functools import reduce\ng = getattr\nreduce(g, a, b)', ['SLP801 error builtins.getattr']],
    ['import types\ntypes.MethodType(getattr, a)(n)', ['SLP801 error builtins.getattr']],
    ['from itertools import starmap\nstarmap(getattr, a)', ['SLP801 error builtins.getattr']],
    ['import operator\nmap(operator.attrgetter, a)', ['SLP801 error operator.attrgetter']],
    ['from operator import attrgetter\nimport logging\ng = attrgetter(n)\ng(logging)', ['SLP801 error logging']],
    ['import logging\ngetattr(logging, "threading")', ['SLP101 error threading']],
    ['import logging\nvars(logging)["thread" + "ing"]', ['SLP101 error threading', 'SLP201 error builtins.vars']],
    ['import dataclasses\ngetattr(dataclasses, "_create_fn")', ['SLP191 error dataclasses._create_fn']],
    ['import lib\nx = lib.x\nwhile x:\n  x = x.y\n  getattr(x, n)', ['SLP801 error lib.x']],
    [
      'import lib\nfrom operator import attrgetter\ng = attrgetter(n)\nx = lib.x\nwhile x:\n  x = x.y\n  g(x)',
      ['SLP801 error lib.x'],
    ],
    ['import numpy\nnumpy.ndarray.__getattribute__(self, "dtype")', ['SLP122 warning __getattribute__']],
    ['import builtins\ntry: import core\nexcept ImportError: core = 1\ngetattr(core, n)', ['SLP801 error core']],
    ['import builtins\nif x: core = 1\ngetattr(core, n)', []],
    ['import dataclasses\nd = dataclasses\ngetattr(d, "_create_fn")', ['SLP191 error dataclasses._create_fn']],
    ['import logging\nd = logging\ngetattr(d, "thread" + "ing")', ['SLP101 error threading']],
    ['import lib\nd = lib.x\ngetattr(d, n)', ['SLP801 error lib.x']],
    ['import lib\ndef f(d):\n  return getattr(d, n)\nf(lib)', ['SLP801 error lib']],
    ['import os\nfrom operator import attrgetter\nmap(attrgetter("system"), [os])', ['SLP801 error os']],
    ['import logging, operator\nx = [logging]\nmap(operator.attrgetter(n), x)', ['SLP801 error logging']],
    ['import os\nfrom operator import attrgetter\nmap(attrgetter("name"), [os])', []],
    ['from operator import attrgetter\nsorted(x, key=attrgetter(n))', []],
    ['getattr(self, n)', []],
    ['import torch\ngetattr(torch, "float32")', []],
    ['for n in ("a", "b"):\n  getattr(x, n)', []],
  ])('strict reports a lookup on a module: %j', async (text, expected) => {
    expect(await strictRulesOf(text)).toEqual(expected);
  });

  test('the seed level warns only about governed modules', async () => {
    expect(await findingsOf('import os, logging\ngetattr(os, n)\ngetattr(logging, n)')).toEqual(['2:1 SLP801 os']);
  });
});

describe('keywords', () => {
  test.each<Case>([
    ['pipeline("text", trust_remote_code=True)', ['SLP140 warning trust_remote_code']],
    ['read(f, allow_pickle=True)', ['SLP140 error allow_pickle']],
    ['read(f, allow_pickle=flag)', ['SLP140 error allow_pickle']],
    ['read(f, **{"allow_pickle": True})', ['SLP140 error allow_pickle']],
    ['o = {"allow_pickle": 1}\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['o = dict(allow_pickle=True)\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['o = {}\no["allow_pickle"] = True\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['from functools import partial\npartial(read, allow_pickle=True)', ['SLP140 error allow_pickle']],
    [
      'from functools import partial\nimport torch\npartial(torch.load, weights_only=False)',
      ['SLP140 warning torch.load'],
    ],
    ['from functools import partial\nimport torch\npartial(torch.load)', ['SLP140 warning torch.load']],
    ['load(f, weights_only=False)', ['SLP140 warning weights_only']],
    ['hints(f, eval_str=True)', ['SLP121 warning eval_str']],
    ['run("ls", shell=True)', ['SLP110 error shell']],
    ['read(f, **{"allow_" + "pickle": True})', ['SLP140 error allow_pickle']],
    ['k = "allow_" + "pickle"\no = {}\no[k] = True\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['read(f, **{"elkcip_wolla"[::-1]: True})', ['SLP140 error allow_pickle']],
    ['read(f, **{"ALLOW_PICKLE".lower(): 1})', ['SLP140 error allow_pickle']],
    ['read(f, **{k: True for k in ["allow_pickle"]})', ['SLP140 error allow_pickle']],
    ['o = {}\no.setdefault("allow_pickle", True)\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['read(f, **dict([("allow_pickle", True)]))', ['SLP140 error allow_pickle']],
    ['o = {}\no.update([["allow_pickle", True]])\nread(f, **o)', ['SLP140 error allow_pickle']],
    ['read(f, **dict.fromkeys(("allow_pickle",), True))', ['SLP140 error allow_pickle']],
    ['o.setdefault("allow_pickle", False)', []],
    ['o = kwargs.pop("allow_pickle", True)', []],
    ['read(f, allow_pickle=False)', []],
    ['load(f, weights_only=True)', []],
    ['o = {"allow_pickle": False}', []],
    ['def read(f, allow_pickle=False): pass', []],
  ])('a keyword is judged in the same way for every callee: %j', async (text, expected) => {
    expect(await strictRulesOf(text)).toEqual(expected);
  });
});

describe('loaders and executed text', () => {
  test.each<Case>([
    ['import yaml\nyaml.Loader(x).get_single_data()', ['SLP140 error yaml.Loader']],
    ['from yaml import CLoader', ['SLP140 error yaml.CLoader']],
    ['from yaml.loader import FullLoader', ['SLP140 error yaml.loader.FullLoader']],
    ['import numpy\nnumpy.lib.format.read_array(f)', ['SLP140 error numpy.lib.format.read_array']],
    ['import joblib.numpy_pickle', ['SLP140 error joblib.numpy_pickle']],
    ['import sqlalchemy\nsqlalchemy.PickleType()', ['SLP140 error sqlalchemy.PickleType']],
    ['from sqlalchemy.ext import serializer', ['SLP140 error sqlalchemy.ext.serializer']],
    ['import pickletools', []],
    [
      'from importlib.metadata import EntryPoint\nEntryPoint(a, b, c).load()',
      ['SLP120 error importlib.metadata.EntryPoint'],
    ],
    ['import importlib.metadata as m\nm.entry_points()', ['SLP120 warning importlib.metadata.entry_points']],
    ['from jinja2.utils import import_string', ['SLP120 error jinja2.utils.import_string']],
    ['import pydantic\npydantic.v1.utils.import_string(x)', ['SLP120 error pydantic.v1.utils.import_string']],
    ['from pydantic.v1 import PyObject', ['SLP120 error pydantic.v1.PyObject']],
    ['import pipes', ['SLP110 error pipes']],
    ['import mailcap', ['SLP110 error mailcap']],
    ['import pandas as pd\npd.read_csv(f).query(q)', ['SLP121 warning pandas.read_csv().query']],
    ['import pandas as pd\ndf = pd.DataFrame(d)\ndf.query(q)', ['SLP121 warning pandas.DataFrame().query']],
    ['from jinja2 import Template\nTemplate(text)', ['SLP121 warning jinja2.Template']],
    ['from jinja2 import Template\nTemplate("{{ x.__class__ }}")', ['SLP121 error jinja2.Template']],
    ['from jinja2 import Template\nTemplate("Hello {{ name }}")', []],
    ['import jinja2\ne = jinja2.Environment()\ne.from_string(t)', ['SLP121 warning jinja2.Environment().from_string']],
    ['import pydantic\npydantic.TypeAdapter("f(1)")', ['SLP121 error pydantic.TypeAdapter']],
    [
      'from pydantic import create_model\ncreate_model("M", x=("f" + "(1)", ...))',
      ['SLP121 error pydantic.create_model'],
    ],
    ['from pydantic import create_model\ncreate_model("M", x=(int, 3))', []],
    [
      'from pydantic import create_model\ncreate_model("M", **{"y": ("f(1)", 3)})',
      ['SLP121 error pydantic.create_model'],
    ],
    [
      'from pydantic import create_model\ndef Field(x): return x\ncreate_model("M", x=Field("f(1)"))',
      ['SLP121 error pydantic.create_model'],
    ],
    [
      'from pydantic import create_model\ncreate_model("M", x=(*(), *("f(1)", 3)))',
      ['SLP121 error pydantic.create_model'],
    ],
    [
      'from pydantic import create_model\ncreate_model("M", x=("tuple", "f(1)", 3))',
      ['SLP121 error pydantic.create_model'],
    ],
    ['from pydantic import create_model\ncreate_model("M__x", __doc__="Runs (fast).", x=(str, "a (b)"))', []],
    ['from pydantic import create_model, Field\ncreate_model("M", x=(int, Field(description="Pages (all)")))', []],
    ['import pydantic as p\np.create_model("M", x=Annotated[int, p.Field(description="Pages (all)")])', []],
    ['from pydantic import TypeAdapter\nTypeAdapter(list[int])', []],
  ])('strict reports code that imports or runs text: %j', async (text, expected) => {
    expect(await strictRulesOf(text)).toEqual(expected);
  });
});

describe('frame and function namespaces', () => {
  test.each<Case>([
    ['b = frame.f_builtins; b["e"](c)', ['SLP122 error f_builtins']],
    ['b = f.__globals__\nb.get("e")', ['SLP501 warning __globals__', 'SLP122 error __globals__']],
    ['b = c = frame.f_globals\nc["e"]', ['SLP122 warning f_globals', 'SLP122 error f_globals']],
    ['def g(b):\n  return b["e"]\ng(frame.f_builtins)', ['SLP122 error f_builtins', 'SLP122 warning f_builtins']],
    ['class A: pass\nA.x = frame.f_builtins\nA.x["e"]', ['SLP122 warning f_builtins', 'SLP122 error f_builtins']],
    ['frame.f_globals.copy()["e"]', ['SLP122 error f_globals']],
    ['{**f.__globals__}["e"]', ['SLP122 error __globals__', 'SLP501 warning __globals__']],
    ['len(frame.f_globals)\nframe.f_globals.keys()', ['SLP122 warning f_globals', 'SLP122 warning f_globals']],
    ['g = frame.f_builtins.get\ng("e")', ['SLP122 error f_builtins', 'SLP122 error f_builtins']],
    ['for b in [frame.f_builtins]:\n  b["e"]', ['SLP122 warning f_builtins', 'SLP122 error f_builtins']],
    ['getattr(f, "__globals__")["e"]', ['SLP122 error __globals__', 'SLP501 warning __globals__']],
    ['b = frame.f_locals\nb["e"]', []],
  ])('an item is an error even through aliases: %j', async (text, expected) => {
    expect(await strictRulesOf(text)).toEqual(expected);
  });
});

test.each(['https://api.together.xyz/v1', 'https://together.xyz/'])(
  'the host of a known API is not reported as a suspicious destination: %s',
  async (url) => {
    expect(await strictRulesOf(`u = "${url}"`)).toEqual([]);
  },
);

test('another host under the same top-level domain is suspicious', async () => {
  expect(await strictRulesOf('u = "https://nottogether.xyz/"')).toEqual(['SLP151 warning nottogether.xyz']);
});
