// Dependencies that bypass the package index (scan policy §8, SLP712), as pip and the tool tables in pyproject.toml read them.
import { describe, expect, test } from 'vitest';
import { requirementNotes } from '../../src/archive/rules/requirements.ts';
import { writeZip } from '../support/archives/zip-writer.ts';
import { bytesOf, noise } from '../support/bytes.ts';
import { findingsOf, plugin } from './open-plugin.ts';

const linesOf = (path: string, text: string) => requirementNotes(path, bytesOf(text)).map(({ line }) => line);

describe('requirements files', () => {
  test.each([
    '-e .',
    '-e git+https://example.invalid/x.git#egg=x',
    '--editable=./x',
    '-i https://example.invalid/simple',
    '-ihttps://example.invalid/simple',
    '--index-url https://example.invalid/simple',
    '--extra-index-url=https://example.invalid/simple',
    '--extra-index https://example.invalid/simple',
    '--find-links ./wheels',
    '-f wheels',
    '-r https://example.invalid/r.txt',
    'https://example.invalid/x-1.0-py3-none-any.whl',
    'git+ssh://git@example.invalid/x',
    'hg+https://example.invalid/x',
    'x @ https://example.invalid/x.zip',
    'x[extra]@https://example.invalid/x.zip',
    'x @ file:///tmp/x',
    'file:x',
    './x',
    '../x',
    '/tmp/x',
    'wheels/x.whl',
    'x-1.0.tar.gz',
    'C:\\x',
    'x==1 \\\n@ https://example.invalid/x.zip',
    '  -e .',
    'x==1 --index-url https://example.invalid/simple',
    'x==1 \\\n  --find-links wheels',
    'x==1 # comment\u2028git+https://example.invalid/x',
    '# # #\u2029https://example.invalid/x.whl #',
  ])('a requirements file with the line %j bypasses the index', (line) => {
    expect(linesOf('requirements.txt', `numpy\n${line}\npandas\n`)).toEqual([2]);
  });

  test.each([
    'numpy',
    'numpy==1.26.4',
    'torch==2.3.0+cpu',
    'uvicorn[standard]>=0.30,<1',
    'x ~= 1.0 ; python_version < "3.12" and platform_machine != "a/b"',
    'x==1.0 --hash=sha256:0123456789abcdef',
    'x==1.0 --global-option="--index" --config-settings "a=b"',
    '# https://example.invalid/',
    'numpy  # see https://example.invalid/',
    'numpy\u2028# see https://example.invalid/',
    '-r base.txt',
    '-c constraints.txt',
    '--no-binary :all:',
    '--pre',
    '',
  ])('a requirements file with the line %j has a plain requirement', (line) => {
    expect(linesOf('requirements.txt', `numpy\n${line}\npandas\n`)).toEqual([]);
  });

  test('lines in requirements files end with LF, CRLF or a lone CR', () => {
    expect(linesOf('requirements.txt', 'a\r\n-e .\rb\n-e ..\n')).toEqual([2, 4]);
  });
});

describe('pyproject.toml', () => {
  test.each([
    ['a direct reference', '[project]\ndependencies = [\n  "x @ https://example.invalid/x.zip",\n]', [3]],
    ['a repository', '[project]\ndependencies = ["a", "x @ git+https://example.invalid/x"]', [2]],
    ['an extra', '[project.optional-dependencies]\ndev = ["x @ file:///x"]', [2]],
    ['a build requirement', '[build-system]\nrequires = ["x @ https://example.invalid/x.zip"]', [2]],
    [
      'poetry',
      '[tool.poetry.dependencies]\nx = { git = "https://example.invalid/x" }\ny = {path = "../y"}\nz = "^1"',
      [2, 3],
    ],
    ['poetry, an index', '[[tool.poetry.source]]\nname = "x"\nurl = "https://example.invalid/simple"', [3]],
    ['uv, sources', '[tool.uv.sources]\nx = { path = "../x" }', [2]],
    ['uv, an index', '[[tool.uv.index]]\nurl = "https://example.invalid/simple"', [2]],
    [
      'pdm',
      '[tool.pdm.dev-dependencies]\ndev = ["-e file:///x"]\n[[tool.pdm.source]]\nurl = "https://example.invalid/simple"',
      [2, 4],
    ],
  ])('a pyproject.toml with %s bypasses the index', (_, text, lines) => {
    expect(linesOf('pyproject.toml', text)).toEqual(lines);
  });

  test.each([
    [
      'home pages',
      '[project.urls]\nHomepage = "https://example.invalid"\n[project]\nurls = { a = "https://example.invalid" }',
    ],
    [
      'files of the project',
      '[project]\nreadme = "docs/README.md"\nlicense = { file = "LICENSE.txt" }\n[tool.hatch.version]\npath = "x/__init__.py"',
    ],
    [
      'plain requirements',
      '[project]\nname = "x"\ndescription = "see https://example.invalid"\ndependencies = ["numpy>=1", "x[y]"]',
    ],
    ['settings', '[tool.ruff]\nextend = "../ruff.toml"\n[tool.pytest.ini_options]\ntestpaths = ["tests/unit"]'],
    ['comments', '[project]\n# x @ https://example.invalid'],
  ])('a pyproject.toml with %s is allowed', (_, text) => {
    expect(linesOf('pyproject.toml', text)).toEqual([]);
  });
});

test.each([
  ['requirements.txt', 1],
  ['requirements-dev.txt', 1],
  ['REQUIREMENTS.TXT', 1],
  ['deps/requirements_gpu.txt', 1],
  ['notes.txt', 0],
  ['my-requirements.txt', 0],
])('a file named %s has this many findings: %i', async (name, count) => {
  expect(await findingsOf(writeZip(plugin({ name, data: '-e .\n' })))).toEqual(
    count ? [`SLP712 warning ${name}:1`] : [],
  );
});

test('only the first 20 findings in a requirements file are reported', () => {
  expect(linesOf('requirements.txt', '-e .\n'.repeat(5000))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('a setup.py file is reported', async () => {
  expect(await findingsOf(writeZip(plugin({ name: 'setup.py', data: 'x = 1' })))).toEqual([
    'SLP712 warning setup.py:1',
  ]);
});

test("files that can't be checked are reported", async () => {
  const zip = writeZip(
    plugin(
      { name: 'requirements.txt', data: Uint8Array.of(0xff, 0xfe, 0x61, 0) },
      { name: 'requirements-b.txt', data: noise(300 * 1024) },
    ),
  );
  expect(await findingsOf(zip)).toEqual(['SLP712 warning requirements-b.txt:1', 'SLP712 warning requirements.txt:1']);
});

test.each([
  'a'.repeat(250_000),
  'a.'.repeat(125_000),
  ' '.repeat(250_000),
  '['.repeat(250_000),
  `a${' '.repeat(250_000)}b`,
  '"'.repeat(250_000),
  'a @ '.repeat(60_000),
  '.whl['.repeat(50_000),
  ' #'.repeat(125_000),
])('a line of 250 KB takes no longer than many short lines: %#', (line) => {
  expect(requirementNotes('requirements.txt', bytesOf(line)).length).toBeLessThanOrEqual(1);
  expect(
    requirementNotes('pyproject.toml', bytesOf(`[project]\n${line}\n[tool.uv.sources]\n${line}`)).length,
  ).toBeLessThanOrEqual(2);
});
