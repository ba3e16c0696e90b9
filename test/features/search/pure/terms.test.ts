// Tests how texts become terms, and which words are one typo apart.
import { expect, test } from 'vitest';
import { isOneTypo, joinedTerm, termsOf } from '../../../../src/features/search/terms.ts';

test.each([
  ['text_profile', ['text', 'profile']],
  ['text-profile', ['text', 'profile']],
  ['TextProfile', ['text', 'profile']],
  ['HTTPServer v2Clip', ['http', 'server', 'v2', 'clip']],
  ['Extracts named entities, named twice.', ['extracts', 'named', 'entities', 'twice']],
  ['ＦＵＬＬ ﬁle', ['full', 'file']],
  ['Grüße', ['grüße']],
  ['画像検索', ['画像', '像検', '検索']],
  ['OCRで画像を読む', ['ocr', 'で画', '画像', '像を', 'を読', '読む']],
  ['犬', ['犬']],
  ['c++ 100%', ['c', '100']],
  ['👋 %_* 🚀', []],
  ['a\ud800b 𝒳', ['a', 'b', 'x']],
])('%j has the terms %j', (text, terms) => {
  expect(termsOf(text, 100)).toEqual(terms);
});

test('a text has no more terms than asked for, and each is cut', () => {
  expect(termsOf('one two one three', 2)).toEqual(['one', 'two']);
  expect(termsOf('x'.repeat(1000), 2)).toEqual(['x'.repeat(40)]);
});

test.each(['text_profile', 'text-profile', 'TextProfile', 'text profile'])(
  '%j is the same name as textprofile',
  (name) => {
    expect(joinedTerm(name)).toBe('textprofile');
  },
);

test.each([
  ['profile', 'profle', true],
  ['profile', 'proffile', true],
  ['profile', 'profike', true],
  ['profile', 'profiel', true],
  ['profile', 'porfile', true],
  ['profile', 'profile', false],
  ['profile', 'profil3s', false],
  ['profile', 'prfle', false],
  ['abcd', 'dabc', false],
])('%s and %s are one typo apart: %s', (a, b, isTypo) => {
  expect([isOneTypo(a, b), isOneTypo(b, a)]).toEqual([isTypo, isTypo]);
});
