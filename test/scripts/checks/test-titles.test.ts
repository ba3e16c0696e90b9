// Tests that titles that mean nothing without their describe are refused, and that other titles are accepted.
import { expect, test } from 'vitest';
import { titleProblem } from '../../../scripts/testing/plain-language.ts';

test.each([
  ['of a key that was revoked', 'a preposition or conjunction', 'of'],
  ['If it is revoked', 'a preposition or conjunction', 'If'],
  ['that %s is refused', 'a relative word', 'that'],
  ['is refused within ten seconds', 'an auxiliary', 'is'],
  ["can't be read", 'an auxiliary', 'can'],
  ['returns 404', 'a verb', 'returns'],
])('the title %j is refused', (title, kind, word) => {
  expect(titleProblem(title)).toBe(`begins with ${kind}: name the subject before "${word}"`);
});

test.each([
  'a revoked key is refused within ten seconds',
  '%s is refused',
  'PUT /blobs/{sha256} stores a blob',
  'isolates of the platform need its loader',
  'offsets after an inserted semicolon are those of the file',
])('the title %j is accepted', (title) => {
  expect(titleProblem(title)).toBeUndefined();
});
