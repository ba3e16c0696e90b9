// Tests that SLP101, SLP102 and SLP402 find forbidden imports (scan policy §2, §4).
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

describe('a forbidden module is found', () => {
  test.each([
    ['import subprocess', ['1:8 SLP101 subprocess']],
    ['import ctypes.util', ['1:8 SLP101 ctypes.util']],
    ['import socket as s', ['1:8 SLP101 socket']],
    ['import json, pty, os', ['1:14 SLP101 pty']],
    ['import fcntl, resource', ['1:8 SLP101 fcntl', '1:15 SLP101 resource']],
    ['from multiprocessing.pool import Pool', ['1:6 SLP101 multiprocessing.pool']],
    ['from threading import *', ['1:6 SLP101 threading']],
    ['from commands import (getoutput as run,)', ['1:6 SLP101 commands']],
    ['import \\\n  popen2', ['2:3 SLP101 popen2']],
    ['import ctypes . util', ['1:8 SLP101 ctypes.util']],
    ['import ｓｏｃｋｅｔ', ['1:8 SLP101 socket']],
    ['def f():\n  return 1\n  import socket', ['3:10 SLP101 socket']],
    ['try:\n  import pty\nexcept ImportError: pass', ['2:10 SLP101 pty']],
    ['if False: import pty', ['1:18 SLP101 pty']],
    ['class A:\n  from fcntl import flock', ['2:8 SLP101 fcntl']],
  ])('a forbidden module is found: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('a local or allowed module is clean', () => {
  test.each([
    'from . import socket',
    'from .resource import limits',
    'from ..threading import Thread',
    'from .. import subprocess as s',
    'from pkg import subprocess',
    'import socketio, resources, subprocess32',
    'import pkg.socket',
    'import math, hashlib, engine.models',
    'import builtins',
    'import importlib.metadata',
    'from math import *',
    'from . import *',
    'from __future__ import annotations',
    '"import subprocess"  # import subprocess',
  ])('a local or allowed module is clean: %j', async (text) => {
    expect(await findingsOf(text)).toEqual([]);
  });
});

test.each(['os', 'importlib', 'builtins'])('a star import from %s is found', async (module) => {
  expect(await findingsOf(`from ${module} import *`)).toEqual([`1:6 SLP102 ${module}`]);
});

describe('an import of a serialization module is a warning', () => {
  test.each([
    ['import pickle', ['1:8 SLP402 pickle']],
    ['import marshal as m, shelve', ['1:8 SLP402 marshal', '1:22 SLP402 shelve']],
    ['from pickle import dumps', ['1:6 SLP402 pickle']],
    ['from pickle import *', ['1:6 SLP102 pickle', '1:6 SLP402 pickle']],
    ['import pickle\npickle.dumps(1)', ['1:8 SLP402 pickle']],
    ['from redis import pickle', []],
  ])('an import of a serialization module is a warning: %j', async (text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});
