// Tests how the playground displays an answer with vectors that would fill pages.
import { expect, test } from 'vitest';
import { foldedJson, hasVector } from '../../src/console/data/folded-json.ts';
import { indentedJson, readJsonTree } from '../../src/core/json/tree.ts';
import { fc } from '../support/property.ts';

const vector = Array.from({ length: 384 }, (_, place) => place / 10);

test('a long list of numbers is folded into one line with their count', () => {
  expect(foldedJson(readJsonTree(`{"text":"a","embedding":[${vector}]}`))).toBe(
    '{\n  "text": "a",\n  "embedding": [0, 0.1, 0.2, 0.3, … 384 numbers]\n}',
  );
  expect(hasVector(readJsonTree(`{"rows":[{"embedding":[${vector}]}]}`))).toBe(true);
});

test('the numbers in a folded list are exactly as the plugin wrote them', () => {
  const numbers = ['12345678901234567890', '2.0', '-0.0', '1e999', ...vector];
  expect(foldedJson(readJsonTree(`[${numbers}]`))).toBe('[12345678901234567890, 2.0, -0.0, 1e999, … 388 numbers]');
});

test('an answer without a long list of numbers is formatted like any other JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const tree = readJsonTree(JSON.stringify(value));
      fc.pre(!hasVector(tree));
      expect(foldedJson(tree)).toBe(indentedJson(tree));
    }),
  );
});
