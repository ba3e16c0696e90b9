// Tests the strict level (scan policy §9): its additional findings, and that it keeps all findings from the seed level.
import { describe, expect, test } from 'vitest';
import { findingsOf, strictFindingsOf } from './support/scan.ts';

describe('adds', () => {
  test.each([
    ['import os\nos.posix_spawnp(a)', ['2:1 SLP110 error os.posix_spawnp']],
    ['from os import forkpty', ['1:16 SLP110 error os.forkpty']],
    ['import posix', ['1:8 SLP110 error posix']],
    ['import pdb, code', ['1:8 SLP110 error pdb', '1:13 SLP110 error code']],
    ['import asyncio\nasyncio.create_subprocess_shell(x)', ['2:1 SLP110 error asyncio.create_subprocess_shell']],
    [
      'from concurrent.futures import ProcessPoolExecutor',
      ['1:32 SLP110 error concurrent.futures.ProcessPoolExecutor'],
    ],
    ['import ssl', ['1:8 SLP111 error ssl']],
    ['from http import server', ['1:18 SLP111 error http.server']],
    ['import urllib.request', ['1:8 SLP111 warning urllib.request']],
    ['import xmlrpc.client', ['1:8 SLP111 error xmlrpc.client']],
    ['import numpy as np\nnp.ctypeslib', ['2:1 SLP112 error numpy.ctypeslib']],
    ['import torch\ntorch.ops.load_library(x)', ['2:1 SLP112 error torch.ops.load_library']],
    ['import runpy', ['1:8 SLP120 error runpy']],
    ['from importlib.util import module_from_spec', ['1:28 SLP120 error importlib.util.module_from_spec']],
    ['import importlib.machinery as m\nm.SourceFileLoader', ['2:1 SLP120 error importlib.machinery.SourceFileLoader']],
    ["import sys\nsys.modules['os']", ['2:1 SLP120 error sys.modules']],
    ['import sys\nsys.path.insert(0, x)', ['2:1 SLP120 warning sys.path.insert']],
    ['import sys\nsys.path += x', ['2:1 SLP120 warning sys.path']],
    ['import types\ntypes.CodeType(1)', ['2:1 SLP121 error types.CodeType']],
    ['from types import LambdaType as L\nL(1)', ['2:1 SLP121 error types.LambdaType']],
    [
      'from concurrent.futures import ThreadPoolExecutor',
      ['1:32 SLP110 warning concurrent.futures.ThreadPoolExecutor'],
    ],
    [
      "import unittest.mock as m\np = m.patch('os.system')\np.get_original()",
      ['3:1 SLP120 error unittest.mock.patch().get_original'],
    ],
    ["from unittest.mock import patch\npatch('a.b').getter()", ['2:1 SLP120 error unittest.mock.patch().getter']],
    ['from pandas import DataFrame as D\nD(d).eval(c)', ['2:1 SLP121 warning pandas.DataFrame().eval']],
    ['from cProfile import Profile as P\nP().runctx(c)', ['2:1 SLP121 error cProfile.Profile().runctx']],
    ['class A:\n  def __reduce__(s): pass', ['2:7 SLP122 warning __reduce__']],
    ['class A:\n  __reduce_ex__ = f', ['2:3 SLP122 warning __reduce_ex__']],
    ['import _testcapi', ['1:8 SLP110 error _testcapi']],
    [
      'import distutils.core as d\nd.run_setup(p)',
      ['1:8 SLP190 note distutils', '2:1 SLP121 error distutils.core.run_setup'],
    ],
    ['import numpy.testing as t\nt.runstring(c, {})', ['2:1 SLP121 error numpy.testing.runstring']],
    ['import pandas as pd\npd.DataFrame(d).eval(c)', ['2:1 SLP121 warning pandas.DataFrame().eval']],
    ['import gc\ngc.get_referents(f)', ['2:1 SLP122 error gc.get_referents']],
    ['import pathlib\npathlib.PosixPath(p).read_text()', ['2:1 SLP130 warning pathlib.Path().read_text']],
    ['type(lambda: 0)(code, {})', ['1:1 SLP121 error type(function)']],
    ['def f(): pass\ntype(f)(code, {})', ['2:1 SLP121 error type(function)']],
    ['breakpoint()', ['1:1 SLP121 warning builtins.breakpoint']],
    ["e['PYTHONBREAKPOINT'] = 'a.b'", ['1:3 SLP121 error PYTHONBREAKPOINT']],
    ['import profile\nprofile.runctx(x)', ['2:1 SLP121 error profile.runctx']],
    ['import timeit\ntimeit.main(x)', ['2:1 SLP121 error timeit.main']],
    ['import bdb', ['1:8 SLP121 error bdb']],
    ['import pkgutil\npkgutil.resolve_name("os:system")', ['2:1 SLP120 error pkgutil.resolve_name']],
    ['import pydoc\npydoc.locate(x)', ['2:1 SLP120 error pydoc.locate']],
    ['import logging.config\nlogging.config.dictConfig(x)', ['2:1 SLP120 error logging.config.dictConfig']],
    ['x.source_to_code(y)', ['1:1 SLP121 error source_to_code']],
    ['import _xxsubinterpreters', ['1:8 SLP110 error _xxsubinterpreters']],
    [
      'from asyncio.subprocess import create_subprocess_shell',
      ['1:32 SLP110 error asyncio.subprocess.create_subprocess_shell'],
    ],
    ['import io\nio.FileIO(p)', ['2:1 SLP130 warning io.FileIO']],
    ['__loader__.get_data(p)', ['1:1 SLP130 warning builtins.__loader__.get_data']],
    ['import yaml\nyaml.full_load_all(x)', ['1:8 SLP190 note yaml', '2:1 SLP140 error yaml.full_load_all']],
    ['f.f_builtins["eval"]', ['1:1 SLP122 error f_builtins']],
    ['f.__globals__.get("x")', ['1:1 SLP122 error __globals__', '1:1 SLP501 warning __globals__']],
    ['object.__subclasses__()', ['1:1 SLP122 error __subclasses__', '1:1 SLP501 warning __subclasses__']],
    ['import sys\n"os" in sys.modules', ['2:9 SLP120 warning sys.modules']],
    ['import sys\nsys.modules.pop(x)', ['2:1 SLP120 error sys.modules.pop', '2:1 SLP120 warning sys.modules']],
    ['import sys\ndel sys.modules[x]', ['2:5 SLP120 error sys.modules']],
    ['import os\nx = {**os.environ}', ['2:6 SLP150 warning os.environ']],
    ['from requests.auth import threading', ['1:27 SLP101 error threading']],
    ['import inspect\ninspect.get_annotations(x, eval_str=True)', ['2:1 SLP121 warning inspect.get_annotations']],
    ['import timeit\ntimeit.timeit("x")', ['2:1 SLP121 error timeit.timeit']],
    ['import pandas as pd\npd.eval(x)', ['2:1 SLP121 warning pandas.eval']],
    ['import gc\ngc.get_objects()', ['2:1 SLP122 error gc.get_objects']],
    ['import sys\nsys._getframe(1)', ['2:1 SLP122 error sys._getframe']],
    ['x.f_globals', ['1:1 SLP122 warning f_globals']],
    ['import os\nos.open(p, f)', ['2:1 SLP130 warning os.open']],
    ['import os\nos.remove(p)', ['2:1 SLP130 error os.remove']],
    ['import codecs\ncodecs.open(p, "w")', ['2:1 SLP130 error codecs.open']],
    ['from pathlib import Path\nPath(p).read_text()', ['2:1 SLP130 warning pathlib.Path().read_text']],
    ['from pathlib import Path\np = Path(x)\np.write_bytes(b)', ['3:1 SLP130 error write_bytes']],
    ['import tempfile', ['1:8 SLP130 warning tempfile']],
    ['import dill', ['1:8 SLP140 error dill', '1:8 SLP190 note dill']],
    ['import yaml\nyaml.load(x)', ['1:8 SLP190 note yaml', '2:1 SLP140 error yaml.load']],
    ['import numpy\nnumpy.load(x, allow_pickle=True)', ['2:1 SLP140 error numpy.load']],
    ['import torch\ntorch.load(x)', ['2:1 SLP140 warning torch.load']],
    ['m.from_pretrained(x, trust_remote_code=True)', ['1:1 SLP140 warning from_pretrained']],
    ['import os\ndict(os.environ)', ['2:1 SLP150 warning os.environ']],
    ['import os\nos.environ.items()', ['2:1 SLP150 warning os.environ.items']],
    ['x = "~/.ssh/id_rsa"', ['1:5 SLP150 warning ~/.ssh/id_rsa']],
    ['x = "http://169.254.169.254/latest"', ['1:5 SLP150 warning http://169.254.169.254/latest']],
    ['x = "https://webhook.site/a"', ['1:5 SLP151 warning webhook.site']],
    ['x = "http://8.8.8.8/a"', ['1:5 SLP151 warning 8.8.8.8']],
    [
      'x = "/etc/passwd"\ny = "https://pastebin.com/a"',
      ['1:5 SLP150 warning /etc/passwd', '2:5 SLP151 error pastebin.com'],
    ],
    [
      `import zlib, base64\nzlib.decompress(base64.b64decode("${'A'.repeat(300)}"))`,
      ['2:1 SLP160 warning packed literal'],
    ],
    [`x = ${Array.from({ length: 21 }, () => 'chr(1)').join('+')}`, ['1:1 SLP160 warning text spelled out by chr()']],
    ['x = "\u202e"', ['1:6 SLP160 warning bidirectional control character']],
    ['x = "\u200b"', ['1:6 SLP160 warning zero-width character']],
    ['pаyload = 1', ['1:1 SLP160 warning mixed-script identifier']],
    [`x = "${'a'.repeat(5000)}"`, ['1:1 SLP160 warning very long line']],
    ['import leftpad', ['1:8 SLP190 note leftpad']],
    ['from leftpad.core import x', ['1:6 SLP190 note leftpad']],
  ])('the strict level adds findings: %j', async (text, expected) => {
    expect(await strictFindingsOf(text)).toEqual(expected);
  });
});

