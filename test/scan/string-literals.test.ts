// Tests that string literals are decoded as CPython decodes them. The installed Python's ast.literal_eval also checks every
// expectation.
import { execFileSync } from 'node:child_process';
import { describe, expect, inject, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { decodeStringLiteral, stringLiteral } from '../../src/scan/constants/literals.ts';
import { scanSource } from '../../src/scan/scan.ts';

const texts: [source: string, value: string][] = [
  [String.raw`'a\'b'`, "a'b"],
  [String.raw`"a\"b"`, 'a"b'],
  [String.raw`"\\n"`, '\\n'],
  [String.raw`"\a\b\f\n\r\t\v"`, '\x07\b\f\n\r\t\v'],
  [String.raw`"\0\12\1234"`, '\0\nS4'],
  [String.raw`"\400\777"`, 'Āǿ'],
  [String.raw`"\x41\u0042\U00000043"`, 'ABC'],
  [String.raw`"\U0001F600"`, '😀'],
  [String.raw`"\q\8"`, '\\q\\8'],
  ['"\\😀"', '\\😀'],
  ['"a\\\nb"', 'ab'],
  // If the backslash before `N{` is itself escaped, it doesn't name a character.
  [String.raw`'a\\N{x}'`, 'a\\N{x}'],
  [String.raw`r'\N{x}'`, '\\N{x}'],
  [String.raw`r"\n\""`, '\\n\\"'],
  ["R'''a\nb'''", 'a\nb'],
  ["u'a'", 'a'],
  ['""', ''],
  ['""""""', ''],
  ['"""a"b"""', 'a"b'],
];

test.each(texts)('a string literal has the right value: %s', (source, value) => {
  expect(decodeStringLiteral(source)).toEqual({ kind: 'text', value });
});

const byteStrings: [source: string, value: string][] = [
  ["b'a'", 'a'],
  [String.raw`b'\x41\101\n'`, 'AA\n'],
  [String.raw`b'\u0041\U00000041'`, '\\u0041\\U00000041'],
  [String.raw`b"a\ufffd\N{foo} \U123"`, 'a\\ufffd\\N{foo} \\U123'],
  [String.raw`b'\N{\x41}'`, '\\N{A}'],
  [String.raw`Rb"\x41"`, '\\x41'],
];

test.each(byteStrings)('%s is bytes', (source, value) => {
  expect(decodeStringLiteral(source)).toEqual({ kind: 'bytes', value });
});

test('the literals decode to the same values in CPython', () => {
  const script = [
    'import ast, json, sys, warnings',
    'warnings.simplefilter("ignore")',
    'values = [ast.literal_eval(source) for source in json.load(sys.stdin)]',
    'print(json.dumps([value.decode("latin-1") if isinstance(value, bytes) else value for value in values]))',
  ].join('\n');
  const literals = [...texts, ...byteStrings];
  const input = JSON.stringify(literals.map(([source]) => source));
  const values: unknown = JSON.parse(execFileSync(inject('python'), ['-c', script], { encoding: 'utf8', input }));
  expect(values).toEqual(literals.map(([, value]) => value));
});

describe('a literal without a fixed value is reported with a reason', () => {
  test.each([
    ['f"a"', 'an f-string'],
    ['Rf"a"', 'an f-string'],
    ['t"a"', 'a template string'],
    [String.raw`'\N{DASH}'`, 'a string with a named character'],
    [String.raw`'\\\N{DASH}'`, 'a string with a named character'],
    ['ur"a"', 'not a string literal'],
    ['a', 'not a string literal'],
  ])('a literal without a fixed value is reported with a reason: %s', (source, reason) => {
    expect(decodeStringLiteral(source)).toEqual({ kind: 'undecodable', reason });
  });
});

test('a literal longer than 4,096 characters is not a constant', () => {
  expect(stringLiteral(`'${'a'.repeat(4096)}'`)).toEqual({ kind: 'text', value: 'a'.repeat(4096) });
  expect(stringLiteral(`'${'a'.repeat(4097)}'`)).toBeUndefined();
});

test('signs of comments in the text of an f-string are read once', async () => {
  const text = `if x:\n  eval(f'''{a}\n${'#'.repeat(100_000)}\ny{b}''')\n`;
  const findings = await scanSource(nodeParsers(), { path: 'x.py', bytes: new TextEncoder().encode(text) });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['SLP201']);
});
