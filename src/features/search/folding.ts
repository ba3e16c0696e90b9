// Brings texts into the form in which the search compares them, in time that grows with their length. Accents, other marks and letter case
// don't count, and invisible characters are dropped.
import { baseOf, normalize } from '../../core/normalization.ts';

/** Characters without a width of their own: soft hyphens, joiners and spaces of no width, selectors of variants. */
const invisible = /\p{Default_Ignorable_Code_Point}+/gu;

const marked = String.raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}`;
/** Letters of scripts whose marks readers leave out. Elsewhere a mark makes another letter: ガ isn't カ. */
const markedLetter = new RegExp(String.raw`((?=[^\0-\x7f])[${marked}]|[${marked}](?=\p{M}))\p{M}*`, 'gu');

/** Letters that Unicode doesn't decompose: CLDR's Latin-ASCII, Lucene's ArabicNormalizer and PersianNormalizer, and the final sigma. */
const plainLetters = new Map([
  ...Object.entries({ æ: 'ae', ð: 'd', ø: 'o', þ: 'th', đ: 'd', ħ: 'h', ı: 'i', ł: 'l', ŋ: 'n', œ: 'oe', ŧ: 't' }),
  ...Object.entries({ '\u0649': '\u064a', '\u06cc': '\u064a', '\u06d2': '\u064a', '\u06a9': '\u0643' }),
  ...Object.entries({ '\u0629': '\u0647', '\u06c1': '\u0647', '\u0640': '', ς: 'σ' }),
]);
const unusual = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

/** Returns the text in NFKC, without invisible characters and without marks of scripts that can be read without them. */
export function withoutMarks(text: string): string {
  return normalize(text.replace(invisible, ''), 'NFKC').replace(markedLetter, (_, letter: string) => baseOf(letter));
}

/** Returns the text with one letter for those that differ by case only. Upper case first, as Unicode's case folding does for ß and ı. */
export function foldCase(text: string): string {
  const folded = text.toLowerCase().toUpperCase().toLowerCase();
  return folded.replace(unusual, (letter) => plainLetters.get(letter) ?? '');
}

/**
 * Returns the text with each character above U+FFFF as two of the private use area, in the same order: JavaScript and SQLite sort the
 * original ones differently.
 */
export function inOneOrder(text: string): string {
  return text.replace(/[\ud800-\udfff]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0x800));
}

/** Matches a character that `inOneOrder` replaced. */
export const replaced = String.raw`\ue000-\ue7ff`;