describe('decides by the arguments of a call', () => {
  test.each<[string, string[]]>([
    ['codecs.open(p)', ['SLP130 warning codecs.open']],
    ['codecs.open(p, "r")', ['SLP130 warning codecs.open']],
    ['codecs.open(p, mode="a")', ['SLP130 error codecs.open']],
    ['os.fdopen(f, "r+")', ['SLP130 error os.fdopen']],
    ['pathlib.Path(p).open()', ['SLP130 warning pathlib.Path().open']],
    ['pathlib.Path(p).open("x")', ['SLP130 error pathlib.Path().open']],
    ['pathlib.Path(p).open(mode="w")', ['SLP130 error pathlib.Path().open']],
    ['yaml.load(x, yaml.SafeLoader)', []],
    ['yaml.load(x, Loader=yaml.CSafeLoader)', []],
    ['yaml.load(x, yaml.Loader)', ['SLP140 error yaml.load', 'SLP140 error yaml.Loader']],
    ['yaml.load_all(x, Loader=yaml.FullLoader)', ['SLP140 error yaml.load_all', 'SLP140 error yaml.FullLoader']],
    ['numpy.load(x, None, True)', ['SLP140 error numpy.load']],
    ['numpy.load(x, allow_pickle=False)', []],
    ['numpy.load(x, allow_pickle=1)', ['SLP140 error numpy.load']],
    ['numpy.load(x, allow_pickle=y)', ['SLP140 error numpy.load']],
    ['numpy.load(x, **{"allow_pickle": True})', ['SLP140 error numpy.load', 'SLP140 error allow_pickle']],
    ['numpy.load(x, **options)', ['SLP140 warning numpy.load']],
    ['yaml.load(x, yaml.SafeLoader if y else yaml.Loader)', ['SLP140 error yaml.load', 'SLP140 error yaml.Loader']],
    ['m.from_pretrained(x, trust_remote_code=1)', ['SLP140 warning from_pretrained']],
    ['m.from_pretrained(x, **options)', ['SLP140 warning from_pretrained']],
    ['L = yaml.SafeLoader; L = yaml.Loader; yaml.load(x, L)', ['SLP140 error yaml.Loader', 'SLP140 error yaml.load']],
    ['L = yaml.SafeLoader; yaml.load(x, L)', []],
    ['torch.load(x, weights_only=False)', ['SLP140 warning torch.load']],
    ['timeit.timeit(lambda: 1)', []],
    ['timeit.timeit(f)', ['SLP121 error timeit.timeit']],
    ['timeit.timeit(lambda: 1, setup="x")', ['SLP121 error timeit.timeit']],
    ['timeit.repeat(stmt="x")', ['SLP121 error timeit.repeat']],
    ['timeit.Timer("x")', ['SLP121 error timeit.Timer']],
    ['dict(a)', []],
    ['dict(os.environ)', ['SLP150 warning os.environ']],
    ['m.from_pretrained(x, trust_remote_code=False)', []],
  ])("the strict level's findings depend on a call's arguments: %s", async (call, expected) => {
    const findings = await strictFindingsOf(`import codecs, numpy, os, pathlib, timeit, torch, yaml\n${call}`);
    const ofCall = findings.filter((finding) => finding.startsWith('2:'));
    expect(ofCall.map((finding) => finding.replace(/^\S+ /, ''))).toEqual(expected);
  });
});

