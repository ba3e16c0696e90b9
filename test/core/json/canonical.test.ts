import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/core/json/canonical.ts';

test('keys are sorted by UTF-16 code units, at every depth', () => {
  const value = { b: 1, a: { d: [{ z: 1, y: 2 }], c: null }, '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3, B: 4 };
  expect(canonicalJson(value)).toBe(
    '{"B":4,"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1,"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}',
  );
});

test('objects with the same entries have the same text', () => {
  expect(canonicalJson({ a: 1, b: [2, { c: 3, d: 4 }] })).toBe(canonicalJson({ b: [2, { d: 4, c: 3 }], a: 1 }));
});

test("a list's order affects its text", () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});
