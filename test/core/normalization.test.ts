// Tests that text is brought into a normal form exactly, and that long runs of combining marks are found in any script. That it takes linear
// time, the doubling test shows (test/doubling).
import { describe, expect, test } from 'vitest';
import { hasLongMarkRun, normalize, normalizeName } from '../../src/core/normalization.ts';
import { fc } from '../support/property.ts';

const forms = ['NFC', 'NFKC'] as const;
/** The mark behind which no other one stays. */
const lastMark = '\u0345';
/** Every character that is a combining mark in compatibility form, or becomes several. */
const combining = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => {
    const form = lastMark + character.normalize('NFKD');
    return character === lastMark || form.normalize('NFD') !== form;
  });

/** Texts of `n` characters in which each mark must move before those in front of it. */
const runs: Record<string, (n: number) => string> = {
  'two classes': (n) => `a${'\u0301'.repeat(n / 2)}${'\u0316'.repeat(n / 2)}`,
  'classes in turn': (n) => `a${'\u0301\u0316'.repeat(n / 2)}`,
  'letters that become marks': (n) => `a${'\u0301\uff9e'.repeat(n / 2)}`,
  'marks before letters that become marks': (n) => `a${'\uff9f\u0316'.repeat(n / 2)}`,
  'characters of two marks': (n) => `a${'\u0344\u0316'.repeat(n / 2)}`,
  'marks after a letter with a mark': (n) => `é${'\u0316'.repeat(n)}`,
  'Tibetan vowels of two marks': (n) => `ཀ${'\u0f73\u0f71'.repeat(n / 2)}`,
  'Hangul letters': (n) => '\u1100\u1161\u11a8\u1100'.repeat(n / 4),
};

const texts = fc
  .array(fc.constantFrom(...combining, ...'aéＡ가カ\u0344\u0f73\uff9e\ufdfaक\u0903'), { maxLength: 200 })
  .map((parts) => parts.join(''));

describe.each(forms)('%s', (form) => {
  test("is the same as JavaScript's", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(normalize(text, form)).toBe(text.normalize(form));
      }),
    );
    for (const text of Object.values(runs).map((make) => make(400)))
      expect(normalize(text, form)).toBe(text.normalize(form));
  });
});

test('every character that becomes a combining mark counts as one', () => {
  expect(combining.filter((character) => !hasLongMarkRun(character.repeat(31)))).toEqual([]);
});

test.each([
  ['a mark', '\u0301', 30],
  ['a letter that becomes a mark', '\uff9e', 30],
  ['a mark and such a letter', '\u0301\uff9e', 15],
  ['such a letter and a mark', '\uff9f\u0316', 15],
  ['a character of two marks', '\u0344', 15],
])('30 marks in a row are allowed, counted in compatibility form: %s', (_, mark, most) => {
  expect(hasLongMarkRun(`a${mark.repeat(most)}`)).toBe(false);
  expect(hasLongMarkRun(`a${mark.repeat(most)}\u0301`)).toBe(true);
});

test("a letter's own mark counts", () => {
  expect(hasLongMarkRun(`é${'\u0301'.repeat(29)}`)).toBe(false);
  expect(hasLongMarkRun(`é${'\u0301'.repeat(30)}`)).toBe(true);
});

test.each([
  ['Vietnamese', 'Tiếng Việt có dấu thanh điệu'.normalize('NFD')],
  ['Thai', 'ที่ปรึกษาผู้เชี่ยวชาญน้ำ'],
  ['Tibetan', 'བསྒྲུབས་རྐྱེན་ཧཱུྃ'],
  ['Hebrew with cantillation', 'בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם'],
  ['Devanagari with vowel signs only', '\u0915\u0903'.repeat(100)],
  ['spacing marks in a row', `क${'\u0903'.repeat(100)}`],
  ['30 marks on each letter', `a${'\u0301'.repeat(30)}`.repeat(100)],
  ['half-width kana', 'ｶﾞｷﾞｸﾞｹﾞｺﾞﾊﾟﾋﾟ'.repeat(20)],
])('ordinary text has no long run: %s', (_, text) => {
  expect(hasLongMarkRun(text)).toBe(false);
});

test('a name is read in form NFKC, unless it has a long run', () => {
  expect(normalizeName('ﬁｎｄ')).toBe('find');
  const long = `ﬁ${'\u0301\u0316'.repeat(16)}`;
  expect(normalizeName(long)).toBe(long);
});
