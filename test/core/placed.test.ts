// Tests the order of lists whose parts are declared in several places.
import { expect, test } from 'vitest';
import { placed } from '../../src/core/placed.ts';

const names = (added: { name: string; after: string }[]) =>
  placed([{ name: 'first' }, { name: 'last' }], added, ({ name }) => name).map(({ name }) => name);

test.each([
  ['an item follows the one that it names', [{ name: 'second', after: 'first' }], ['first', 'second', 'last']],
  [
    'an item may follow one that is added after it',
    [
      { name: 'third', after: 'second' },
      { name: 'second', after: 'first' },
    ],
    ['first', 'second', 'third', 'last'],
  ],
  ['an item that names none is the last', [{ name: 'end', after: 'absent' }], ['first', 'last', 'end']],
  [
    'items that name each other are not lost',
    [
      { name: 'a', after: 'b' },
      { name: 'b', after: 'a' },
    ],
    ['first', 'last', 'a', 'b'],
  ],
])('%s', (_, added, expected) => {
  expect(names(added)).toEqual(expected);
});
