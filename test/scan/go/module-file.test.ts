// Tests SLP903 for go.mod and .gitmodules (scan policy §8a). go.mod is parsed as the go command parses it.
import { describe, expect, test } from 'vitest';
import { goFindings } from '../support/go.ts';

describe('go.mod', () => {
  test.each([
    ['replace a => ./a', ['2:9 SLP903 a']],
    ['replace a v1.0.0 => ../a', ['2:9 SLP903 a']],
    ['replace a=>x => ../a', ['2:9 SLP903 a=>x']],
    ['replace "a" => "../a"', ['2:9 SLP903 a']],
    ['replace a => "\\x2e/a"', ['2:9 SLP903 a']],
    ['replace a => /a', ['2:9 SLP903 a']],
    ['replace a => ..', ['2:9 SLP903 a']],
    ['replace a => .\\a', ['2:9 SLP903 a']],
    ['replace a => c:/a', ['2:9 SLP903 a']],
    ['\treplace\ta\t=>\t./a // b', ['2:10 SLP903 a']],
    ['replace (\n\n// c\na => ./a\nb => ./b\n)', ['5:1 SLP903 a', '6:1 SLP903 b']],
    ['replace (a => ./a\n)', ['2:9 SLP903 (']],
    ['replace ( // c\na => ./a\n)', ['3:1 SLP903 a']],
    ['replace a => ./a\r\n\r', ['2:9 SLP903 a']],
    ['replace\ra => ./a', ['3:1 SLP903 a']],
    ['replace github.com/mimir-aip/mimir-aip-go => ../mimir', ['2:9 SLP903 github.com/mimir-aip/mimir-aip-go']],
    ['replace a => example.com/b v1.0.0', ['2:9 SLP904 a']],
    ['replace a v1.0.0 => .hidden v1.0.0', ['2:9 SLP904 a']],
    ['toolchain go1.25.1', ['2:1 SLP903 go1.25.1']],
    ['toolchain default', ['2:1 SLP903 default']],
    ['/* replace a => ./a */', ['2:1 SLP601 ']],
    ['replace a => "./a', ['2:14 SLP601 ']],
    ['replace a\u2028=> ./a', ['2:10 SLP601 ']],
  ])('a forbidden line in go.mod has its finding: %j', async (text, expected) => {
    expect(await goFindings(`module m\n${text}`, 'x/go.mod')).toEqual(expected);
  });

  test.each([
    'replace a => a v1.0.0',
    '// replace a => ./a',
    'require a v1.0.0 // replace b => ./b',
    'require (\nreplace v1.0.0\n)',
    'exclude a v1.0.0\nretract [v1.0.0, v1.1.0]\ngodebug default=go1.21\ntool a/b\nignore ./x',
    '',
  ])('the go.mod %j is allowed', async (text) => {
    expect(await goFindings(`module m\n${text}`, 'go.mod')).toEqual([]);
  });

  test.each(['module m', 'module "m"', 'module (\nm\n)', 'go 1.24\n\nmodule m // c'])(
    'the go.mod %j declares a module path',
    async (text) => {
      expect(await goFindings(text, 'go.mod')).toEqual([]);
    },
  );

  test.each(['', 'go 1.24', '// module m', 'module', 'module ""', 'module (\n)', '"module" m'])(
    'the go.mod %j declares no module path',
    async (text) => {
      expect(await goFindings(text, 'go.mod')).toEqual(['1:1 SLP903 go.mod']);
    },
  );
});

test('a go.mod can have an upper-case name, as it can on a case-insensitive file system', async () => {
  expect(await goFindings('module m\nreplace a => ./a', 'x/GO.MOD')).toEqual(['2:9 SLP903 a']);
  expect(await goFindings('[submodule "a"]', '.GitModules')).toEqual(['1:1 SLP903 submodule']);
});

test.each([
  ['[submodule "a"]\n\tpath = a\n[ SubModule "b"]', ['1:1 SLP903 submodule', '3:1 SLP903 submodule']],
  ['', []],
  ['# [submodule "a"]', []],
])('the submodules in a .gitmodules file are reported: %j', async (text, expected) => {
  expect(await goFindings(text, '.gitmodules')).toEqual(expected);
});
