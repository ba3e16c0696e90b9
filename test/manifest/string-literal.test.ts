import { expect, test } from 'vitest';
import { readStringLiteral } from '../../src/manifest/string-literal.ts';

// Every expectation is what CPython makes of the same literal.
test.each([
  [String.raw`'a\'b'`, "a'b"],
  [String.raw`"a\"b"`, 'a"b'],
  [String.raw`"\\n"`, '\\n'],
  [String.raw`"\a\b\f\n\r\t\v"`, '\x07\b\f\n\r\t\v'],
  [String.raw`"\0\12\1234"`, '\0\nS4'],
  [String.raw`"\400"`, 'Ā'],
  [String.raw`"\x41\u0042\U00000043"`, 'ABC'],
  [String.raw`"\U0001F600"`, '😀'],
  [String.raw`"\q\8"`, '\\q\\8'],
  ['"a\\\nb"', 'ab'],
  [String.raw`r"\n\""`, '\\n\\"'],
  ["R'''a\nb'''", 'a\nb'],
  ['""', ''],
  ['""""""', ''],
  ['"""a"b"""', 'a"b'],
])('%s', (source, value) => {
  expect(readStringLiteral(source)).toEqual({ value });
});
