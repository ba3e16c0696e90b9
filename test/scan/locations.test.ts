// Tests the locations of findings (scan policy §1, §7): lines as CPython ends them, columns in UTF-16 code units, and whole
// expressions.
import { describe, expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { isPythonSource, scanSource } from '../../src/scan/scan.ts';
import { findingsOf, scanText } from './support/scan.ts';

describe('lines and columns', () => {
  test.each([
    ['LF', 'x\n\neval(1)', '3:1'],
    ['CRLF', 'x\r\n\r\n eval'.replace(' eval', 'eval(1)'), '3:1'],
    ['a lone CR', 'x\r\reval(1)', '3:1'],
    ['a lone CR ends a comment', '# x\reval(1)', '2:1'],
    ['mixed line endings', 'a\nb\r\nc\reval(1)', '4:1'],
    ['U+2028 and U+0085 in a string do not end a line', 'x = "\u2028\u0085"; eval(1)', '1:11'],
    ['a form feed does not end a line', '\feval(1)', '1:2'],
    ['a byte order mark is not counted', '\ufeffeval(1)', '1:1'],
    ['a character beyond the BMP counts as two columns', '"😀"; eval(1)', '1:7'],
    ['a combining sequence', '"e\u0301"; eval(1)', '1:7'],
    ['a tab counts as one column', 'if x:\n\teval(1)', '2:2'],
    ['inside brackets', 'f(\n  1,\n  eval)', '3:3'],
    ['after a continued line', 'x = 1 + \\\n  eval', '2:3'],
    ['in an f-string over several lines', 'f"""\n{\neval}"""', '3:1'],
  ])("a finding's lines and columns are counted: %s", async (_, text, place) => {
    expect(await findingsOf(text)).toEqual([`${place} SLP201 builtins.eval`]);
  });
});

test('a finding spans the whole expression', async () => {
  const [finding] = await scanText('import os\nx = (os\n  .system)("true")');
  expect(finding).toMatchObject({ line: 2, column: 6, endLine: 3, endColumn: 10, name: 'os.system' });
});

test('findings are sorted by location, then by rule', async () => {
  expect(await findingsOf('import os, pickle\nos.system(__builtins__.eval); eval')).toEqual([
    '1:12 SLP402 pickle',
    '2:1 SLP301 os.system',
    '2:11 SLP201 builtins.eval',
    '2:11 SLP501 __builtins__',
  ]);
});

describe('files scanned as Python', () => {
  const encoder = new TextEncoder();
  test.each([
    ['plugin.py', '', true],
    ['a/b/Plugin.PY', '', true],
    ['x.pyw', '', true],
    ['x.pyi', '', true],
    ['run', '#!/usr/bin/env python3\n', true],
    ['run.txt', '#!/usr/bin/python\r\nx', true],
    ['run', '#!/bin/sh\n# python', false],
    ['x.pyc', '', false],
    ['python', 'import os', false],
    ['x.py.txt', '', false],
  ])('a file is scanned as Python depending on its name and first line: %s %j: %s', (path, head, expected) => {
    expect(isPythonSource(path, encoder.encode(head))).toBe(expected);
  });
});

test.each([
  ['a NUL byte', [0x78, 0], 'SLP602'],
  ['UTF-16', [0xff, 0xfe, 0x78, 0], 'SLP602'],
  ['invalid UTF-8', [0x22, 0xff, 0x22], 'SLP602'],
  ['another codec', [...new TextEncoder().encode('# coding: latin-1\n')], 'SLP602'],
])('%s is a single finding', async (_, bytes, rule) => {
  const findings = await scanSource(nodeParsers(), { path: 'x.py', bytes: Uint8Array.from(bytes) });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual([rule]);
});
