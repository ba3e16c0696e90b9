// Tests that JSON keeps its own numbers, strings and keys when it is shown.
import { describe, expect, test } from 'vitest';
import { JsonFault } from '../../../src/core/json/scan.ts';
import {
  compactJson,
  indentedJson,
  readJsonTree,
  readMembers,
  survivesJavaScript,
} from '../../../src/core/json/tree.ts';
import { compactExactJson, exactJson, indentedExactJson } from '../../support/exact-json.ts';
import { fc } from '../../support/property.ts';

test('a tree is written with the numbers, strings and keys of its text', () => {
  const tree = readJsonTree(`\r\n ${exactJson}\t`);
  expect([compactJson(tree), indentedJson(tree)]).toEqual([compactExactJson, indentedExactJson]);
});

test('a tree of JSON written by JavaScript is written exactly as JavaScript writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const tree = readJsonTree(JSON.stringify(value));
      expect([compactJson(tree), indentedJson(tree)]).toEqual([JSON.stringify(value), JSON.stringify(value, null, 2)]);
      expect(survivesJavaScript(indentedJson(tree))).toBe(!JSON.stringify(value).includes('"__proto__":'));
    }),
  );
});

test('a text parses as a tree if and only if it is JSON', () => {
  const piece = fc.constantFrom(...'{}[],:"\\ 0123456789-+.eEtruefalsn', 'null', 'true', '"a"', '[1]', '\n', '\ufeff');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      expect(readsAsTree(pieces.join(''))).toBe(isJson(pieces.join('')));
    }),
    { numRuns: 2000 },
  );
});

test.each(['', '[1,]', '{"a":1,}', '[1 2]', '{"a" 1}', '{a:1}', '[', '"a', '01', '1.', '[1]]', 'nul'])(
  'the text %j is not JSON',
  (text) => {
    expect(() => readJsonTree(text)).toThrow(JsonFault);
  },
);

describe('members', () => {
  test('the last member counts if several have the same key', () => {
    const members = readMembers(readJsonTree(exactJson));
    expect([members.get('d'), [...members.keys()]]).toEqual(['2', ['i', 'f', 'z', '2', '1', '__proto__', 'd', 's']]);
    expect(readMembers(readJsonTree('{"\\u0061": 1}')).get('a')).toBe('1');
  });

  test.each(['[1]', '"a"', '1'])('%j has no members', (text) => {
    expect(readMembers(readJsonTree(text)).size).toBe(0);
  });
});

test.each([
  ['{"a": 1.5, "b": [true, null]}', true],
  ['12345678901234567890', false],
  ['2.0', false],
  ['-0', false],
  ['1e999', false],
  ['{"2": 1, "1": 2}', false],
  ['{"a": 1, "a": 2}', false],
  ['"\\u00e9"', false],
  ['{"__proto__": 1}', false],
  ['"\\"__proto__\\":"', true],
])('JavaScript writes %j unchanged: %j', (text, kept) => {
  expect(survivesJavaScript(text)).toBe(kept);
});

function readsAsTree(text: string): boolean {
  try {
    readJsonTree(text);
    return true;
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
