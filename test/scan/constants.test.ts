// Tests constant folding (scan policy §5.3) by looking for the folded name in getattr findings.
import { describe, expect, test } from 'vitest';
import { findingsOf, strictFindingsOf } from './support/scan.ts';

async function lookupFindings(expression: string, before = ''): Promise<string[]> {
  const findings = await findingsOf(`${before}import os\ngetattr(os, ${expression})`);
  return findings.map((finding) => finding.replace(/^\S+ /, ''));
}

describe('an expression folds to the name', () => {
  test.each([
    "'system'",
    "u'system'",
    "r'system'",
    "'''system'''",
    "'sys' 'tem'",
    "('sys'\n 'tem')",
    "'sys' + 'tem'",
    "'s' + ('ys' + 'te') + 'm'",
    "'\\x73ystem'",
    "'\\163yst\\u0065m'",
    "'\\U00000073ystem'",
    "'sys\\\ntem'",
    "'sy' * 1 + 'stem'",
    "'%s%s' % ('sys', 'tem')",
    "'%sstem' % 'sy'",
    "'%c%s' % (115, 'ystem')",
    "'%(a)s%(b)s' % {'a': 'sys', 'b': 'tem'}",
    'f"{\'system\'!s}"',
    'f"{\'system\'!r}"[1:-1]',
    'f"{\'systemx\':.{6}}"',
    'f"{\'system\' = }"[12:-1]',
    'f"{\'system\'=!s}"[9:]',
    'f"{\'system\'=:}"[9:]',
    "'{!s}{!s}'.format('sys', 'tem')",
    "'{}{}'.format('sys', 'tem')",
    "'{1}{0}'.format('tem', 'sys')",
    "'{a}{b}'.format(a='sys', b='tem')",
    'f\'{"sys"}tem\'',
    'f\'{"sys":s}{"tem":.3}\'',
    "''.join(['sys', 'tem'])",
    "'s'.join(('sy', 'tem'))",
    "'metsys'[::-1]",
    "'xsystemx'[1:-1]",
    "['popen', 'system'][1]",
    "''.join(reversed('metsys'))",
    "'SYSTEM'.lower()",
    "' system\\n'.strip()",
    "'xxsystem'.lstrip('x')",
    "'sXstem'.replace('X', 'y')",
    "'sXstem'.replace('X', 'y', -1)",
    "'sXstem'.replace('X', 'y', -2)",
    "'sXstXm'.replace('X', 'y', 1).replace('X', 'e')",
    "'system'.replace('s', 'x', 0)",
    "'ystem'.replace('', 's', 1)",
    "'system'.removeprefix('x').removesuffix('x')",
    "'xxsystemyy'.removeprefix('xx').removesuffix('yy')",
    "b'system'.decode()",
    "b'system'.decode('ascii')",
    "str(b'system', 'utf-8')",
    "str(b'system', encoding='utf-8')",
    "b'system'.decode(encoding='latin-1')",
    "bytes('system', 'utf-8').decode()",
    "bytes('system', encoding='ascii').decode()",
    "str('system')",
    "chr(115) + 'ystem'",
    "chr(0x70 + 3) + 'ystem'",
    "bytes([115, 121, 115]).decode() + 'tem'",
    "''.join(chr(c) for c in [115, 121, 115, 116, 101, 109])",
    "''.join(map(chr, (115, 121, 115, 116, 101, 109)))",
    "bytes.fromhex('73797374656d').decode()",
    "(n := 'system')",
    "(b'%b' % b'system').decode()",
    "(b'%s%s' % (b'sys', b'tem')).decode()",
    "(b'%c%b' % (115, b'ystem')).decode()",
    "(b'%c' % b's' + b'%.5s' % b'ystemx').decode()",
    "(b'%(a)b%(c)s' % {b'a': b'sys', b'c': b'tem'}).decode()",
    "(b'%-6b' % b'system').decode()",
    "(b'%*b' % (6, b'system')).decode()",
    "(b'%a' % 'system')[1:-1].decode()",
    "(b'%r' % 'system').decode()[1:-1]",
    "(b'%r' % b'system').decode()[2:-1]",
    "(b'%c' * 6 % tuple(b'system')).decode()",
    "(b'sys%%' % ()).decode()[:-1] + 'tem'",
    "str(bytes(b'%b') % b'system', 'ascii')",
    "bytes.fromhex((b'%x%x' % (115, 121)).decode() + '7374656d').decode()",
    "bytes.fromhex('%o3797374656d' % 7).decode()",
    "'%*.*s' % (6, 6, 'systemx')",
    "('%r' % 'system')[1:-1]",
    "'%(a b)s' % {'a b': 'system'}",
    "'%0s%ls' % ('sys', 'tem')",
    "'%.s%s' % ('x', 'system')",
  ])('an expression folds to the name: %s', async (expression) => {
    expect(await lookupFindings(expression)).toEqual(['SLP301 os.system']);
  });
});

