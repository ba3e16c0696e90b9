// Tests that a finding depends on no other statement of its file.
import { describe, expect, test } from 'vitest';
import { standardLibrary } from '../../src/scan/policy/listed-modules.ts';
import { fc } from '../support/property.ts';
import { findingsOf, scanText } from './support/scan.ts';

describe('a finding is kept whatever statements surround it', () => {
  test.each([
    ['in an except clause', 'try:\n  a\nexcept E as e:\n  b\n  eval\nelse:\n  c\nfinally:\n  d', '5:3'],
    ['in the header of an elif', 'if a:\n  b\nelif eval:\n  c\nelse:\n  d', '3:6'],
    ['in a decorator', 'class A:\n  @a\n  # c\n  @eval\n  @b\n  def f(self):\n    """d"""\n    e', '4:4'],
    ['below a decorated class', '@a\nclass A:\n  b\n  def f(self): eval', '4:16'],
    ['in the subject of a match', 'match eval:\n  case 1:\n    a\n  case 2: b', '1:7'],
    ['in the second case', 'match a:\n  case 1:\n    b\n  case 2 if c:\n    match d:\n      case e: eval', '6:15'],
    ['in a match subject that looks like a subscript', 'match (a)[eval]:\n  case 1: b\n  case 2: c', '1:11'],
    ['after a clause on one line', 'for a in b: c\nelse:\n  d\n  eval', '4:3'],
    ['in a block of tabs', 'if a:\n\tb\n\tif c:\n\t    d\n\t    eval', '5:6'],
    ['on a line continued in its indentation', 'if a:\n    \\\n  eval', '3:3'],
    ['in brackets that are indented less than the block', 'def f():\n    x = (a +\neval\n )', '3:1'],
    ['in an f-string over several lines in brackets', 'def f():\n  x = (f"""\na{eval}\n""", 1)', '3:3'],
    ['after an emptied block with a comment after its colon', 'if a:  # b\n  c\nelse:\n  eval', '4:3'],
    ['after a lambda of the same name', 'f = lambda eval: eval\nif a: pass\neval', '3:1'],
  ])('a finding is kept whatever statements surround it: %s', async (_, text, place) => {
    expect(await findingsOf(text)).toEqual([`${place} SLP201 builtins.eval`]);
  });
});

