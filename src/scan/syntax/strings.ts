// Analyzes string literals: prefixes, where a literal ends, and the escapes that CPython rejects.
import { Char } from './characters.ts';

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

/** Returns how many quotes open the literal at `at`: one or three. */
export function quotesAt(text: string, at: number): 1 | 3 {
  const quote = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote ? 3 : 1;
}

/** Returns the offset of the closing quotes of a literal whose contents start at `start`, or undefined if it is unterminated. */
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
 * Matches malformed escapes, and steps over all others: `\x` needs two digits, `\u` four, `\U` eight below 110000, `\N` a name.
 */
const wrongEscape =
  /\\(?:x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?!00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|N(?!\{[^{}]+\})|[^xuUN])/gs;
/** In bytes, `\u`, `\U` and `\N` are no escapes. */
const wrongBytesEscape = /\\(?:x(?![\da-fA-F]{2})|[^x])/gs;

/** Returns the offset within `contents` of the first escape that CPython cannot decode. */
export function wrongEscapeAt(contents: string, { bytes }: Pick<StringPrefix, 'bytes'>): number | undefined {
  const pattern = bytes ? wrongBytesEscape : wrongEscape;
  const escapes = bytes ? 'x' : 'xuUN';
  pattern.lastIndex = 0;
  for (let match = pattern.exec(contents); match; match = pattern.exec(contents)) {
    if (escapes.includes(match[0].charAt(1))) return match.index;
  }
  return undefined;
}
