// Classifies characters as Python's tokenizer does.
export const Char = {
  tab: 0x09,
  newline: 0x0a,
  formFeed: 0x0c,
  space: 0x20,
  exclamation: 0x21,
  doubleQuote: 0x22,
  hash: 0x23,
  singleQuote: 0x27,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  at: 0x40,
  dot: 0x2e,
  equals: 0x3d,
  backslash: 0x5c,
  underscore: 0x5f,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

const identifierPart = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) identifierPart[code] = /\w/.test(String.fromCharCode(code)) ? 1 : 0;

/** Returns whether an ASCII character may continue an identifier: `[A-Za-z0-9_]`. */
export function isAsciiIdentifierPart(code: number): boolean {
  return code < 128 && identifierPart[code] === 1;
}

export function isDigit(code: number): boolean {
  return code >= Char.zero && code <= Char.nine;
}

export function isQuote(code: number): boolean {
  return code === Char.doubleQuote || code === Char.singleQuote;
}

/** Excludes four characters, two of them zero-width, that Unicode 15.1 allows in identifiers but CPython 3.12 rejects. */
const identifier = /[_\p{XID_Start}](?:(?!\u200c|\u200d|\u30fb|\uff65)\p{XID_Continue})*/uy;

/** Returns the end of the identifier at `start`, or `start` if there is none. Handles non-ASCII characters. */
export function identifierEnd(text: string, start: number): number {
  identifier.lastIndex = start;
  return identifier.test(text) ? identifier.lastIndex : start;
}
