// Finds where the tokens of JSON text end (RFC 8259). Each function returns the position after the token that starts at `from`, or -1
// if there is none.

export const code = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  e: 0x65,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Skips optional space. Never fails. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char > code.space || !isSpace(char)) break;
  }
  return at;
}

function isSpace(char: number): boolean {
  return char === code.space || char === code.lineFeed || char === code.carriageReturn || char === code.tab;
}

const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

export function skipString(text: string, from: number): number {
  if (text.charCodeAt(from) !== code.quote) return -1;
  for (let at = from + 1; at < text.length; ) {
    const char = text.charCodeAt(at);
    if (char === code.quote) return at + 1;
    if (char < code.space) return -1;
    if (char === code.backslash) {
      escapePattern.lastIndex = at;
      if (!escapePattern.test(text)) return -1;
      at = escapePattern.lastIndex;
    } else at += 1;
  }
  return -1;
}

export function skipNumber(text: string, from: number): number {
  const first = text.charCodeAt(from) === code.minus ? from + 1 : from;
  let at = text.charCodeAt(first) === code.zero ? first + 1 : endOfDigits(text, first);
  if (at !== -1 && text.charCodeAt(at) === code.dot) at = endOfDigits(text, at + 1);
  // The bit that distinguishes a letter's cases.
  if (at === -1 || (text.charCodeAt(at) | 0x20) !== code.e) return at;
  const sign = text.charCodeAt(at + 1);
  return endOfDigits(text, sign === code.plus || sign === code.minus ? at + 2 : at + 1);
}

/** Requires at least one digit. */
function endOfDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char < code.zero || char > code.nine) break;
  }
  return at === from ? -1 : at;
}

/**
 * Skips numbers and strings with commas and no space between them, such as a vector's numbers, up to about `until`. Returns the position
 * after the last comma, where anything may follow.
 */
export function skipScalarsBeforeLast(text: string, from: number, until: number): number {
  for (let at = from; ; ) {
    const end = text.charCodeAt(at) === code.quote ? skipString(text, at) : skipNumber(text, at);
    if (end === -1 || text.charCodeAt(end) !== code.comma || at >= until) return at;
    at = end + 1;
  }
}

export function skipLiteral(text: string, from: number): number {
  for (const literal of ['true', 'false', 'null']) if (text.startsWith(literal, from)) return from + literal.length;
  return -1;
}