describe('a variable folds to its only value', () => {
  test.each([
    ["n = 'system'\n", 'n'],
    ["n: str = 'system'\n", 'n'],
    ["a = 'sys'\nb = 'tem'\nn = a + b\n", 'n'],
    ["n = 'system'\ndef f():\n  return n\n", 'n'],
    ["def f():\n  global n\n  n = 'system'\n", 'n'],
    ['import base64\n', "base64.b64decode('c3lzdGVt').decode()"],
    ['import base64 as b\n', "b.b64decode(b'c3lzdGVt').decode()"],
    ['from base64 import b64decode as d\n', "d('c3lzdGVt').decode()"],
    ["import codecs\nn = codecs.decode('flfgrz', 'rot13')\n", 'n'],
    ["n = 'path'\nif x: n = 'system'\n", 'n'],
  ])('a variable folds to its only value: %j %s', async (before, expression) => {
    expect(await lookupFindings(expression, before)).toEqual(['SLP301 os.system']);
  });

  test.each([
    "import os\nn = 'sys'; getattr(os, n + 'tem')",
    "from os import path; n = 'sys'; getattr(path.os, n + 'tem')",
    "import os\ndef f(): n = 'sys'; return getattr(os, n + 'tem')",
  ])('a variable folds to a value that was parsed before it was requested: %j', async (source) => {
    expect(await findingsOf(source)).toEqual([expect.stringContaining(' SLP301 os.system')]);
  });

  test('the strict level folds a variable whose value is on a line it already parses', async () => {
    const source = "a = ''.join(reversed(chr(108) + 'ave'))\nb = a\n__builtins__[b]('1')";
    expect(await strictFindingsOf(source)).toContain('3:1 SLP201 error builtins.eval');
  });
});

describe('a harmless name is not a finding', () => {
  test.each([
    "'path'",
    "'systems'",
    "'sys' + 'path'",
    "'ｓｙｓｔｅｍ'",
    "b'system'",
    '115',
    "'system '",
    'f\'{"sys"}\'',
  ])('a harmless name is not a finding: %s', async (expression) => {
    expect(await lookupFindings(expression)).toEqual([]);
  });
});

describe('an unfoldable expression is SLP801', () => {
  test.each([
    ['', 'name'],
    ['', 'f()'],
    ['', "'sys' + x"],
    ['', "'%(a(b))s' % {'a(b)': 'system'}"],
    ['', "(b'%b' % 'system').decode()"],
    ['', "'\\N{LATIN SMALL LETTER S}ystem'"],
    ['', "'a' * 5000"],
    ['', "'%5000s' % 'a'"],
    ['', "'{:5000}'.format('a')"],
    ['', "'a' / 'b'"],
    ['def f(n):\n  pass\n', 'n'],
    ['n = n\n', 'n'],
    ['a = b\nb = a\n', 'a + b'],
    ["n = 'a'\nn += 'b'\n", 'n + str(n)'],
    ['chr = f\n', 'chr(115)'],
  ])('an unfoldable expression is SLP801: %j %s', async (before, expression) => {
    expect(await lookupFindings(expression, before)).toEqual(['SLP801 os']);
  });
});
