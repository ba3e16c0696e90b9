// Tests decoding (scan policy §7): which bytes are accepted as UTF-8, and at which position other bytes are rejected.
import { describe, expect, test } from 'vitest';
import { decodeSource } from '../../src/scan/file/source.ts';

const encoder = new TextEncoder();
const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : part)));
const mark = [0xef, 0xbb, 0xbf];

describe('accepts', () => {
  test.each([
    ['nothing', bytes(), ''],
    ['plain text', bytes('x = 1\n'), 'x = 1\n'],
    ['a byte order mark, which is removed', bytes(mark, 'x = 1\n'), 'x = 1\n'],
    ['a second mark, which stays a character', bytes(mark, mark, 'x'), '\ufeffx'],
    ['CRLF, CR and LF as LF', bytes('a\r\nb\rc\nd\r\r\n'), 'a\nb\nc\nd\n\n'],
    ['other line separators as characters', bytes('a\u2028b\u0085c\x0bd\x0ce'), 'a\u2028b\u0085c\x0bd\x0ce'],
    ['a genuine U+FFFD', bytes('x = "\ufffd"'), 'x = "\ufffd"'],
    ['a cookie of UTF-8', bytes('# -*- coding: UTF_8 -*-\n"é"'), '# -*- coding: UTF_8 -*-\n"é"'],
    [
      'a cookie after a blank line',
      bytes(' \t\f\n# vim: set fileencoding=utf8 :\n'),
      ' \t\f\n# vim: set fileencoding=utf8 :\n',
    ],
    ['a cookie of an alias of UTF-8', bytes('#coding=u8\n"é"'), '#coding=u8\n"é"'],
    ['a cookie of an alias of ASCII', bytes('#coding=ISO_646.irv_1991\nx'), '#coding=ISO_646.irv_1991\nx'],
    ['a cookie of ASCII over ASCII', bytes('#coding=us-ascii\nx'), '#coding=us-ascii\nx'],
    ['an encoding on line 3, which is ignored', bytes('\n\n# coding: latin-1\n'), '\n\n# coding: latin-1\n'],
    [
      'an encoding after code, which is ignored',
      bytes('x = 1 # coding: latin-1\n# coding: gbk'),
      'x = 1 # coding: latin-1\n# coding: gbk',
    ],
  ])('a source is decoded: %s', (_, source, text) => {
    expect(decodeSource(source)).toEqual({ text });
  });
});

describe('rejects', () => {
  test.each([
    ['UTF-16, little endian', bytes([0xff, 0xfe, 0x78, 0]), 'UTF-16 text', 1, 1, 1],
    ['UTF-16, big endian', bytes([0xfe, 0xff, 0, 0x78]), 'UTF-16 text', 1, 1, 1],
    ['UTF-32, little endian', bytes([0xff, 0xfe, 0, 0, 0x78, 0, 0, 0]), 'UTF-32 text', 1, 1, 1],
    ['UTF-32, big endian', bytes([0, 0, 0xfe, 0xff, 0, 0, 0, 0x78]), 'UTF-32 text', 1, 1, 1],
    ['a NUL byte', bytes('x = 1\r\né = "', [0], '"'), 'NUL byte', 2, 6, 7],
    ['a NUL byte after a mark', bytes(mark, 'x', [0]), 'NUL byte', 1, 2, 3],
    ['invalid UTF-8', bytes('a\r"\ufffd', [0xc3], '"'), 'invalid UTF-8', 2, 3, 4],
    ['an encoded surrogate', bytes('x', [0xed, 0xa0, 0x80]), 'invalid UTF-8', 1, 2, 3],
    ['another codec', bytes('# coding: latin-1\n'), 'latin-1', 1, 11, 18],
    ['another codec on line 2', bytes('#!/usr/bin/python\r\n# é coding:utf-7'), 'utf-7', 2, 12, 17],
    ['another codec after a lone CR', bytes('#\r#coding=rot13'), 'rot13', 2, 9, 14],
    [
      'another codec after characters that do not end a line',
      bytes('#\u2028\u2029\u0085 coding:gbk'),
      'gbk',
      1,
      13,
      16,
    ],
    ['a name that only starts like UTF-8', bytes('# coding: utf-8-unix'), 'utf-8-unix', 1, 11, 21],
    ['another codec after a mark', bytes(mark, '#coding:gbk'), 'gbk', 1, 9, 12],
    ['an alias behind a mark', bytes(mark, '#coding:u8'), 'u8 declared after a UTF-8 byte order mark', 1, 9, 11],
    ['ASCII behind a mark', bytes(mark, '#coding:ascii'), 'ascii declared after a UTF-8 byte order mark', 1, 9, 14],
    [
      'other bytes in a file declared as ASCII',
      bytes('#coding:ascii\n"é"'),
      'non-ASCII byte in a file declared as ASCII',
      2,
      2,
      3,
    ],
  ])("a source that can't be decoded is rejected: %s", (_, source, detail, line, column, endColumn) => {
    expect(decodeSource(source)).toEqual({ text: '', problem: { ruleId: 'SLP602', detail, line, column, endColumn } });
  });
});
