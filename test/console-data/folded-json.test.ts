// Tests how the playground writes an answer whose vectors would fill pages.
import { expect, test } from 'vitest';
import { foldedJson, hasVector } from '../../src/console/data/folded-json.ts';
import { fc } from '../support/property.ts';

const vector = Array.from({ length: 384 }, (_, place) => place / 10);

test('a long list of numbers is one line that says how many there are', () => {
  expect(foldedJson({ text: 'a', embedding: vector })).toBe(
    '{\n  "text": "a",\n  "embedding": [0, 0.1, 0.2, 0.3, … 384 numbers]\n}',
  );
  expect(hasVector({ rows: [{ embedding: vector }] })).toBe(true);
});

test('an answer without a long list of numbers is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!hasVector(value));
      expect(foldedJson(value)).toBe(JSON.stringify(value, null, 2));
    }),
  );
});
