// Tests how texts become terms, and which words are one typo apart.
import { expect, test } from 'vitest';
import { isOneTypo, joinedTerm, termsOf } from '../../../../src/features/search/terms.ts';

test.each([
  ['text_profile', ['text', 'profile', 'textprofile']],
  ['text-profile', ['text', 'profile', 'textprofile']],
  ['TextProfile', ['text', 'profile', 'textprofile']],
  ['HTTPServer v2Clip', ['http', 'server', 'httpserver', 'v', '2', 'clip', 'v2clip', '2clip']],
  ['GitHub-Actions', ['git', 'hub', 'actions', 'github', 'githubactions']],
  ['3D', ['3', 'd', '3d']],
  ['GPT-4o', ['gpt', '4', 'o', '4o', 'gpt4o']],
  ['C++ and C#', ['c', 'c++', 'and', 'c#']],
  ['a0b1c2d3e4', ['a0b1c2d3e4']],
  ['Extracts named entities, named twice.', ['extracts', 'named', 'entities', 'twice']],
  ['ＦＵＬＬ ﬁle', ['full', 'file']],
  ['Straße STRASSE STRAẞE Grüße', ['strasse', 'grusse']],
  ['İstanbul ISTANBUL ıstanbul istanbul', ['istanbul']],
  ['ΟΔΟΣ οδός οδοσ', ['οδοσ']],
  ['שָׁלוֹם שלום', ['שלום']],
  ['العَرَبِيّ العربي العـربى', ['العربي']],
  ['فارسی فارسي کتاب كتاب', ['فارسي', 'كتاب']],
  ['ёж еж', ['еж']],
  ['Łódź smørrebrød', ['lodz', 'smorrebrod']],
  ['trans\u00adla\u00adtion e\u200bmail می\u200cخواند', ['translation', 'email', 'ميخواند']],
  ['画像検索', ['画像', '像検', '検索']],
  ['OCRで画像を読む', ['ocr', 'で画', '画像', '像を', 'を読', '読む']],
  ['犬', ['犬']],
  ['ガラス カラス', ['ガラ', 'ラス', 'カラ']],
  ['ﾊﾝｶｸ', ['ハン', 'ンカ', 'カク']],
  ['हिन्दी', ['हिन्दी']],
  ['ไทย', ['ไท', 'ทย']],
  ['𠮷野', ['\ue042\ue7b7野']],
  ['👋🏽 %_* 🚀', ['\ue03d\ue44b', '\ue03d\ue680']],
  ['a\ud800b 𝒳', ['a', 'b', 'x']],
  ["don't don’t", ['don', 't', 'dont']],
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
