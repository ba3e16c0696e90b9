// Tests that carets are under the exact span, whatever characters the line contains.
import { describe, expect, test } from 'vitest';
import { renderSnippet, splitLines } from '../../../src/cli/lint/snippet.ts';

function shown(line: string, column: number, endColumn: number, columns = 40): string {
  const snippet = renderSnippet([line], { line: 1, column, endLine: 1, endColumn }, columns);
  return `${snippet?.line}\n${snippet?.carets}`;
}

describe('the carets', () => {
  test.each([
    ['at the start', 'eval(x)', 1, 5, 'eval(x)\n^^^^'],
    ['within the line', 'a = eval(x)', 5, 9, 'a = eval(x)\n    ^^^^'],
    ['after a tab', '\teval(x)', 2, 6, '    eval(x)\n    ^^^^'],
    ['after tabs between words', 'ab\tc\teval', 6, 10, 'ab  c   eval\n        ^^^^'],
    ['after wide characters', 'x = "日本", eval', 11, 15, 'x = "日本", eval\n            ^^^^'],
    ['under wide characters', '日本 = 1', 1, 3, '日本 = 1\n^^^^'],
    ['after fullwidth letters', 'ｅｖａｌ(x)', 1, 5, 'ｅｖａｌ(x)\n^^^^^^^^'],
    ['after an emoji of two code units', '"🚀", eval', 7, 11, '"🚀", eval\n      ^^^^'],
    ['after a combining mark', '"e\u0301", eval', 7, 11, '"e\u0301", eval\n     ^^^^'],
    ['after an escape character', '"\u001b[2J", eval', 9, 13, '"\\u{1b}[2J", eval\n             ^^^^'],
    ['after a bidi control', '"\u202e", eval', 6, 10, '"\\u{202e}", eval\n            ^^^^'],
    ['under an empty span', 'x = 1', 3, 3, 'x = 1\n  ^'],
    ['at the end of the line', 'x = (', 6, 6, 'x = (\n     ^'],
    ['beyond the line', 'x', 9, 12, 'x\n ^'],
  ])('the carets are below their span: %s', (_, line, column, endColumn, expected) => {
    expect(shown(line, column, endColumn)).toBe(expected);
  });

  test('the carets extend to the end of the line if the span continues on the next line', () => {
    const span = { line: 2, column: 5, endLine: 4, endColumn: 2 };
    expect(renderSnippet(['a', 'x = f(', '1', ')'], span, 40)).toEqual({ line: 'x = f(', carets: '    ^^' });
  });
});

describe('an overlong line', () => {
  const xs = 'x'.repeat(60);

  test.each([
    ['is cut after the span', `eval(${xs})`, 1, 5, 'eval(xxxxxxxxxxxxxx…\n^^^^'],
    ['is cut before it', `${xs} eval(y)`, 62, 66, '…xxxx eval(y)\n      ^^^^'],
    ['is cut on both sides', `${xs} eval(${xs})`, 62, 66, '…xxxx eval(xxxxxxxx…\n      ^^^^'],
    ['is cut within the span', `${xs}${xs}`, 31, 91, '…xxxxxxxxxxxxxxxxxx…\n      ^^^^^^^^^^^^^'],
    ['is cut between wide characters', `${'日'.repeat(60)}eval(x)`, 61, 65, '…日日eval(x)\n     ^^^^'],
    ['is cut between pairs of code units', `${'🚀'.repeat(60)}eval(x)`, 121, 125, '…🚀🚀eval(x)\n     ^^^^'],
    ['is not cut when it just fits', `${'x'.repeat(16)}eval`, 17, 21, `${'x'.repeat(16)}eval\n${' '.repeat(16)}^^^^`],
  ])('an overlong line is cut around its span: %s', (_, line, column, endColumn, expected) => {
    expect(shown(line, column, endColumn, 20)).toBe(expected);
  });

  test('an overlong line is not processed beyond the displayed part', () => {
    const line = '\u0301'.repeat(1_000_000);
    expect(shown(line, 500_000, 500_004, 20).length).toBeLessThan(500);
  });
});

test('a missing line has no snippet', () => {
  expect(renderSnippet(['one'], { line: 2, column: 1, endLine: 2, endColumn: 2 }, 40)).toBeUndefined();
});

test.each([
  ['LF', 'a\nb'],
  ['CRLF', 'a\r\nb'],
  ['CR', 'a\rb'],
  ['a byte order mark', '\ufeffa\nb'],
])('lines are split as they are for the line numbers in findings: %s', (_, text) => {
  expect(splitLines(new TextEncoder().encode(text))).toEqual(['a', 'b']);
});

test('other line separators are part of the line that contains them', () => {
  expect(splitLines(new TextEncoder().encode('a\u2028b\u0085c\fd\ve'))).toEqual(['a\u2028b\u0085c\fd\ve']);
});
