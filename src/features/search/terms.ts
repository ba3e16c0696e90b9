// Divides texts into terms: words without accents and case (folding.ts), divided also at hyphens, underscores, capital letters and digits,
// and joined again, so that `e-mail` and `email`, `GitHub` and `github` find each other. Scripts without spaces between words, and Korean,
// become pairs of characters.
import { indexLimits } from '../../contract/features/search/limits.ts';
import { foldCase, inOneOrder, replaced, withoutMarks } from './folding.ts';

/** Raise it if texts get other terms. The sweep then reads all plugins again. */
export const termsVersion = 1;

const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const unspacedRun = new RegExp(`([${unspaced}]+)`, 'u');
const isUnspaced = new RegExp(`[${unspaced}${replaced}]`, 'u');
const letters = String.raw`[\p{L}\p{N}\p{M}]+`;
const connector = /[-_.'&\u2010\u2019\u02bc\u05f3\u05f4]/u;
/** Words with what connects them: `text_profile`, `e-mail`, `C++`. A pictograph is a word too. */
const compound = new RegExp(
  String.raw`${letters}(?:${connector.source}${letters})*(?:\+\+|#)?|\p{Extended_Pictographic}`,
  'gu',
);
const symbols = /(?:\+\+|#)$/u;
/** Where a capital letter begins a word: `textProfile`, `HTTPServer`, `v2Clip`, but not `3D`. */
const capital = /(?<=\p{Ll})(?=\p{Lu})|(?<=[\p{Lu}\p{N}])(?=\p{Lu}\p{Ll})/u;
const digits = /(?<=\p{N})(?=\p{L})|(?<=[\p{L}\p{M}])(?=\p{N})/u;

/** Words that are written as one: pieces between connectors, each of parts. */
interface Compound {
  pieces: string[][];
  /** Follows the last piece: `++` or `#`. Empty if nothing does. */
  symbol: string;
}

/** A word of a query. */
export interface Word {
  /** All of it, as one term. */
  joined: string;
  /** Its parts, which together count as much. Empty if it has no others. */
  parts: readonly string[];
}

/** Returns the terms of a plugin's text in their order, with at most `max` different parts of words, and about as many joined words. */
export function termsOf(text: string, max: number): string[] {
  const parts = new Set<string>();
  const terms = new Set<string>();
  for (const found of compoundsOf(text)) {
    for (const part of found.pieces.flat()) {
      if (parts.size >= max) return [...terms];
      parts.add(part);
      terms.add(cut(part));
    }
    for (const joined of joinedTerms(found)) {
      if (terms.size >= 2 * max) break;
      terms.add(joined);
    }
  }
  return [...terms];
}

/** Returns a query's different words, with at most `max` parts. */
export function wordsOf(text: string, max: number): Word[] {
  const words = new Map<string, Word>();
  let count = 0;
  for (const { pieces, symbol } of compoundsOf(text)) {
    const all = pieces.flat();
    const joined = cut(all.join('') + symbol);
    if (words.has(joined)) continue;
    if (count >= max) break;
    const parts = [...new Set(all.map(cut))].slice(0, max - count);
    count += parts.length;
    words.set(joined, { joined, parts: all.length > 1 || symbol !== '' ? parts : [] });
  }
  return [...words.values()];
}

/** Returns the text's words as one term, which doesn't depend on how they are written: `text_profile`, `TextProfile`. */
export function joinedTerm(text: string): string {
  return cut([...compoundsOf(text)].map(({ pieces, symbol }) => pieces.flat().join('') + symbol).join(''));
}

/** Returns whether the term may have a typo. */
export function mayMistype(term: string): boolean {
  return term.length >= indexLimits.typoChars && !isUnspaced.test(term);
}

/** Returns whether the term is so short that too many words begin with it. A single character of other scripts says more. */
export function isWholeOnly(term: string): boolean {
  return term.length === 1 && !isUnspaced.test(term);
}

function cut(term: string): string {
  return term.slice(0, indexLimits.termChars);
}

function* compoundsOf(text: string): Generator<Compound> {
  for (const [found] of withoutMarks(text).matchAll(compound)) {
    const [symbol = ''] = symbols.exec(found) ?? [];
    const segments = found.slice(0, found.length - symbol.length).split(unspacedRun);
    for (const [i, segment] of segments.entries()) {
      if (unspacedRun.test(segment)) for (const pair of pairsOf(segment)) yield { pieces: [[pair]], symbol: '' };
      else {
        const pieces = segment
          .split(connector)
          .map(partsOf)
          .filter((parts) => parts.length > 0);
        if (pieces.length > 0) yield { pieces, symbol: i === segments.length - 1 ? symbol : '' };
      }
    }
  }
}

/** Returns the parts between connectors, as they are compared. One with many changes between letters and digits is no word, and whole. */
function partsOf(piece: string): string[] {
  const humps = piece.split(capital);
  const parts = humps.flatMap((hump) => hump.split(digits));
  const chosen = parts.length - humps.length > indexLimits.digitChanges ? humps : parts;
  return chosen.map((part) => inOneOrder(foldCase(part))).filter((part) => part !== '');
}

/** Returns each rest of a piece, and each rest of the pieces, as one term. A word is found by its start, so these are found in its middle. */
function joinedTerms({ pieces, symbol }: Compound): string[] {
  const whole = pieces.flat().join('');
  const isShort = pieces.length > 1 && whole.length <= indexLimits.termChars;
  const ends = isShort ? rests(pieces.map((parts) => parts.join(''))) : [];
  const named = symbol === '' ? [] : [cut((pieces.at(-1) ?? []).join('') + symbol)];
  return [...pieces.filter((parts) => parts.length > 1).flatMap(rests), ...ends, ...named];
}

function rests(parts: readonly string[]): string[] {
  const joined = parts.join('');
  let from = 0;
  return parts.map((part) => {
    const rest = joined.slice(from, from + indexLimits.termChars);
    from += part.length;
    return rest;
  });
}

/** Returns the text's pairs of neighboring characters. */
function pairsOf(text: string): string[] {
  const characters = [...text].map(inOneOrder);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((second, i) => `${characters[i]}${second}`);
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
