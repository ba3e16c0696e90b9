// Divides texts into terms: words in NFKC and lower case, divided also at underscores and capital letters. Scripts without spaces between
// words (Chinese, Japanese), and Korean, become pairs of characters.
import { indexLimits } from '../../contract/features/search/limits.ts';
import { normalize } from '../../core/normalization.ts';

const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`;
const unspacedRun = new RegExp(`([${unspaced}]+)`, 'u');
const word = /[\p{L}\p{N}\p{M}]+/gu;
/** Where a capital letter begins a word: `textProfile`, `HTTPServer`. */
const capital = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;
/** Characters that JavaScript and SQLite sort differently. */
const astral = /[\u{10000}-\u{10ffff}]/gu;

/** Returns a text's different terms in their order, at most `max`. */
export function termsOf(text: string, max: number): string[] {
  const terms = new Set<string>();
  for (const found of wordsOf(text)) {
    for (const term of found.split(unspacedRun).flatMap(pairsOf)) {
      if (terms.size >= max) return [...terms];
      terms.add(term);
    }
  }
  return [...terms];
}

/** Returns the text's letters and digits as one term, which doesn't depend on how it is written: `text_profile`, `TextProfile`. */
export function joinedTerm(text: string): string {
  return [...wordsOf(text)].join('').slice(0, indexLimits.termChars);
}

/** Returns whether the term may have a typo. */
export function mayMistype(term: string): boolean {
  return term.length >= indexLimits.typoChars && !unspacedRun.test(term);
}

/** Returns whether the term is so short that too many words begin with it. A single character of other scripts says more. */
export function isWholeOnly(term: string): boolean {
  return term.length === 1 && !unspacedRun.test(term);
}

function* wordsOf(text: string): Generator<string> {
  const plain = normalize(text, 'NFKC').replace(astral, ' ').replace(capital, ' ');
  for (const [found] of plain.matchAll(word)) yield found.toLowerCase();
}

/** Returns the terms of a part of a word: pairs of characters if its script has no spaces. Empty for an empty part. */
function pairsOf(part: string): string[] {
  if (part === '') return [];
  if (!unspacedRun.test(part)) return [part.slice(0, indexLimits.termChars)];
  if (part.length === 1) return [part];
  return Array.from({ length: part.length - 1 }, (_, i) => part.slice(i, i + 2));
}

/** Returns whether one letter is missing, added or changed between the words, or two neighbors are exchanged. */
export function isOneTypo(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  if (short.length < long.length) return short.slice(same) === long.slice(same + 1);
  const isExchanged = short[same] === long[same + 1] && short[same + 1] === long[same];
  return (
    short.slice(same + 1) === long.slice(same + 1) || (isExchanged && short.slice(same + 2) === long.slice(same + 2))
  );
}

export function reversed(term: string): string {
  return [...term].reverse().join('');
}
