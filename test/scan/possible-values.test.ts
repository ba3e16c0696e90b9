// Tests which values a name may have in a lookup (scan policy §5.4, §5.6). None is dropped without a finding, however many there are
// and wherever they are bound.
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

/** Returns `n = 'x'` repeated this many times. */
const assignments = (count: number, value = 'getcwd') => `n = '${value}'\n`.repeat(count);
const different = (count: number) => Array.from({ length: count }, (_, at) => `'a${at}'`);

async function rulesOf(text: string): Promise<string[]> {
  return (await findingsOf(text)).map((finding) => finding.replace(/^\S+ /, ''));
}

describe('the last of many values is found', () => {
  test.each<[string, string, string]>([
    ['the 17th binding', `import os\n${assignments(16)}n = 'popen'\ngetattr(os, n)('id')`, 'SLP301 os.popen'],
    [
      'the 17th binding for a builtin',
      `import builtins\n${assignments(16, 'len')}n = 'eval'\ngetattr(builtins, n)('1')`,
      'SLP201 builtins.eval',
    ],
    [
      'the 17th binding for a loaded module',
      `import sys\n${assignments(16, 'json')}n = 'subprocess'\nsys.modules[n]`,
      'SLP101 subprocess',
    ],
    ['the 17th binding for a dunder', `${assignments(16, 'real')}n = '__class__'\ngetattr(x, n)`, 'SLP501 __class__'],
    ['the 5,001st equal binding', `import os\n${assignments(5_000)}n = 'popen'\ngetattr(os, n)`, 'SLP301 os.popen'],
    [
      'the 257th item of a loop',
      `import os\nfor n in [${different(256)}, 'popen']:\n  getattr(os, n)('id')`,
      'SLP301 os.popen',
    ],
    [
      'the 4,096th item of a loop',
      `import os\nfor n in [${different(4_095)}, 'popen']:\n  getattr(os, n)('id')`,
      'SLP301 os.popen',
    ],
  ])('the last of many values is found: %s', async (_, text, expected) => {
    expect(await rulesOf(text)).toEqual([expected]);
  });
});

describe('a value that was truncated counts as unknown', () => {
  test.each<[string, string]>([
    ['the 4,097th value of a name', `for n in [${different(4_096)}]: pass\nn = 'popen'\n`],
    ['the 4,097th item of a loop', `for n in [${different(4_096)}, 'popen']: pass\n`],
    ['the 129th branch of a condition', `n = ${"'getcwd' if x else ".repeat(128)}'popen'\n`],
  ])('a value that was truncated counts as unknown: %s', async (_, bindings) => {
    expect(await rulesOf(`import os\n${bindings}getattr(os, n)('id')`)).toEqual(['SLP801 os']);
  });

  test('4,096 harmless values are clean', async () => {
    expect(await rulesOf(`import os\nfor n in [${different(4_096)}]: getattr(os, n)`)).toEqual([]);
  });
});

describe('a name with a non-constant binding is unknown', () => {
  test.each<[string, string]>([
    ['a parameter', 'import os\ndef f(n):\n  getattr(os, n)'],
    ['an item of an unknown list', 'import os\nfor n in names:\n  getattr(os, n)'],
    ['a context manager', "import os\nn = 'getcwd'\nwith x as n:\n  getattr(os, n)"],
    ['an unpacked value', "import os\nn = 'getcwd'\nn, m = x\ngetattr(os, n)"],
    ['a function', "import os\nn = 'getcwd'\ndef n(): pass\ngetattr(os, n)"],
    ['one of several expressions', "import os\nn = 'getcwd'\nn = x\ngetattr(os, n)"],
    ['an item of an item', "import os\nfor a, n in [('getcwd', 'popen')]:\n  getattr(os, n)"],
    ['an item of an unpacked item', "import os\nx = ['getcwd', ['popen']]\na, [n] = x\ngetattr(os, n)"],
    ['an item of an item in a pattern', "import os\nmatch ['getcwd', ['popen']]:\n  case a, [n]: getattr(os, n)"],
    ['an entry in a pattern', "import os\nmatch {'getcwd': 'popen'}:\n  case {'getcwd': n}: getattr(os, n)"],
    ['a branch of a condition', "import os\nn = 'getcwd'\nn = 'getpid' if x else y\ngetattr(os, n)"],
  ])('a name with a non-constant binding is unknown: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual(['SLP801 os']);
  });
});

describe('all bindings in the file count for a name bound by a loop', () => {
  test.each<[string, string]>([
    ['before the loop', "import os\nn = 'po' + 'pen'\nfor n in ():\n  getattr(os, n)('id')"],
    ['after the loop', "import os\nfor n in ('getcwd',):\n  getattr(os, n)('id')\nn = 'po' + 'pen'"],
    ['in another loop', "import os\nfor n in ('getcwd',):\n  getattr(os, n)('id')\nfor n in ('po' 'pen',): pass"],
  ])('all bindings in the file count for a name bound by a loop: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual(['SLP301 os.popen']);
  });
});
