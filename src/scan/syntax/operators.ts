// Recognizes operators and brackets, preferring the longest match.
import { Char } from './characters.ts';
import { Token } from './token.ts';

const none = 0;
/** Token kinds by the code of the first character: alone, followed by `=`, doubled, and doubled and followed by `=`. */
const alone = new Uint8Array(128);
const withEquals = new Uint8Array(128);
const doubled = new Uint8Array(128);
const doubledWithEquals = new Uint8Array(128);

function operator(symbol: string, ...[one = none, equals = none, twice = none, twiceEquals = none]: number[]): void {
  const code = symbol.charCodeAt(0);
  alone[code] = one;
  withEquals[code] = equals;
  doubled[code] = twice;
  doubledWithEquals[code] = twiceEquals;
}

operator('(', Token.openParenthesis);
operator(')', Token.closeParenthesis);
operator('[', Token.openBracket);
operator(']', Token.closeBracket);
operator('{', Token.openBrace);
operator('}', Token.closeBrace);
operator(',', Token.comma);
operator(';', Token.semicolon);
operator('~', Token.tilde);
operator('.', Token.dot);
operator(':', Token.colon, Token.walrus);
operator('=', Token.equals, Token.comparison);
operator('!', Token.conversion, Token.comparison);
operator('+', Token.plus, Token.augmented);
operator('-', Token.minus, Token.augmented);
operator('@', Token.at, Token.augmented);
operator('%', Token.arithmetic, Token.augmented);
operator('&', Token.arithmetic, Token.augmented);
operator('|', Token.pipe, Token.augmented);
operator('^', Token.arithmetic, Token.augmented);
operator('*', Token.star, Token.augmented, Token.doubleStar, Token.augmented);
operator('/', Token.slash, Token.augmented, Token.arithmetic, Token.augmented);
operator('<', Token.comparison, Token.comparison, Token.arithmetic, Token.augmented);
operator('>', Token.comparison, Token.comparison, Token.arithmetic, Token.augmented);

const greater = 0x3e;
const lengthShift = 8;

/** Returns the operator at `at`, for `operatorKind` and `operatorLength`; 0 if there is none (`$`, `?`, a control character). */
export function operatorAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const kind = alone[code] ?? none;
  const next = text.charCodeAt(at + 1);
  if (next === Char.equals) {
    const assigned = withEquals[code] ?? none;
    return assigned === none ? packed(kind, 1) : packed(assigned, 2);
  }
  if (next === code) {
    const twice = doubled[code] ?? none;
    if (twice !== none) {
      const assigned = text.charCodeAt(at + 2) === Char.equals ? (doubledWithEquals[code] ?? none) : none;
      return assigned === none ? packed(twice, 2) : packed(assigned, 3);
    }
    if (code === Char.dot && text.charCodeAt(at + 2) === Char.dot) return packed(Token.ellipsis, 3);
  }
  return next === greater && kind === Token.minus ? packed(Token.arrow, 2) : packed(kind, 1);
}

function packed(kind: number, length: number): number {
  return kind === none ? none : kind | (length << lengthShift);
}

export function operatorKind(operator: number): number {
  return operator & 0xff;
}

export function operatorLength(operator: number): number {
  return operator >> lengthShift;
}