describe('leaves alone', () => {
  test.each([
    'import numpy, torch.nn as nn, json, engine.models',
    'from . import leftpad',
    'import numpy\nnumpy.load(x)',
    'import torch\ntorch.load(x, weights_only=True)',
    'import os\nos.environ.get("X"), os.environ["Y"]',
    'from pathlib import Path\nPath(p).name, Path(p) / q',
    'x = "http://10.0.0.1/" "http://127.0.0.1:80" "https://example.com/passwd"',
    'import sys\nsys.version_info, sys.path',
    'import base64\nbase64.b64decode("AAAA")',
    'имя = 1',
    'x = "می\u200cخواهم \u{1f469}\u200d\u{1f52c} ക്\u200dഷ"',
    '"""Reads ~/.ssh/id_rsa."""',
    'def f():\n  """See /etc/passwd"""',
    'import types\nisinstance(x, types.FunctionType)',
    'import numpy\nnumpy.load(x, allow_pickle=0)',
  ])('the strict level has no findings in harmless code: %j', async (text) => {
    expect(await strictFindingsOf(text)).toEqual([]);
  });
});

test.each(['import socket\neval(1)', 'import os, pickle\nos.system(x)\nx.__class__', 'print "x"'])(
  "the strict level keeps the seed level's findings in %j",
  async (text) => {
    const strict = (await strictFindingsOf(text)).map((finding) => finding.replace(/ (?:error|warning|note)/, ''));
    expect(strict).toEqual(expect.arrayContaining(await findingsOf(text)));
  },
);
