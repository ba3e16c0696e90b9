// Operators and brackets, the longest first.
import { Char } from './characters.ts';
import { Token } from './token.ts';

const alone: Token[] = [];
/** Followed by `=`. */
const withEquals: Token[] = [];
/** Doubled, as `//`. */
const doubled: Token[] = [];
/** Doubled and followed by `=`, as `//=`. */
const doubledWithEquals: Token[] = [];

function operator(symbol: string, ...[one, equals, twice, twiceEquals]: (Token | undefined)[]): void {
  const code = symbol.charCodeAt(0);
  if (one !== undefined) alone[code] = one;
  if (equals !== undefined) withEquals[code] = equals;
  if (twice !== undefined) doubled[code] = twice;
  if (twiceEquals !== undefined) doubledWithEquals[code] = twiceEquals;
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
operator('!', Token.exclamation, Token.comparison);
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

export interface Operator {
  kind: Token;
  length: number;
}

/** The operator at `at`; undefined when there is none (`$`, `?`, a backtick, a control character). */
export function operatorAt(text: string, at: number): Operator | undefined {
  const code = text.charCodeAt(at);
  const kind = alone[code];
  if (kind === undefined) return undefined;
  const next = text.charCodeAt(at + 1);
  if (next === Char.equals) {
    const assigned = withEquals[code];
    if (assigned !== undefined) return { kind: assigned, length: 2 };
  } else if (next === code) {
    const twice = doubled[code];
    if (twice !== undefined) {
      const assigned = text.charCodeAt(at + 2) === Char.equals ? doubledWithEquals[code] : undefined;
      return assigned === undefined ? { kind: twice, length: 2 } : { kind: assigned, length: 3 };
    }
    if (code === Char.dot && text.charCodeAt(at + 2) === Char.dot) return { kind: Token.ellipsis, length: 3 };
  } else if (next === greater && kind === Token.minus) {
    return { kind: Token.arrow, length: 2 };
  }
  return { kind, length: 1 };
}
