// Tests which characters count as hidden, and that those which emoji and scripts need don't.
import { expect, test } from 'vitest';
import { hiddenCharacters, withoutHidden } from '../../../../src/features/mcp/hidden-characters.ts';

const namesIn = (text: string) => [...hiddenCharacters(text)].map(({ index, name }) => `${index} ${name}`);

test.each([
  ['a\u202eb', '1 U+202E (right-to-left override)'],
  ['a\u2066b', '1 U+2066 (left-to-right isolate)'],
  ['a\u200bb', '1 U+200B (zero width space)'],
  ['a\u200db', '1 U+200D (zero width joiner)'],
  ['a\u2060b', '1 U+2060 (word joiner)'],
  ['a\ufeffb', '1 U+FEFF (zero width no-break space)'],
  ['a\u200fb', '1 U+200F (right-to-left mark)'],
  ['a\u{e0041}b', '1 U+E0041 (tag)'],
  ['a\ufe0fb', '1 U+FE0F'],
  ['a\u{e0101}b', '1 U+E0101'],
  ['a\u3164b', '1 U+3164'],
  ['a\u001bb', '1 U+001B'],
])('%j has a hidden character', (text, name) => {
  expect(namesIn(text)).toEqual([name]);
  expect(withoutHidden(text)).toBe('ab');
});

test('a run of selectors or joiners hides nothing behind what needs one', () => {
  expect(withoutHidden('\u{1f600}\ufe0f\ufe0e\ufe0f\u{e0101}!')).toBe('\u{1f600}\ufe0f!');
  expect(withoutHidden('\u0645\u200c\u200d\u200c\u06cc')).toBe('\u0645\u200c\u06cc');
});

test.each([
  ['families of emoji', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
  ['emoji with a selector and a joiner', '\u2764\ufe0f\u200d\u{1f525} 1\ufe0f\u20e3'],
  ['a skin tone', '\u{1f9d1}\u{1f3fd}\u200d\u{1f4bb}'],
  ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['Malayalam', '\u0d28\u0d4d\u200d'],
  ['Hebrew with marks', '\u05e9\u05dc\u05d5\u05dd (C++)\u200f'],
  ['Thai words', '\u0e44\u0e17\u0e22\u200b\u0e20\u0e32\u0e29\u0e32'],
  ['a variant of a Han character', '\u8fbb\u{e0100}'],
  ['Mongolian', '\u182a\u1820\u180e\u1820'],
  ['lines and tabs', 'a\n\tb\r\n'],
])('%s are whole', (_, text) => {
  expect(namesIn(text)).toEqual([]);
  expect(withoutHidden(text)).toBe(text);
});
