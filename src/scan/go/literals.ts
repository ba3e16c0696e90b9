// Reads Go literals: where strings, runes and numbers end, whether they are well formed, and the values of strings.

const backslash = 0x5c;
const lineFeed = 0x0a;

/** Returns the offset after the closing quote; -1 if the literal doesn't end on its line or has an unknown escape. */
export function quotedEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  let at = start + 1;
  for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at)) {
    if (code === lineFeed || at >= text.length) return -1;
    const step = code === backslash ? (readEscape(text, at, quote)?.length ?? 0) : 1;
    if (step === 0) return -1;
    at += step;
  }
  return at + 1;
}

/** Returns whether the single quotes contain exactly one character. */
export function isRune(text: string): boolean {
  const inner = text.slice(1, -1);
  if (inner.startsWith('\\')) return readEscape(text, 1, 0x27)?.length === inner.length;
  return inner.length === String.fromCodePoint(inner.codePointAt(0) ?? 0).length && inner !== '';
}

/** Returns the value of a string literal that the lexer accepted. An escaped byte becomes the character with that code. */
export function stringValue(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  let value = '';
  for (let at = 1; at < literal.length - 1; ) {
    const escaped = literal.charCodeAt(at) === backslash ? readEscape(literal, at, 0x22) : undefined;
    value += escaped ? String.fromCodePoint(escaped.value) : literal.charAt(at);
    at += escaped?.length ?? 1;
  }
  return value;
}

interface Escape {
  length: number;
  value: number;
}

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': backslash };
const coded = /\\(?:([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/** Reads the escape that starts with the backslash at `at`. Returns undefined if it isn't valid Go. */
function readEscape(text: string, at: number, quote: number): Escape | undefined {
  const code = text.charCodeAt(at + 1);
  if (code === quote) return { length: 2, value: quote };
  const value = simple[text.charAt(at + 1)];
  if (value !== undefined) return { length: 2, value };
  coded.lastIndex = at;
  const match = coded.exec(text);
  if (!match) return undefined;
  const [whole, octal, byte, short, long] = match;
  if (octal !== undefined || byte !== undefined) {
    const number = octal === undefined ? Number.parseInt(byte ?? '', 16) : Number.parseInt(octal, 8);
    return number > 255 ? undefined : { length: whole.length, value: number };
  }
  const point = Number.parseInt(short ?? long ?? '', 16);
  return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? undefined : { length: whole.length, value: point };
}

/** Characters that the compiler reads as a number, valid or not. */
const numberText =
  /0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?i?|0[bBoO][\d_]*i?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?i?/y;

const digits = '\\d(?:_?\\d)*';
const hexDigits = '[\\da-fA-F](?:_?[\\da-fA-F])*';
const wellFormed = new RegExp(
  [
    '[1-9](?:_?\\d)*',
    // A leading 0 makes a number octal, unless it is imaginary or has a decimal point or an exponent.
    '0(?:_?[0-7])*',
    `${digits}i`,
    '0[oO](?:_?[0-7])+i?',
    '0[bB](?:_?[01])+i?',
    `0[xX]_?${hexDigits}i?`,
    `(?:${digits}\\.(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?i?`,
    `${digits}[eE][+-]?${digits}i?`,
    `0[xX](?:_?${hexDigits}(?:\\.(?:${hexDigits})?)?|\\.${hexDigits})[pP][+-]?${digits}i?`,
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
);

export function numberEnd(text: string, at: number): number {
  numberText.lastIndex = at;
  return at + (numberText.exec(text)?.[0].length ?? 0);
}

export function isNumber(text: string): boolean {
  return wellFormed.test(text);
}