describe('every mention of a name that holds a sensitive value is parsed', () => {
  test.each([
    ['an alias', 'import os\ndef f():\n  x = 1\n  a = os\n  y = 2\ndef g():\n  a.system()', []],
    ['a global alias', 'import os\ndef f():\n  global a\n  a = os\ndef g():\n  a.system()', ['6:3 SLP301 os.system']],
    ['an alias of an alias', 'a.system()\na = b\nx = 1\nb = os\nimport os', ['1:1 SLP301 os.system']],
    ['an attribute', 'import os\nx.y = os\nz = 1\nz.y.system()', ['4:1 SLP301 os.system']],
    ['a returned value', 'import os\ndef f():\n  x = 1\n  return os\nf().system()', ['5:1 SLP301 os.system']],
    ['an argument', 'import os\nf(os)\nx = 1\ndef f(m):\n  y = 2\n  m.system()', ['6:3 SLP301 os.system']],
    ['an argument of an alias', 'import os\ng(os)\ng = f\ndef f(m):\n  m.system()', ['5:3 SLP301 os.system']],
    ['a container', 'import os\nx = {1: [os]}\ny = x[1]\ny[0].system()', ['4:1 SLP301 os.system']],
    ['a constant', 'import os\ngetattr(os, a + b)\nx = 1\nb = "tem"\na = "sys"', ['2:1 SLP301 os.system']],
    [
      'a constant of a caller',
      'import os\ndef f(n): getattr(os, n)\nx = 1\nf("fork")',
      ['2:11 SLP301 os.fork', '2:11 SLP801 os'],
    ],
    ['a re-export', 'a.os.system()\nx = 1\na = b\nimport shutil as b', ['1:1 SLP301 os.system']],
    [
      'a method of the same module',
      'import io\nclass A:\n  _io = io\n  def f(self):\n    self._io.open(p)',
      ['5:5 SLP201 builtins.open'],
    ],
  ])('every mention of a name that holds a sensitive value is parsed: %s', async (_, text, expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('a conversion in an f-string is not a mention of the name', () => {
  test.each(['s', 'r', 'a'])('a conversion in an f-string is not a mention of the name: !%s', async (name) => {
    const alias = `import os\n${name} = os\nf"{x!${name}}" f"{x = !${name}:>{w!${name}}}"\n${name}.system()`;
    expect(await findingsOf(alias)).toEqual(['4:1 SLP301 os.system']);
    const constant = `${name} = 'eval'\ngetattr(__builtins__, f"{${name}!s}" f"{''!${name}:.0}")`;
    expect(await findingsOf(constant)).toEqual(['2:1 SLP201 builtins.eval', '2:9 SLP501 __builtins__']);
  });
});

describe('a builtin that only inspects its argument can be redefined by the file', () => {
  test.each([
    'def print(m):\n  return m\nprint(os).system(c)',
    'str = lambda m: m\nstr(os).system(c)',
    'x = 1; str = lambda m: m\nstr(os).system(c)',
    'repr, n = (lambda m: m), 1\nrepr(os).system(c)',
    'print: object = lambda m: m\nprint(os).system(c)',
    'def f(id):\n  return id(os).system(c)\nf(lambda m: m)',
    'for type in [lambda m: m]: type(os).system(c)',
    'if (dir := lambda m: m): dir(os).system(c)',
    'def f():\n  global bool\n  bool = lambda m: m\nbool(os).system(c)',
    'match lambda m: m:\n  case print: print(os).system(c)',
    'match lambda m: m:\n  case (print): print(os).system(c)',
    'match lambda m: m:\n  case object() as print: print(os).system(c)',
    'match lambda m: m:\n  case (1 | _) as print if print: print(os).system(c)',
    'match [lambda m: m]:\n  case [print]: print(os).system(c)',
    'match [lambda m: m, 1]:\n  case print, 1: print(os).system(c)',
    'match [lambda m: m]:\n  case [*print]: print[0](os).system(c)',
    'match {"a": lambda m: m}:\n  case {"a": print}: print(os).system(c)',
    'match {"a": lambda m: m}:\n  case {**print}: print["a"](os).system(c)',
    'match 1, lambda m: m:\n  case 1, print: print(os).system(c)',
  ])('a builtin that the file redefines may return its argument: %j', async (text) => {
    const found = await findingsOf(`import os\n${text}`);
    expect(found.map((finding) => finding.replace(/^\S+ /, ''))).toEqual(['SLP301 os.system']);
  });

  test('a builtin whose name appears only as an annotation, argument or keyword is still the builtin', async () => {
    const text =
      'import os\ndef f(a: str, b: dict[int, str]) -> str:\n  return g(str, type=1)\nx: str = str(os)\nx.system';
    expect(await findingsOf(text)).toEqual([]);
  });
});

test.each([
  ['one text', (padding: string) => `"${padding}__builtins__"`],
  ['texts that are joined', (padding: string) => `"${padding}" "__builtins__"`],
])('a 4,096-character text is read up to a key at its end: %s', async (_, written) => {
  const cut = (padding: number) => `import json\njson.__dict__[(${written('x'.repeat(padding))})[${padding}:]]["eval"]`;
  expect(await findingsOf(cut(4_096 - '__builtins__'.length))).toEqual(['2:1 SLP201 builtins.eval']);
});

test('a third binding of a constant is parsed even if the first two differ', async () => {
  const text = 'import os\nk = chr(97)\nk = chr(98)\nx = 1\nk = "fork"\ngetattr(os, k)';
  expect(await scanText(text, { level: 'strict' })).toMatchObject([{ line: 6, name: 'os.fork' }]);
});

test('unrelated statements in a file do not change its findings', async () => {
  const bystanders = fc.constantFrom(
    ...[
      'x = 1',
      'f(os.path.join(a))',
      'if x:\n  y\nelse: z',
      'def h(x, *y):\n  """d"""\n  return x',
      'import json',
      '# c',
    ],
    ...[
      'class B(A):\n  x: int = 1\n  @d\n  def m(self): pass',
      'try: a\nexcept B: c',
      'getattr(x, "y")',
      'x = (a,\nb)',
    ],
    ...[
      'match x:\n  case 1:\n    y\n  case _: pass',
      'with a as b, c: pass',
      'for i in j:\n\ti\n\tk',
      're.compile("x")',
      '',
    ],
  );
  const uses = fc.constantFrom(
    ...[
      'a.system("x")',
      'a = os',
      'import os',
      'getattr(a, k)',
      'k = "fork"',
      'eval("1")',
      'def eval(x): pass',
      'x.m = a',
    ],
    ...[
      'z.m.popen()',
      'f(a)',
      'def f(m): m.kill()',
      'x.__class__',
      'if x: eval = 1',
      'from io import *',
      'import pickle as p',
    ],
  );
  const blocks = fc.constantFrom('', 'def g():\n', 'class A:\n', 'if x:\n', 'while x:\n  y\nelse:\n');
  const line = fc.record({ use: uses, before: fc.array(bystanders, { maxLength: 3 }), block: blocks });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const source = (withBystanders: boolean): string =>
        lines
          .map(({ before, block, use }) => {
            const statements = [...(withBystanders ? before : []), use].join('\n');
            return block + (block === '' ? statements : statements.replaceAll(/^/gm, '  '));
          })
          .join('\n');
      const findingNames = async (text: string) =>
        (await scanText(text)).map(({ name, ruleId }) => `${ruleId} ${name}`).sort();
      expect(await findingNames(source(true))).toEqual(await findingNames(source(false)));
    }),
    { numRuns: 300 },
  );
});

test('a name with too many values may be any of them when it is used for a lookup', async () => {
  const imports = standardLibrary.filter((name) => !forbidden.has(name)).slice(0, 64);
  const text = `${['sys', ...imports].map((name) => `import ${name} as m`).join('\n')}\nm.x\nm.system\ngetattr(m, 'popen')`;
  expect((await findingsOf(text)).filter((found) => Number.parseInt(found, 10) > 65)).toEqual([
    '67:1 SLP801 *.system',
    '68:1 SLP801 *.popen',
  ]);
});

const forbidden: ReadonlySet<string> = new Set(['os', 'sys', 'posix', 'nt', 'builtins']);
