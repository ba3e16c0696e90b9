// @module-tag uv
// @module-tag long
// Tests files in real wheels that the builder removes, skips or must tolerate.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../support.ts';
import { installationOf, linesOf, PackageBuilder } from './wheels.ts';

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start();
});
afterAll(() => packages.builder.close());

describe("a wheel's bytecode", () => {
  const tag = () => `cpython-${packages.target.python.replace('.', '')}`;
  const site = (key: string) => join(packages.builder.stateFolder, 'environments', 'packages', key, 'site');

  test("a wheel's bytecode is removed and reported, and modules run from their sources", async () => {
    const stale = `__pycache__/measured.${tag()}.pyc`;
    packages.add({
      name: 'with_bytecode',
      files: {
        'measured.py': 'VALUE = "source"\n',
        [stale]: 'never read',
        'measured.pyc': 'never read',
        'kit/__init__.py': '',
        'kit/part.py': 'VALUE = "part"\n',
        [`kit/__pycache__/part.${tag()}.pyc`]: 'never read',
        'kit/__pycache__/note.txt': 'never read',
        'kit/tests/__pycache__/test_part.cpython-27.pyc': 'never read',
        'kit/old.pyo': 'never read',
        'kit/alone.pyc': 'never read',
        'odd/__pycache__': 'a file',
        'odd/weights.bin': 'kept',
      },
    });
    const lock = await packages.lock('with-bytecode');
    const events = await packages.installEvents(lock);
    const { environment, packages: made } = installationOf(events);
    expect(made.flatMap(({ removed }) => removed)).toEqual([
      '__pycache__',
      'kit/__pycache__',
      'kit/alone.pyc',
      'kit/old.pyo',
      'kit/tests/__pycache__',
      'measured.pyc',
      'odd/__pycache__',
    ]);
    expect(linesOf(events, 'Removed ')).toEqual([
      'Removed __pycache__: bytecode is compiled here, from the sources.',
      'Removed kit/__pycache__: bytecode is compiled here, from the sources.',
      'Removed kit/alone.pyc: it is bytecode without its source, which nobody can scan.',
      'Removed kit/old.pyo: it is bytecode without its source, which nobody can scan.',
      'Removed kit/tests/__pycache__: bytecode is compiled here, from the sources.',
      'Removed measured.pyc: bytecode is compiled here, from the sources.',
      'Removed odd/__pycache__: bytecode is compiled here, from the sources.',
    ]);
    const names = readdirSync(site(environment.packages[0]?.key ?? ''), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.py[co]$/.test(name)).sort()).toEqual([
      `__pycache__/measured.${tag()}.pyc`,
      `kit/__pycache__/__init__.${tag()}.pyc`,
      `kit/__pycache__/part.${tag()}.pyc`,
    ]);
    const files = handler(
      `def predict(self, request):
    try:
        importlib.import_module('kit.alone')
    except ModuleNotFoundError as error:
        return {'values': [measured.VALUE, kit.part.VALUE], 'alone': str(error)}
`,
      'import importlib, measured, kit.part',
    );
    expect(await packages.result('bytecode', files, environment)).toEqual({
      values: ['source', 'part'],
      alone: "No module named 'kit.alone'",
    });
  });

  test("a wheel's bytecode beyond the first hundred files is reported as a count", async () => {
    const files = Object.fromEntries(Array.from({ length: 103 }, (_, at) => [`many_pyc/m${1000 + at}.pyc`, 'x']));
    packages.add({ name: 'many_pyc', files });
    const [{ removed = [] } = {}] = (await packages.install('many-pyc')).packages;
    expect([removed.length, removed.at(99), removed.at(-1)]).toEqual([101, 'many_pyc/m1099.pyc', '3 more']);
  });
});

test('unusual names and sources in real wheels break nothing, and compilable files are compiled', async () => {
  const longName = `${'n'.repeat(248)}.py`;
  const deep = `${'d'.repeat(200)}/`.repeat(12);
  const sources = {
    'empty.py': '',
    'latin.py': Buffer.from('# -*- coding: latin-1 -*-\nVALUE = "\u00e9"\n', 'latin1'),
    'not_utf8.py': Buffer.from('VALUE = "\u00e9"\n', 'latin1'),
    'nul.py': 'x = 1\0',
    'nested.py': `x = ${'-'.repeat(100_000)}1\n`,
    'wrong_encoding.py': '# coding: rot13\n',
    'folder.py/__init__.py': 'VALUE = 1\n',
    'Case.py': 'VALUE = "upper"\n',
    'case.py': 'VALUE = "lower"\n',
    'data/\u00fcn\u00efcode \u{1f600}.py': 'VALUE = 1\n',
    "data/sp ace'quote.py": 'VALUE = 1\n',
    'data/back\\slash.py': 'VALUE = 1\n',
    [longName]: 'VALUE = "long"\n',
    [`${deep}deep.py`]: 'VALUE = "deep"\n',
    bin: 'a file, not a folder',
  };
  packages.add({ name: 'oddities', files: sources });
  const { environment, packages: made } = await packages.install('oddities');
  expect(made.map(({ removed }) => removed)).toEqual([['bin']]);
  const files = handler(
    'def predict(self, request): return {"all": [Case.VALUE, case.VALUE, latin.VALUE, empty.__name__, named.VALUE]}',
    `import importlib, Case, case, latin, empty\nnamed = importlib.import_module('${longName.slice(0, -3)}')`,
  );
  expect(await packages.result('oddities', files, environment)).toEqual({
    all: ['upper', 'lower', '\u00e9', 'empty', 'long'],
  });
});
