import { expect, test } from 'vitest';
import { idSource, isId } from '../../src/core/ids.ts';

test('IDs sort by creation, even within a millisecond and when the clock goes back', () => {
  let now = 1_700_000_000_000;
  const ids = idSource(() => now);
  const made: string[] = [];
  for (let count = 0; count < 200; count++) made.push(ids('plugin'));
  now -= 5_000;
  for (let count = 0; count < 200; count++) made.push(ids('plugin'));
  now += 60_000;
  made.push(ids('plugin'));
  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(made.length);
});

test('an ID has the format of its own kind, and of no other kind', () => {
  const id = idSource(Date.now)('deployment');
  expect(id).toMatch(/^dep_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(isId('deployment', id)).toBe(true);
  expect(isId('plugin', id)).toBe(false);
});

test.each([
  '',
  'dep_',
  'dep_x',
  `dep_${'0'.repeat(25)}`,
  `dep_${'0'.repeat(27)}`,
  `dep_${'u'.repeat(26)}`,
  `dep_8${'0'.repeat(25)}`,
  `dep-${'0'.repeat(26)}`,
  '0'.repeat(30),
])('%j is not an ID', (text) => {
  expect(isId('deployment', text)).toBe(false);
});
