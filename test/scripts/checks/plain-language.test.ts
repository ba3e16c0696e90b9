// Tests which words in prose and identifiers are reported.
import { expect, test } from 'vitest';
import { plainLanguageProblems } from '../../../scripts/testing/plain-language.ts';

test.each([
  ['// Starts it anew.', 'anew', 'again, new'],
  ['Mend the named fields.', 'Mend', 'fix, normalize'],
  ['function mendNullable() {}', 'mend', 'fix, normalize'],
  ['const wishOf = 1;', 'wish', 'request'],
  ['type NameWish = string;', 'Wish', 'request'],
  ['const TOLD_AT = 1;', 'TOLD', 'reported, sent, shown'],
  ['def told_of(self):', 'told', 'reported, sent, shown'],
  ['await buryMessage();', 'bury', 'record, store, hide'],
  ['Nothing besides the file.', 'besides', 'also, in addition to'],
  ['// Whoever holds it', 'Whoever', 'name the role: the caller, the owner, the lease holder'],
  ['somebody else', 'somebody', 'name the role: the user, another worker'],
  ['It fails all the same.', 'all the same', 'nevertheless, still'],
  ['// It fails all\n// the same.', 'all the same', 'nevertheless, still'],
  ['// The rule catalogue.', 'catalogue', 'catalog: the project writes American English'],
  ['const noColour = true;', 'Colour', 'color: the project writes American English'],
])('%j is reported', (text, word, alternative) => {
  expect(plainLanguageProblems('src/a.ts', text)).toEqual([`src/a.ts:1: "${word}": write ${alternative}`]);
});

test.each([
  'We recommend and commend an amended text.',
  'text.trimEnd()',
  'forgetOldFailures()',
  'The two cannot be told apart.',
  'beside the file',
  'the same for all',
  "integer('expiry_told_at')",
])('%j is not reported', (text) => {
  expect(plainLanguageProblems('src/a.ts', text)).toEqual([]);
});

test('every problem is reported with its line, in text order', () => {
  expect(plainLanguageProblems('docs/a.md', 'one\nwishes\n\nanew, told\n')).toEqual([
    'docs/a.md:2: "wishes": write request',
    'docs/a.md:4: "anew": write again, new',
    'docs/a.md:4: "told": write reported, sent, shown',
  ]);
});
