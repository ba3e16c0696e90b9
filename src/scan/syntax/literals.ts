// Analyzes literals as CPython's tokenizer does: string prefixes, where strings and numbers end, and escapes and numbers that it
// rejects, such as `0777`, `10L`, `1_` and `1__0`.
import { Char, isAsciiIdentifierPart } from './characters.ts';

export interface StringPrefix {
  raw: boolean;
  bytes: boolean;
  format: boolean;
}

const prefixes: ReadonlyMap<string, StringPrefix> = new Map(
  ['', 'r', 'u', 'b', 'br', 'rb', 'f', 'fr', 'rf'].map((letters) => [
    letters,
    { raw: letters.includes('r'), bytes: letters.includes('b'), format: letters.includes('f') },
  ]),
);

export function stringPrefix(letters: string): StringPrefix | undefined {
  return prefixes.get(letters.toLowerCase());
}

/** Returns the number of quotes that open the literal at `at`: one or three. */
export function quotesAt(text: string, at: number): 1 | 3 {
  const quote = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote ? 3 : 1;
}

/** Returns the offset of the closing quotes of a literal whose content starts at `start`; undefined if it is unterminated. */
export function closingQuote(text: string, start: number, quote: number, quotes: 1 | 3): number | undefined {
  if (quotes === 3) {
    const end = text.indexOf(String.fromCharCode(quote, quote, quote), start);
    if (end < 0) return undefined;
    if (!text.slice(start, end).includes('\\')) return end;
  }
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === Char.backslash) at += 1;
    else if (code === Char.newline && quotes === 1) return undefined;
    else if (code === quote && (quotes === 1 || quotesAt(text, at) === 3)) return at;
  }
  return undefined;
}

/**
 * Matches malformed escapes and skips well-formed ones: `\x` needs two digits, `\u` four, `\U` eight that are below 110000, and `\N` a
 * name.
 */
const wrongEscape =
  /\\(?:x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?!00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|N(?!\{[^{}]+\})|[^xuUN])/gs;
/** In bytes, `\u`, `\U` and `\N` aren't escapes. */
const wrongBytesEscape = /\\(?:x(?![\da-fA-F]{2})|[^x])/gs;

/** Returns the offset in `contents` of the first escape that CPython can't decode. */
export function wrongEscapeAt(contents: string, { bytes }: Pick<StringPrefix, 'bytes'>): number | undefined {
  const pattern = bytes ? wrongBytesEscape : wrongEscape;
  const escapes = bytes ? 'x' : 'xuUN';
  pattern.lastIndex = 0;
  for (let match = pattern.exec(contents); match; match = pattern.exec(contents)) {
    if (escapes.includes(match[0].charAt(1))) return match.index;
  }
  return undefined;
}

const number =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*[eE][+-]?\d(?:_?\d)*)[jJ]?|\d(?:_?\d)*[jJ]|0(?:_?0)*(?![\d_])|[1-9](?:_?\d)*/y;

/**
 * Keywords that may directly follow a number, which is deprecated but valid: `1if x else 2`. `0or` is not allowed, because it starts an
 * octal number.
 */
const adjacentKeyword = /and|else|for|i[fns]|or|not/y;

/** CPython rejects decimal integers with more digits. */
const decimalDigitsMax = 4300;

/** Returns the end of the number at `start`, or undefined if Python rejects it. */
export function numberEnd(text: string, start: number): number | undefined {
  number.lastIndex = start;
  if (!number.test(text)) return undefined;
  const end = number.lastIndex;
  if (isAsciiIdentifierPart(text.charCodeAt(end))) {
    adjacentKeyword.lastIndex = end;
    if (!adjacentKeyword.test(text) || /^0[oO]$/.test(text.slice(start, end + 1))) return undefined;
  }
  if (end - start > decimalDigitsMax && isTooLong(text.slice(start, end))) return undefined;
  return end;
}

function isTooLong(literal: string): boolean {
  return /^[\d_]+$/.test(literal) && literal.replaceAll('_', '').length > decimalDigitsMax;
}
