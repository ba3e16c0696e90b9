import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, toPage } from '../../src/core/page.ts';

const rows = ['a', 'b', 'c'];
const page = (limit: number) => toPage(rows.slice(0, limit + 1), limit, (row) => row);

test('a page has up to `limit` rows, and a cursor if there are more', () => {
  expect(page(2)).toEqual({ items: ['a', 'b'], nextCursor: encodeCursor('b') });
  expect(page(3)).toEqual({ items: ['a', 'b', 'c'], nextCursor: null });
  expect(page(4)).toEqual({ items: ['a', 'b', 'c'], nextCursor: null });
  expect(toPage([], 2, String)).toEqual({ items: [], nextCursor: null });
});

test.each(['', 'a', 'ab', 'abc', '2026-01-01\u0000plg_1', '\u00fb\u00ff\u00fe??>>'])(
  '%j survives encoding as a cursor',
  (key) => {
    const cursor = encodeCursor(key);
    expect(cursor).toMatch(/^[\w-]*$/);
    expect(decodeCursor(cursor)).toBe(key);
  },
);

test('text that is not a cursor is treated as no cursor', () => {
  expect(decodeCursor('!')).toBeUndefined();
});
