// Tests what an isolate keeps of what it derived from versions.
import { expect, test } from 'vitest';
import { Derived } from '../../src/core/derived.ts';

test('the least recently used values go once all have more characters than the limit', () => {
  const derived = new Derived<string>(10);
  for (const id of ['a', 'b', 'c']) derived.keep(id, id, 3);
  derived.get('a');
  derived.keep('d', 'd', 4);
  expect(['a', 'b', 'c', 'd'].map((id) => derived.get(id))).toEqual(['a', undefined, 'c', 'd']);
});

test('a value above the limit is not kept, and leaves the others', () => {
  const derived = new Derived<string>(10);
  derived.keep('a', 'a', 10);
  derived.keep('b', 'b', 11);
  expect([derived.get('a'), derived.get('b')]).toEqual(['a', undefined]);
});

test('a value that is kept again counts once', () => {
  const derived = new Derived<string>(10);
  derived.keep('a', 'a', 6);
  derived.keep('a', 'a', 6);
  derived.keep('b', 'b', 4);
  expect([derived.get('a'), derived.get('b')]).toEqual(['a', 'b']);
});
